"""Places in meetings in words: their states, who came, how many wait, and whose turn it is."""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from sessions.models import Attended, MeetingPlace
from sessions.state_words import Shown
from sessions.states import GIVEN_BACK, LAPSED, OFFERED, TAKEN, WAITING_FOR

# As whoever runs the meeting reads them; saying no, or nothing, is nobody's fault.
PLACES: dict[str, Shown] = {
    TAKEN: Shown(gettext_lazy("Has a place"), "good"),
    OFFERED: Shown(gettext_lazy("Is asked"), "wait"),
    WAITING_FOR: Shown(gettext_lazy("In line"), "wait"),
    GIVEN_BACK: Shown(gettext_lazy("Not this time"), "quiet"),
    LAPSED: Shown(gettext_lazy("Did not answer"), "quiet"),
}
NOT_ASKED = Shown(gettext_lazy("Has not said"), "quiet")
# As the peer reads them, on their own phone.
OWN_PLACES: dict[str, Shown] = {
    TAKEN: Shown(gettext_lazy("You have a place"), "good"),
    OFFERED: Shown(gettext_lazy("There is a place for you"), "wait"),
    WAITING_FOR: Shown(gettext_lazy("You are in line"), "wait"),
    GIVEN_BACK: Shown(gettext_lazy("Not this time"), "quiet"),
    LAPSED: Shown(gettext_lazy("The place has gone on to the next"), "quiet"),
}
OWN_NOT_ASKED = Shown(gettext_lazy("You have not said yet"), "quiet")
ATTENDED: dict[str, Shown] = {
    Attended.CAME: Shown(gettext_lazy("Came"), "good"),
    Attended.STAYED_AWAY: Shown(gettext_lazy("Was not there"), "quiet"),
}
NOT_NOTED = Shown(gettext_lazy("Not noted yet"), "wait")


def place_shown(place: MeetingPlace | None, *, own: bool = False) -> Shown:
    """A place as a badge shows it; None: they have not asked for one."""
    if place is None:
        return OWN_NOT_ASKED if own else NOT_ASKED
    return (OWN_PLACES if own else PLACES)[place.state]


def taken_words(taken: int, places: int) -> str:
    """How full a meeting is."""
    words = ngettext(
        "%(taken)s of %(places)s place is taken.", "%(taken)s of %(places)s places are taken.", places
    )
    return words % {"taken": taken, "places": places}


def waiting_words(waiting: int) -> str:
    """How many stand in line; nothing where nobody does."""
    if not waiting:
        return ""
    return ngettext("%(waiting)s person is in line.", "%(waiting)s people are in line.", waiting) % {
        "waiting": waiting
    }


def turn_words(turn: int, *, own: bool = False) -> str:
    """Where somebody stands in line, counted from 1."""
    if turn == 1:
        return _("You are next.") if own else _("Is next.")
    words = _("You are number %(turn)s.") if own else _("Is number %(turn)s.")
    return words % {"turn": turn}
