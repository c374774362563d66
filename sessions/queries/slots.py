"""Times that are free for a pairing, and for a room: what booking and moving offer."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone

from sessions.free_time import Span
from sessions.local_time import beginning
from sessions.models import Pairing
from sessions.queries.needs import agreed_around, need

LOOKED_AHEAD = 28  # days, for a few times near one that was taken


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
    first = beginning(first_on, zone)
    last = beginning(first_on + timedelta(days=days), zone)
    found = _free(pairing, first, last, minutes=minutes, room_id=room_id, now=now, own=own, besides=besides)
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
    """The next free times after a moment; where there are too few within four weeks, the last ones before it too."""
    first, last = max(now, around - timedelta(days=7)), around + timedelta(days=LOOKED_AHEAD)
    found = list(
        _free(pairing, first, last, minutes=minutes, room_id=room_id, now=now, own=own, besides=besides)
    )
    later = [span for span in found if span[0] >= around][:most]
    earlier = [span for span in found if span[0] < around]
    return [Slot(*span) for span in [*earlier[len(earlier) - (most - len(later)) :], *later]]


def _free(
    pairing: Pairing,
    first: datetime,
    last: datetime,
    *,
    minutes: int,
    room_id: UUID | None,
    now: datetime,
    own: bool,
    besides: UUID | None,
) -> Iterator[Span]:
    agreed = agreed_around(pairing.pk, first, last, besides=besides)
    if agreed is None or agreed.counted >= agreed.number:
        return
    fits = need(
        pairing.pk,
        room_id=room_id,
        first=first,
        last=last,
        rhythm=agreed.rhythm,
        starts=agreed.starts,
        besides=besides,
    )
    yield from fits.free(first, last, length=timedelta(minutes=minutes), now=now, own=own)
