"""Scenes for practising boundaries: short, made up, each with choices and what each choice may lead to.

There is no mark and no right answer to find; nothing is kept. Each scene belongs to a theme of the boundary sheet.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.items import Theme


@dataclass(frozen=True)
class Choice:
    """One thing to do, and what it may lead to."""

    key: str
    words: str | Promise
    leads_to: str | Promise


@dataclass(frozen=True)
class Case:
    """A scene, a question to think about, and the choices."""

    key: str
    theme: Theme
    title: str | Promise
    scene: str | Promise
    choices: tuple[Choice, Choice, Choice]
    think: str | Promise

    def choice(self, key: str) -> Choice | None:
        """One of the choices; None for anything else."""
        return next((one for one in self.choices if one.key == key), None)


def _three(*choices: tuple[Promise, Promise]) -> tuple[Choice, Choice, Choice]:
    first, second, third = (
        Choice(key, words, leads_to) for key, (words, leads_to) in zip("abc", choices, strict=True)
    )
    return first, second, third


CASES: tuple[Case, ...] = (
    Case(
        key="late-message",
        theme=Theme.CONTACT,
        title=_("A message at midnight"),
        scene=_(
            "You agreed on messages between nine and six. It is close to midnight, and Mika writes: “Are you awake? I "
            "can’t settle.” Nothing sounds dangerous. You have read it, and Mika can see that you have."
        ),
        choices=_three(
            (
                _("You answer straight away, and you write until two."),
                _(
                    "Mika sleeps at last, and thanks you. Next week there are three nights like this. You begin to lie "
                    "awake waiting for the phone, and you do not know how to stop what you began."
                ),
            ),
            (
                _("You wait until nine, then you write: “Good morning. How are you now?”"),
                _(
                    "Mika had somebody else to call, or had not. Waiting kept to what you agreed. It also left Mika "
                    "alone with a message that was read. Next time you meet, you can look together at what helps at "
                    "night, so that silence does not feel like being dropped."
                ),
            ),
            (
                _("You send two lines: you will answer at nine, and here is who is there at night."),
                _(
                    "Mika is disappointed, and knows where to turn. You sleep. You bring it up when you meet: do the "
                    "hours still fit, and what else could help at night?"
                ),
            ),
        ),
        think=_("What would you want to have agreed on before a night like this?"),
    ),
    Case(
        key="hug-goodbye",
        theme=Theme.TOUCH,
        title=_("Open arms at the door"),
        scene=_(
            "It was a hard session. At the door Noor opens both arms. You have never talked about hugs. You do not "
            "like being hugged much, and you do not want Noor to feel pushed away."
        ),
        choices=_three(
            (
                _("You hug back. It is only once."),
                _(
                    "Noor leaves comforted. Next week it is the way you say goodbye, and you brace yourself each time. "
                    "Noor notices that something is stiff, and wonders what they did wrong."
                ),
            ),
            (
                _("You step back and hold out your hand."),
                _(
                    "Your limit is kept. Noor blushes and goes quickly. The limit was yours to keep; the words for it "
                    "were missing. You can still say them next time, kindly, and ask what a good goodbye would be."
                ),
            ),
            (
                _("You say: “I’m not much of a hugger. I’m glad you came today.”"),
                _(
                    "For a second it is awkward. Then Noor laughs: “Good to know.” It can stand in your agreement from "
                    "now on, and neither of you has to guess again."
                ),
            ),
        ),
        think=_("Which words would come easily to you at that door?"),
    ),
    Case(
        key="birthday-present",
        theme=Theme.GIFTS,
        title=_("The watch"),
        scene=_(
            "It is your birthday, and Pavel knows. He gives you a small box. In it lies a watch. You know how little "
            "money he has, and how proud he is of the choice."
        ),
        choices=_three(
            (
                _("You take it. Saying no would hurt him."),
                _(
                    "Pavel beams. In June his own birthday comes, and both of you feel that something is owed. Later "
                    "he would like to meet more often, and it is harder for you to say no than before."
                ),
            ),
            (
                _("You say that gifts are not allowed, and hand it back."),
                _(
                    "It is clear, and it is over fast. Pavel hears that he broke a rule he did not know. Had you "
                    "talked about gifts at the start, he would have been spared this moment, and so would you."
                ),
            ),
            (
                _("You thank him for the thought, and say why you cannot keep it."),
                _(
                    "“That you thought of me means a lot. I don’t take presents, because I’m here without your owing "
                    "me anything.” Pavel takes it back, a little sad, and tells you how he found it. You both know now."
                ),
            ),
        ),
        think=_("Is a bar of chocolate different from a watch for you? Where does it change?"),
    ),
    Case(
        key="stop-the-tablets",
        theme=Theme.ADVICE,
        title=_("“Should I stop taking them?”"),
        scene=_(
            "Inés is tired all day and thinks it is the tablets. You took the same ones once, and you stopped. She "
            "looks at you: “You know what it’s like. Tell me honestly: should I stop?”"
        ),
        choices=_three(
            (
                _("You tell her how you stopped, step by step."),
                _(
                    "Inés hears it as advice from somebody who knows. Her body is not yours. She stops from one day to "
                    "the next, and a week later she is not well at all. It was only your story, but it did not "
                    "stay one."
                ),
            ),
            (
                _("You say that you cannot talk about medicine, and change the subject."),
                _(
                    "No harm is done by what you say. Inés feels that she asked something wrong, and does not bring it "
                    "up again, here or with her doctor."
                ),
            ),
            (
                _("You say how hard being tired sounds, and ask who could look at it with her."),
                _(
                    "You leave the tablets to those who know about them, and you stay with her. The two of you write "
                    "down three questions for her doctor. She asks them on Thursday."
                ),
            ),
        ),
        think=_("How can you share that you have been there, without it becoming advice?"),
    ),
    Case(
        key="own-bad-week",
        theme=Theme.SHARING,
        title=_("Your own bad week"),
        scene=_(
            "You slept badly, and something old has come back to you. Kwame says: “It always looks so easy with you. "
            "Do you never have bad days?”"
        ),
        choices=_three(
            (
                _("You tell him all of it. It feels good to be real."),
                _(
                    "Kwame listens for half an hour and comforts you. On the way home he worries. Next time he says "
                    "that he is fine, because you have enough on your plate."
                ),
            ),
            (
                _("You smile: “I’m fine.” This hour is about him."),
                _(
                    "The hour stays his. He also goes home thinking that people like you do not have bad days, and "
                    "that he is a long way from being one of them."
                ),
            ),
            (
                _("You say: “I do. This week is one. I have people for it.” And you come back to him."),
                _(
                    "It is true, and it is short. Kwame learns that bad weeks can be lived through, and that you do "
                    "not need him to carry yours. Later you call somebody of your own."
                ),
            ),
        ),
        think=_("How do you notice that your story begins to be for you, and not for the other?"),
    ),
    Case(
        key="best-friend",
        theme=Theme.ROLES,
        title=_("“You are my best friend”"),
        scene=_(
            "After four months Jo says: “I told my sister about you. I said you’re my best friend.” You like Jo. You "
            "agreed on twelve sessions, and this was the tenth."
        ),
        choices=_three(
            (
                _("You say: “I feel the same.”"),
                _(
                    "It is a warm moment. In three weeks the sessions end. Jo cannot see why a best friend would stop "
                    "calling, and it hurts like being left."
                ),
            ),
            (
                _("You say: “We are not friends. I’m your supporter.”"),
                _(
                    "It is true, and it lands like a slap. Jo is quiet for the rest of the hour. The limit was right, "
                    "and it needed some of the warmth that is there too."
                ),
            ),
            (
                _("You say what is good between you, and speak of the ending."),
                _(
                    "“I’m glad that we trust each other. It is different from a friendship, because it is here for you "
                    "and it has an end.” Jo is sad. You use the two sessions you have for a good goodbye, and for the "
                    "people who stay."
                ),
            ),
        ),
        think=_("When would you begin to speak of an ending?"),
    ),
    Case(
        key="same-party",
        theme=Theme.SOCIAL,
        title=_("An invitation for Saturday"),
        scene=_(
            "Samira turns thirty and invites you to her party. There will be wine, her family and her friends. “They "
            "all want to meet you!” You know that she asked few people."
        ),
        choices=_three(
            (
                _("You go, for an hour."),
                _(
                    "Her cousin asks how you two met. Samira looks at you. Whatever you say now, somebody learns more "
                    "than she had planned. Next week it is unclear to both of you what kind of visit that was."
                ),
            ),
            (
                _("You say that you have no time on Saturday."),
                _(
                    "It saves a talk today. It is also not true, and there will be a next invitation. Samira may come "
                    "to think that she is not worth your Saturday."
                ),
            ),
            (
                _(
                    "You say that you do not come to parties of the people you support, and mark the day with her."
                ),
                _(
                    "Samira is disappointed, and knows that it is not about her. When you meet you ask about the "
                    "party, and what being thirty means to her. You note it in your agreement."
                ),
            ),
        ),
        think=_("And if you meet by chance, in a shop or at a concert: who says hello first?"),
    ),
    Case(
        key="keep-it-secret",
        theme=Theme.CONFIDENCE,
        title=_("“Promise not to tell”"),
        scene=_(
            "Alex speaks quietly: “I’ve worked out how I would do it. I have everything at home. Promise me you won’t "
            "tell anybody.”"
        ),
        choices=_three(
            (
                _("You promise. Trust is all that you two have."),
                _(
                    "You are alone with it, and so is Alex. A plan, the wish and the means are there: this is one of "
                    "the two exceptions, and it was said before anything was shared. A promise like this cannot be "
                    "kept by keeping it."
                ),
            ),
            (
                _("You finish the hour calmly, and call your supervisor afterwards."),
                _(
                    "Telling somebody is right. Afterwards is late: between your goodbye and that call Alex is alone "
                    "at home with everything that is needed. The first call comes now, and Alex can be there for it."
                ),
            ),
            (
                _("You say that you cannot promise this, stay with Alex, and call for help together."),
                _(
                    "Alex is angry at first. You say why, you say whom you call, and you do not leave. Alex may help "
                    "to choose: the emergency services, the emergency room, or the person they trust. You write it "
                    "down afterwards, and you tell your supervisor. You will need somebody to talk to as well."
                ),
            ),
        ),
        think=_("Which numbers would you call? They stand on top of every page here."),
    ),
    Case(
        key="not-coming",
        theme=Theme.ADVICE,
        title=_("Making excuses for somebody"),
        scene=_(
            "Rowan slept through an appointment at the job centre, for the third time, and may lose the money. “Could "
            "you ring them and say that I was with you? They’ll believe you.”"
        ),
        choices=_three(
            (
                _("You ring. This once."),
                _(
                    "The money comes. You have said something that is not true, in the name of your organisation. "
                    "Rowan learns that you take care of it, and in the spring you are asked again."
                ),
            ),
            (
                _("You say: “That was your own doing. You have to live with it.”"),
                _(
                    "You do not shield Rowan from what follows. You do not stand beside Rowan either. Next time Rowan "
                    "does not tell you what has gone wrong."
                ),
            ),
            (
                _("You say that you will not say so, and offer to sit there while Rowan rings."),
                _(
                    "Rowan rings, with you there. It is uncomfortable, and it works out in part. The two of you think "
                    "about what would help to get up on such mornings."
                ),
            ),
        ),
        think=_("Where is the line, for you, between helping and taking over?"),
    ),
    Case(
        key="two-hats",
        theme=Theme.ROLES,
        title=_("The same group on Thursdays"),
        scene=_(
            "You go to a group for yourself, on Thursdays. This evening Dana, whom you support, walks in and takes the "
            "chair opposite. You had wanted to talk about something of your own tonight."
        ),
        choices=_three(
            (
                _("You talk about it as you had planned. It is your group too."),
                _(
                    "You get what you came for. On Monday Dana asks how you are, in a new voice, and holds back what "
                    "weighs on them. Two roles have become mixed, and nobody decided that."
                ),
            ),
            (
                _("You say nothing all evening, and stop going to the group."),
                _(
                    "Dana never learns of it. You lose a place that kept you well, and after a while it shows."
                ),
            ),
            (
                _("You keep it light tonight, and talk with Dana about it before next Thursday."),
                _(
                    "You ask what Dana would like, and say what you need. Perhaps one of you takes the group on "
                    "Tuesdays. Your supervisor helps to think it over. It goes into your agreement."
                ),
            ),
        ),
        think=_("Who holds you while you hold others?"),
    ),
)
BY_KEY = {case.key: case for case in CASES}
