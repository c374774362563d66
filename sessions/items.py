"""The 27 matters of a boundary sheet: the questions, how strict each answer is, and the floors.

A floor is what ethical support never goes below, whatever either side answers. Both sides' words are addressed to
the person who answers; `title` names the matter itself, for the agreement that both read.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.models.agreements import Side


class Answer(models.TextChoices):
    """What somebody says about one matter. No answer at all is an answer too: not talked about yet."""

    NEVER = "never", _("Never")
    MAYBE = "maybe", _("Maybe")
    ALWAYS = "always", _("Always")


class Theme(models.TextChoices):
    """What belongs together on the sheet, in the order in which it is asked."""

    TOUCH = "touch", _("Touch")
    CONTACT = "contact", _("Keeping in touch")
    SOCIAL = "social", _("Homes and going out")
    GIFTS = "gifts", _("Gifts and money")
    ADVICE = "advice", _("Advice and opinions")
    SHARING = "sharing", _("Talking about oneself")
    ROLES = "roles", _("Who you are to each other")
    CONFIDENCE = "confidence", _("What stays between you")
    OWN = "own", _("What you added yourselves")


LOOSE_TO_STRICT = (Answer.ALWAYS, Answer.MAYBE, Answer.NEVER)
STRICT_IS_TO_ACT = (Answer.NEVER, Answer.MAYBE, Answer.ALWAYS)


@dataclass(frozen=True)
class Item:
    """One matter: its words for each side, and what holds whatever is answered."""

    number: int
    key: str
    theme: Theme
    title: str | Promise
    supporter: str | Promise
    peer: str | Promise
    aside: str | Promise = ""
    floor: Answer | None = None
    floor_note: str | Promise = ""
    # From the loosest to the strictest. Turned round where keeping somebody alive is the stricter way.
    order: tuple[Answer, ...] = LOOSE_TO_STRICT
    # Whether the floor is one of ethical support itself, which no organisation takes away.
    is_ethical: bool = False
    asked: bool = True

    def question(self, side: Side) -> str | Promise:
        """The words for the one who answers."""
        return self.supporter if side == Side.SUPPORTER else self.peer

    def strictest(self, answers: Iterable[Answer | None]) -> Answer | None:
        """The strictest of the answers that were given; None when none was."""
        return max((answer for answer in answers if answer), key=self.order.index, default=None)

    def is_below_floor(self, answer: Answer | None) -> bool:
        """Whether an answer is looser than ethical support allows."""
        if answer is None or self.floor is None:
            return False
        return self.order.index(answer) < self.order.index(self.floor)


def combine(item: Item, supporter: Answer | None, peer: Answer | None) -> Answer | None:
    """What holds between the two: the strictest of both answers and the floor; None is "not talked about yet"."""
    return item.strictest([supporter, peer, item.floor])


ROMANCE = _(
    "Thank you for answering honestly. In peer support one person leans on the other, so a romantic or sexual "
    "relationship is never part of it, with the peer or with their family. “Never” holds here, whatever is chosen. "
    "It is good to talk about this with a supervisor."
)
SAFETY = _(
    "Thank you for answering honestly. When somebody has a plan to end their life, keeping them alive comes first, "
    "and it is never kept secret. “Always” holds here, whatever is chosen. Please talk about this together."
)

ITEMS: tuple[Item, ...] = (
    Item(
        number=1,
        key="hug_given",
        theme=Theme.TOUCH,
        title=_("A hug from the supporter"),
        supporter=_("You give them a hug."),
        peer=_("Your supporter gives you a hug."),
    ),
    Item(
        number=2,
        key="hug_received",
        theme=Theme.TOUCH,
        title=_("A hug from the peer"),
        supporter=_("They give you a hug."),
        peer=_("You give your supporter a hug."),
    ),
    Item(
        number=3,
        key="phone_number",
        theme=Theme.CONTACT,
        title=_("The supporter’s own phone number"),
        supporter=_("You give them your own phone number."),
        peer=_("Your supporter gives you their own phone number."),
    ),
    Item(
        number=4,
        key="social_media",
        theme=Theme.CONTACT,
        title=_("Being connected on social media"),
        supporter=_("You connect with them on social media."),
        peer=_("You and your supporter connect on social media."),
    ),
    Item(
        number=5,
        key="same_group",
        theme=Theme.SOCIAL,
        title=_("Going to the same support group"),
        supporter=_("You both go to the same support group."),
        peer=_("You both go to the same support group."),
    ),
    Item(
        number=6,
        key="social_event",
        theme=Theme.SOCIAL,
        title=_("Going out to something social together"),
        supporter=_("You go out to something social together."),
        peer=_("You go out to something social together."),
    ),
    Item(
        number=7,
        key="alcohol",
        theme=Theme.SOCIAL,
        title=_("Drinking alcohol together"),
        supporter=_("You drink alcohol together."),
        peer=_("You drink alcohol together."),
    ),
    Item(
        number=8,
        key="decide_best",
        theme=Theme.ADVICE,
        title=_("The supporter deciding what is best"),
        supporter=_("You decide what is best for them."),
        peer=_("Your supporter decides what is best for you."),
    ),
    Item(
        number=9,
        key="narrow_choices",
        theme=Theme.ADVICE,
        title=_("The supporter narrowing the choices down to the best one"),
        supporter=_("You narrow their choices down and offer the one you think is best."),
        peer=_("Your supporter narrows your choices down and offers the one they think is best."),
    ),
    Item(
        number=10,
        key="gift_given",
        theme=Theme.GIFTS,
        title=_("A gift from the supporter"),
        supporter=_("You give them a gift."),
        peer=_("Your supporter gives you a gift."),
    ),
    Item(
        number=11,
        key="money_given",
        theme=Theme.GIFTS,
        title=_("Money from the supporter"),
        supporter=_("You give them money."),
        peer=_("Your supporter gives you money."),
    ),
    Item(
        number=12,
        key="gift_accepted",
        theme=Theme.GIFTS,
        title=_("A gift from the peer"),
        supporter=_("You accept a gift from them."),
        peer=_("Your supporter accepts a gift from you."),
    ),
    Item(
        number=13,
        key="money_accepted",
        theme=Theme.GIFTS,
        title=_("Money from the peer"),
        supporter=_("You accept money from them."),
        peer=_("Your supporter accepts money from you."),
        aside=_("Your support is not paid for."),
    ),
    Item(
        number=14,
        key="supporters_home",
        theme=Theme.SOCIAL,
        title=_("A visit to the supporter’s home"),
        supporter=_("You invite them to your home."),
        peer=_("Your supporter invites you to their home."),
    ),
    Item(
        number=15,
        key="peers_home",
        theme=Theme.SOCIAL,
        title=_("A visit to the peer’s home"),
        supporter=_("You accept an invitation to their home."),
        peer=_("Your supporter accepts an invitation to your home."),
    ),
    Item(
        number=16,
        key="romance",
        theme=Theme.ROLES,
        title=_("A romantic or sexual relationship"),
        supporter=_("You have a romantic or sexual relationship with them."),
        peer=_("You and your supporter have a romantic or sexual relationship."),
        floor=Answer.NEVER,
        floor_note=ROMANCE,
        is_ethical=True,
    ),
    Item(
        number=17,
        key="romance_with_family",
        theme=Theme.ROLES,
        title=_("The supporter and the peer’s family: a romantic or sexual relationship"),
        supporter=_("You have a romantic or sexual relationship with somebody in their family."),
        peer=_("Your supporter has a romantic or sexual relationship with somebody in your family."),
        floor=Answer.NEVER,
        floor_note=ROMANCE,
        is_ethical=True,
    ),
    Item(
        number=18,
        key="passing_on",
        theme=Theme.CONFIDENCE,
        title=_("Passing on what was said in confidence"),
        supporter=_("You pass on something they told you in confidence."),
        peer=_("Your supporter passes on something you told them in confidence."),
        aside=_("Abuse and danger to life are another matter."),
    ),
    Item(
        number=19,
        key="shielding",
        theme=Theme.ADVICE,
        title=_("The supporter shielding the peer from harmful consequences"),
        supporter=_("You shield them from the harm that follows from what they do."),
        peer=_("Your supporter shields you from the harm that follows from what you do."),
    ),
    Item(
        number=20,
        key="medicine",
        theme=Theme.ADVICE,
        title=_("The supporter’s opinion on a prescribed medicine"),
        supporter=_("You give your opinion on a medicine that was prescribed for them."),
        peer=_("Your supporter gives an opinion on a medicine that was prescribed for you."),
    ),
    Item(
        number=21,
        key="alternatives",
        theme=Theme.ADVICE,
        title=_("The supporter’s opinion on other ways than treatment"),
        supporter=_("You give your opinion on other ways than the treatment they have."),
        peer=_("Your supporter gives an opinion on other ways than the treatment you have."),
    ),
    Item(
        number=22,
        key="doubting",
        theme=Theme.ADVICE,
        title=_("The supporter doubting recovery aloud"),
        supporter=_("You say aloud that you doubt their recovery."),
        peer=_("Your supporter says aloud that they doubt your recovery."),
    ),
    Item(
        number=23,
        key="struggles",
        theme=Theme.SHARING,
        title=_("The supporter talking about their own struggles"),
        supporter=_("You talk about your own struggles."),
        peer=_("Your supporter talks about their own struggles."),
    ),
    Item(
        number=24,
        key="successes",
        theme=Theme.SHARING,
        title=_("The supporter talking about their own successes"),
        supporter=_("You talk about your own successes."),
        peer=_("Your supporter talks about their own successes."),
    ),
    Item(
        number=25,
        key="two_roles",
        theme=Theme.ROLES,
        title=_("The supporter having a second role as well"),
        supporter=_("You are something else to them as well, such as their sponsor."),
        peer=_("Your supporter is something else to you as well, such as your sponsor."),
    ),
    Item(
        number=26,
        key="suicide_plan",
        theme=Theme.CONFIDENCE,
        title=_("Telling somebody about a plan to end one’s life"),
        supporter=_("They have a plan to end their life, and you tell somebody who can keep them safe."),
        peer=_("You have a plan to end your life, and your supporter tells somebody who can keep you safe."),
        floor=Answer.ALWAYS,
        floor_note=SAFETY,
        is_ethical=True,
        order=STRICT_IS_TO_ACT,
    ),
    Item(
        number=27,
        key="friends",
        theme=Theme.ROLES,
        title=_("Being friends"),
        supporter=_("You are friends."),
        peer=_("You are friends."),
    ),
)
BY_KEY = {item.key: item for item in ITEMS}


def by_theme() -> list[tuple[Theme, list[Item]]]:
    """The items as they are asked: theme by theme, in the order of the themes."""
    return [(theme, [item for item in ITEMS if item.theme == theme]) for theme in Theme if theme != Theme.OWN]
