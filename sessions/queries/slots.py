"""Times that are free for a pairing, and for a room: what booking and moving offer."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from sessions.fitting import Need
from sessions.local_time import beginning
from sessions.models import Pairing
from sessions.queries.needs import agreed_around, need

LOOKED_AHEAD, LOOKED_BACK = timedelta(days=28), timedelta(days=7)  # for a few times near one that was taken


@dataclass(frozen=True)
class Slot:
    """A time at which a session of the length that was asked for can be booked."""

    starts_at: datetime
    ends_at: datetime


def for_pairing(
    pairing: Pairing,
    *,
    minutes: int,
    room_id: UUID | None,
    first_on: date,
    days: int,
    now: datetime,
    most: int = 60,
    own: bool,
    besides: UUID | None = None,
) -> list[Slot]:
    """The first free times of some days on the reader's clock (Django's current zone), at most `most`; two queries.

    `own`: the supporter books for themselves, and their own notice does not count. `besides`: a session that is being
    moved, whose own time is free. None without an agreement, or when all agreed sessions are held or booked.
    """
    zone = ZoneInfo(timezone.get_current_timezone_name())
    first, last = beginning(first_on, zone), beginning(first_on + timedelta(days=days), zone)
    fits = _need(pairing, first, last, room_id=room_id, besides=besides)
    if fits is None:
        return []
    found = fits.free(first, last, length=timedelta(minutes=minutes), now=now, own=own)
    return [Slot(*span) for span in islice(found, most)]


def near(
    pairing: Pairing,
    *,
    room_id: UUID | None,
    minutes: int,
    around: datetime,
    now: datetime,
    most: int = 3,
    own: bool,
    besides: UUID | None = None,
) -> list[Slot]:
    """The next free times after a moment; where there are too few in four weeks, the last ones before it too."""
    first, last = around - LOOKED_BACK, around + LOOKED_AHEAD
    fits = _need(pairing, first, last, room_id=room_id, besides=besides)
    if fits is None:
        return []
    free = partial(fits.free, length=timedelta(minutes=minutes), now=now, own=own)
    later = list(islice(free(around, last), most))
    earlier = list(free(first, around)) if len(later) < most else []
    return [Slot(*span) for span in [*earlier, *later][-most:]]


def _need(
    pairing: Pairing, first: datetime, last: datetime, *, room_id: UUID | None, besides: UUID | None
) -> Need | None:
    """What times have to fit; None where nothing can be booked at all."""
    agreed = agreed_around(pairing.pk, first, last, besides=besides)
    if agreed is None or agreed.counted >= agreed.number:
        return None
    return need(
        pairing.pk,
        room_id=room_id,
        first=first,
        last=last,
        rhythm=agreed.rhythm,
        starts=agreed.starts,
        besides=besides,
    )
