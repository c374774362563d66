"""What else a boundary says, in a few words of each side's own: how to get in touch, when, closeness, what helps.

Every matter is optional. Its words are kept among a sheet's answers, as the note of the key `about-<name>`.
"""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.item_sets import ABOUT
from sessions.models.agreements import Side

ABOUT_LENGTH = 160  # characters: the agreement has to fit on one page


@dataclass(frozen=True)
class Matter:
    """One matter: its title in the agreement, and the question to each side; no question where it is not theirs."""

    name: str
    title: str | Promise
    supporter: str | Promise = ""
    peer: str | Promise = ""
    hint: str | Promise = ""  # for the supporter
    # Whether the supporter's words could give away a number, an address or a profile of their own.
    is_contact: bool = False

    @property
    def key(self) -> str:
        """Its key on a sheet."""
        return f"{ABOUT}{self.name}"

    def question(self, side: str) -> str | Promise:
        """The words for the one who answers, or none."""
        return self.supporter if side == Side.SUPPORTER else self.peer


MATTERS: tuple[Matter, ...] = (
    Matter(
        name="channels",
        title=_("How to get in touch"),
        supporter=_("How can they get in touch with you?"),
        peer=_("How would you like to get in touch? Is any way not safe for you?"),
        hint=_("Such as: a message to the work phone. Never your own number."),
        is_contact=True,
    ),
    Matter(
        name="hours",
        title=_("When, and how soon there is an answer"),
        supporter=_("When can they reach you, and how soon do you answer?"),
        peer=_("When is it all right to get in touch with you?"),
        hint=_("Such as: on weekdays from 9 to 17, within a day."),
        is_contact=True,
    ),
    Matter(
        name="touch",
        title=_("Touch"),
        supporter=_("What about touch, such as a handshake, or a hand on your shoulder?"),
        peer=_("What about touch, such as a handshake, or a hand on your shoulder?"),
    ),
    Matter(
        name="closeness",
        title=_("How close"),
        supporter=_("How near do you like to sit or walk? How personal may it get?"),
        peer=_("How near do you like to sit or walk? How personal may it get?"),
    ),
    Matter(
        name="present",
        title=_("Who may be there"),
        supporter=_("May somebody else be there? Who?"),
        peer=_("May somebody else be there? Who, and who not?"),
    ),
    Matter(
        name="length",
        title=_("How long is right"),
        supporter=_("How long can you be there for them well, without a break?"),
        peer=_("How long is right for you? An hour is too much for some."),
    ),
    Matter(
        name="topics",
        title=_("What to leave alone"),
        supporter=_("Is there anything you would rather not talk about, or be asked?"),
        peer=_("Is there anything you would rather not talk about, or be asked?"),
    ),
    Matter(
        name="helps",
        title=_("What helps when it gets hard"),
        supporter=_("What helps you when it gets hard for you?"),
        peer=_("What helps you when it gets hard? What does not?"),
    ),
    Matter(
        name="preferences",
        title=_("What matters in a supporter"),
        peer=_("What should your supporter be like, or do, so that you feel at ease?"),
    ),
)
BY_KEY = {matter.key: matter for matter in MATTERS}


def matters(side: str) -> list[Matter]:
    """What one side is asked, in order."""
    return [matter for matter in MATTERS if matter.question(side)]
