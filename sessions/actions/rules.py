"""What every booked time keeps to, whether it is new or moved. Each raises Refused, in words for the two."""

from datetime import datetime, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.moves import move
from lib.refusal import Refused
from sessions.models import PeerSession, Setting
from sessions.queries.standing import Standing
from sessions.states import INTRODUCED, PAIRING_MOVES

SHORTEST, LONGEST = 10, 180  # minutes
FURTHEST = timedelta(days=366)
LINK_STAYS = timedelta(days=1)  # the peer's link works until this long after the session


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
    if there.state == INTRODUCED:
        raise Refused(_("You have not agreed on anything yet. Make your agreement at the first meeting."))
    move(PAIRING_MOVES, "book", there)
    if not there.supporter_is_here:
        raise Refused(_("This supporter is taking a break just now."))


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
