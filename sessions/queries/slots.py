"""Times that are free for a pairing, and for a room: what booking and moving offer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import partial
from itertools import groupby, islice
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions.fitting import Need
from sessions.local_time import beginning
from sessions.models import Pairing
from sessions.queries.needs import agreed_around, need

DAYS_OFFERED = 7  # with a free time each
MOST_READ = 250  # free times, of which a day shows some
FURTHEST = timedelta(days=364)
MOST_A_DAY = 13  # free times offered on one day
LOOKED_AHEAD, LOOKED_BACK = timedelta(days=28), timedelta(days=7)  # for a few times near one that was taken


@dataclass(frozen=True)
class Slot:
    """A time at which a session of the length that was asked for can be booked."""

    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True)
class SlotChoice:
    """A free time to choose: its moment, how the reader's clock shows it, and how the peer's does if it differs."""

    value: str
    label: str
    theirs: str


@dataclass(frozen=True)
class SlotDay:
    """A day with the free times that are offered on it."""

    label: str
    on: date
    slots: Sequence[SlotChoice]


def read_slot(value: str) -> datetime:
    """The moment a choice stands for. Raises ValueError for anything else."""
    try:
        found = datetime.fromisoformat(value).astimezone(UTC)
    except OverflowError as error:
        raise ValueError(value) from error
    if found.isoformat() != value:
        raise ValueError(value)
    return found


def by_day(slots: Sequence[Slot], zone: ZoneInfo, peer_zone: ZoneInfo) -> list[SlotDay]:
    """Free times under their days on the reader's clock; where a day has many, every second one, or fewer."""
    days = groupby(slots, key=lambda slot: slot.starts_at.astimezone(zone).date())
    return [
        SlotDay(
            label=date_format(day, "l j F"),
            on=day,
            slots=[_choice(slot.starts_at, zone, peer_zone) for slot in _thinned(list(found))],
        )
        for day, found in days
    ]


def _thinned(slots: list[Slot]) -> list[Slot]:
    return slots if len(slots) <= MOST_A_DAY else _thinned(slots[::2])


def _choice(starts_at: datetime, zone: ZoneInfo, peer_zone: ZoneInfo) -> SlotChoice:
    ours, theirs = starts_at.astimezone(zone), starts_at.astimezone(peer_zone)
    other = ours.utcoffset() != theirs.utcoffset()
    return SlotChoice(
        value=starts_at.astimezone(UTC).isoformat(),
        label=_clock(ours),
        theirs=_("%(time)s for them") % {"time": _clock(theirs)} if other else "",
    )


def _clock(at: datetime) -> str:
    """As the clock shows it; with the name of the hour where the clock shows it twice that day."""
    return (
        f"{at:%H:%M}"
        if at.replace(fold=0).utcoffset() == at.replace(fold=1).utcoffset()
        else f"{at:%H:%M %Z}"
    )


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
    zone: ZoneInfo | None = None,
) -> list[Slot]:
    """The first free times of some days on the clock of `zone` (the reader's), at most `most`; two queries.

    `own`: the supporter books for themselves, and their own notice does not count. `besides`: a session that is being
    moved, whose own time is free. None without an agreement, or when all agreed sessions are held or booked.
    """
    zone = zone or ZoneInfo(timezone.get_current_timezone_name())
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


@dataclass(frozen=True)
class Offer:
    """Free times to choose from, and the day with which the next ones begin; None where that is too far ahead."""

    days: list[SlotDay]
    later: date | None


def offer(
    pairing: Pairing,
    *,
    minutes: int,
    first_on: date,
    zone: ZoneInfo,
    now: datetime,
    own: bool,
    room_id: UUID | None = None,
    besides: UUID | None = None,
) -> Offer:
    """The next days on which something is free, from a day on, for a page that asks. `pairing` carries its peer."""
    today = now.astimezone(zone).date()
    first_on = min(max(first_on, today), today + FURTHEST)
    found = for_pairing(
        pairing,
        minutes=minutes,
        room_id=room_id,
        first_on=first_on,
        days=LOOKED_AHEAD.days,
        now=now,
        most=MOST_READ,
        own=own,
        besides=besides,
        zone=zone,
    )
    days = by_day(found, zone, ZoneInfo(pairing.peer.zone))
    if len(found) == MOST_READ:
        days.pop()  # the last one may be only half there
    shown = days[:DAYS_OFFERED]
    more = len(days) > len(shown) or len(found) == MOST_READ
    later = (shown[-1].on if more else first_on + LOOKED_AHEAD) + timedelta(days=1)
    return Offer(shown, later if later <= today + FURTHEST else None)
