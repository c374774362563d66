"""Whether a time fits two people and a room: their hours, notice, rest, what is booked, what was agreed.

One table of reasons, used to offer times and to refuse them: what is offered is exactly what is not refused.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

from sessions.free_time import Hours, Span, both, is_too_often, starts_in, touches, week_of

AROUND = timedelta(
    days=1
)  # hours are looked at this much further, so that no stretch is cut where a page ends


class Misfit(Enum):
    """Why a time does not fit."""

    PASSED = "passed"
    TAKEN = "taken"
    TOO_OFTEN = "too often"
    ROOM_OUTSIDE = "outside the room's hours"
    ROOM_NOTICE = "too soon for the room"
    ROOM_REST = "no time between two in the room"
    ROOM_FULL = "the room's week is full"
    OUTSIDE = "outside the supporter's hours"
    NOTICE = "too soon for the supporter"
    REST = "no rest for the supporter"
    FULL = "the supporter's week is full"


# What supporters ask of others, and may leave aside for themselves.
THEIR_OWN = frozenset({Misfit.OUTSIDE, Misfit.NOTICE, Misfit.REST, Misfit.FULL})


@dataclass(frozen=True)
class Need:
    """All that a time for two people, and perhaps a room, has to fit."""

    supporter: Hours
    peer: Hours
    room: Hours | None
    rhythm: str
    weeks_met: frozenset[int]  # weeks on the peer's clock in which the two have a session

    def misfits(self, start: datetime, end: datetime, *, now: datetime) -> Iterator[Misfit]:
        """Every reason against this time; none when it fits."""
        if start <= now:
            yield Misfit.PASSED
        if self.is_taken(start, end):
            yield Misfit.TAKEN
        if is_too_often(week_of(start, self.peer.zone), self.weeks_met, self.rhythm):
            yield Misfit.TOO_OFTEN
        if self.room is not None:
            yield from _misfits(self.room, start, end, now, OF_THE_ROOM)
        yield from _misfits(self.supporter, start, end, now, OF_THE_SUPPORTER)

    def is_taken(self, start: datetime, end: datetime) -> bool:
        """Whether one of the two, or the room, has something then."""
        owners = (self.supporter, self.peer, self.room)
        return any(touches(one.taken, start, end) for one in owners if one is not None)

    def free(
        self, first: datetime, last: datetime, *, length: timedelta, now: datetime, own: bool
    ) -> Iterator[Span]:
        """Every time that is offered and begins between two moments, the first ones first.

        `own`: the supporter looks for themselves, and needs no notice.
        """
        open_time = self.supporter.open(first - AROUND, last + AROUND)
        if self.room is not None:
            open_time = both(open_time, self.room.open(first - AROUND, last + AROUND))
        minded = {Misfit.NOTICE} if own else set()
        for start in _between(starts_in(open_time, length), first, last):
            end = start + length
            if all(reason in minded for reason in self.misfits(start, end, now=now)):
                yield (start, end)


OF_THE_ROOM = (Misfit.ROOM_OUTSIDE, Misfit.ROOM_NOTICE, Misfit.ROOM_REST, Misfit.ROOM_FULL)
OF_THE_SUPPORTER = (Misfit.OUTSIDE, Misfit.NOTICE, Misfit.REST, Misfit.FULL)


def _misfits(
    hours: Hours, start: datetime, end: datetime, now: datetime, reasons: tuple[Misfit, ...]
) -> Iterator[Misfit]:
    outside, notice, rest, full = reasons
    if not hours.lets(start, end):
        yield outside
    if start < now + hours.notice:
        yield notice
    is_taken = touches(hours.taken, start, end)  # which is not for want of rest, and is told by itself
    if not is_taken and not hours.rests(start, end):
        yield rest
    if hours.is_full(start):
        yield full


def _between(starts: Iterable[datetime], first: datetime, last: datetime) -> Iterator[datetime]:
    return (start for start in starts if first <= start < last)
