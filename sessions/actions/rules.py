"""What every booked time keeps to, whether it is new or moved. Each raises Refused, in words for the two."""

from datetime import datetime, timedelta
from typing import Protocol
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from lib.moves import move
from lib.refusal import Refused
from sessions.fitting import THEIR_OWN, Misfit
from sessions.free_time import is_too_often, week_of
from sessions.models import PeerSession, Setting
from sessions.queries.needs import need
from sessions.queries.standing import Standing
from sessions.states import INTRODUCED, PAIRING_MOVES

SHORTEST, LONGEST = 10, 180  # minutes
FURTHEST = timedelta(days=366)
LINK_STAYS = timedelta(days=1)  # the peer's link works until this long after the session

ON_A_BREAK = gettext_lazy("This supporter is taking a break just now.")
ON_A_BREAK_THEN = gettext_lazy("This supporter takes a break then. Please choose a time after it.")


def refuse_time(starts_at: datetime, minutes: int, now: datetime) -> None:
    """Only the year to come, and a length that is a session's."""
    if starts_at <= now:
        raise Refused(_("This time has passed. Please choose a later one."), field="start")
    if starts_at > now + FURTHEST:
        raise Refused(_("Please choose a day within the next year."), field="day")
    if not SHORTEST <= minutes <= LONGEST:
        raise Refused(_("A session lasts between 10 minutes and 3 hours."), field="minutes")


def refuse_pairing(there: Standing) -> None:
    """Only two who have begun and have not ended, while the supporter takes no break."""
    refuse_state(there)
    if there.paused_until is not None:
        raise Refused(ON_A_BREAK)


def refuse_state(there: Standing) -> None:
    """Only two who have begun and have not ended, and a supporter who works here."""
    if there.state == INTRODUCED:
        raise Refused(_("You have not agreed on anything yet. Make your agreement at the first meeting."))
    move(PAIRING_MOVES, "book", there)
    if not there.supporter_is_here:
        raise Refused(ON_A_BREAK)


def refuse_in_break(there: Standing, starts_at: datetime) -> None:
    """What is booked already may be moved while the supporter takes a break, but only to a time after it."""
    if there.paused_until is not None and starts_at < there.paused_until:
        raise Refused(ON_A_BREAK_THEN, field="start")


def refuse_beyond_agreement(there: Standing) -> None:
    """Not one more than they agreed on."""
    if there.number is None:
        raise Refused(_("No agreement is in force for the two of you. Make a new one first."))
    if there.counted >= there.number:
        words = ngettext(
            "You agreed on %(number)s session, and it is held or booked. Make a new agreement first.",
            "You agreed on %(number)s sessions, and all are held or booked. Make a new agreement first.",
            there.number,
        )
        raise Refused(words % {"number": there.number})


def refuse_room(wish: PeerSession, *, open_room: bool) -> None:
    """Only a room that is open, in a place that is in use."""
    if wish.setting == Setting.ROOM and not open_room:
        raise Refused(_("This room can no longer be booked. Please choose another one."), field="room")


TOO_OFTEN: dict[str, Promise] = {
    "weekly": gettext_lazy(
        "You agreed to meet once a week, and that week has a session already. "
        "To meet more often, make a new agreement first."
    ),
    "fortnightly": gettext_lazy(
        "You agreed to meet every two weeks, and there is a session nearer than that. "
        "To meet more often, make a new agreement first."
    ),
    "monthly": gettext_lazy(
        "You agreed to meet once a month, and there is a session nearer than that. "
        "To meet more often, make a new agreement first."
    ),
}


def refuse_too_often(there: Standing, starts_at: datetime) -> None:
    """Not sooner after another session, or before it, than they agreed: weeks on the peer's clock count."""
    if there.rhythm not in TOO_OFTEN:
        return
    zone = ZoneInfo(there.peer_zone)
    weeks_met = {week_of(start, zone) for start in there.starts}
    if is_too_often(week_of(starts_at, zone), weeks_met, there.rhythm):
        raise Refused(TOO_OFTEN[there.rhythm], field="start")


class Wish(Protocol):
    """A time that somebody wishes for, and perhaps a room."""

    @property
    def starts_at(self) -> datetime: ...
    @property
    def ends_at(self) -> datetime: ...
    @property
    def room_id(self) -> UUID | None: ...


# Nobody is told why somebody else is not free.
NO_ROOM_THEN = gettext_lazy("This room cannot be had then. Please choose another time, or another room.")
UNFIT: dict[Misfit, tuple[Promise, str]] = {
    Misfit.ROOM_OUTSIDE: (NO_ROOM_THEN, "room"),
    Misfit.ROOM_NOTICE: (NO_ROOM_THEN, "room"),
    Misfit.ROOM_REST: (NO_ROOM_THEN, "room"),
    Misfit.ROOM_FULL: (NO_ROOM_THEN, "room"),
    Misfit.OUTSIDE: (
        gettext_lazy("The supporter cannot be booked at that time. Please choose another one."),
        "start",
    ),
    Misfit.NOTICE: (
        gettext_lazy("That is too soon: the supporter needs to know earlier. Please choose a later time."),
        "start",
    ),
    Misfit.REST: (
        gettext_lazy("That leaves the supporter no rest between two sessions. Please choose another time."),
        "start",
    ),
    Misfit.FULL: (
        gettext_lazy("The supporter has as many sessions that week as they can. Please choose another week."),
        "start",
    ),
}


def refuse_unfit(
    wish: Wish, there: Standing, *, pairing_id: UUID, besides: UUID, own: bool, now: datetime
) -> None:
    """Only inside the hours of the supporter and the room, with notice, rest, and a week that is not full.

    `own`: supporters may give time beyond what they ask of others. `besides` is the session itself. One query, and
    only where somebody asks for something.
    """
    if not there.asks:
        return
    start, end = wish.starts_at, wish.ends_at
    fits = need(
        pairing_id,
        room_id=wish.room_id,
        first=start,
        last=end,
        rhythm="each_time",
        starts=(),
        besides=besides,
    )
    for reason in fits.misfits(start, end, now=now):
        if reason in UNFIT and not (own and reason in THEIR_OWN):
            words, field = UNFIT[reason]
            raise Refused(words, field=field)
