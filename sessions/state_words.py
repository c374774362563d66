"""The states of pairings, agreements and sessions in words, each with the tone of its badge: the same on every page.

A tone only helps the eye: `wait` asks for something, `good` is well, `quiet` is over. None is `stop`: calling a session
off or not coming is nobody's fault. The words fit every reader, the peer on their own phone too.
"""

from typing import NamedTuple

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.states import (
    ACTIVE,
    ASKED,
    BOOKED,
    CANCELLED,
    CONFIRMED,
    DECLINED,
    DRAFT,
    ENDED,
    GRANTED,
    HELD,
    IN_FORCE,
    INTRODUCED,
    MISSED,
    OPEN,
    PROPOSED,
    PUT_ASIDE,
    REACHED,
    REPLACED,
    TAKEN_BACK,
    WITHDRAWN,
)


class Shown(NamedTuple):
    """A state as a badge shows it."""

    words: str | Promise
    tone: str


PAIRINGS: dict[str, Shown] = {
    INTRODUCED: Shown(_("Introduced"), "wait"),
    ACTIVE: Shown(_("Under way"), "good"),
    ENDED: Shown(_("Ended"), "quiet"),
}
AGREEMENTS: dict[str, Shown] = {
    DRAFT: Shown(_("Being made"), "wait"),
    PROPOSED: Shown(_("Waits for a yes"), "wait"),
    IN_FORCE: Shown(_("In force"), "good"),
    REPLACED: Shown(_("Replaced by a newer one"), "quiet"),
    WITHDRAWN: Shown(_("Withdrawn"), "quiet"),
}
NEVER_HELD = Shown(_("Put aside"), "quiet")  # withdrawn before both had said yes


def agreement_shown(state: str, *, held: bool) -> Shown:
    """The state of one version; `held` says whether it was ever in force."""
    return NEVER_HELD if state == WITHDRAWN and not held else AGREEMENTS[state]


SESSIONS: dict[str, Shown] = {
    BOOKED: Shown(_("Booked"), "wait"),
    CONFIRMED: Shown(_("Confirmed"), "good"),
    HELD: Shown(_("Held"), "good"),
    MISSED: Shown(_("Did not take place"), "quiet"),
    CANCELLED: Shown(_("Called off"), "quiet"),
}
EXTENSIONS: dict[str, Shown] = {
    ASKED: Shown(_("Waits for a supervisor"), "wait"),
    GRANTED: Shown(_("A supervisor said yes"), "good"),
    DECLINED: Shown(_("A supervisor said no"), "quiet"),
    TAKEN_BACK: Shown(_("Taken back"), "quiet"),
}
# A group's meeting shares its states with sessions of two, in words of its own.
MEETINGS: dict[str, Shown] = {
    BOOKED: Shown(_("Planned"), "good"),
    HELD: Shown(_("Held"), "good"),
    CANCELLED: Shown(_("Called off"), "quiet"),
}
# A goal is the peer's. One that is put aside is no failure, and one that is open is no duty.
GOALS: dict[str, Shown] = {
    OPEN: Shown(_("Under way"), "good"),
    REACHED: Shown(_("Reached"), "good"),
    PUT_ASIDE: Shown(_("Put aside for now"), "quiet"),
}
