"""What a peer's private link to one session shows, on the peer's own clock: no names, no notes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions.local_time import zone_words
from sessions.models import PeerSession
from sessions.queries import slots
from sessions.queries.bookings import place, span
from sessions.queries.details import Fact, length
from sessions.queries.open_ends import needs_a_place
from sessions.queries.slots import Slot
from sessions.state_words import SESSIONS, Shown
from sessions.states import BOOKED, CONFIRMED

DAYS, MOST = 14, 40  # shown on one page


@dataclass(frozen=True)
class LinkPage:
    """One session as the peer's private link shows it."""

    day: str
    span: str
    zone: str
    state: Shown
    facts: list[Fact]
    sequence: int
    is_confirmed: bool
    is_new_time: bool
    said_nobody_there: bool
    may_confirm: bool
    may_cancel: bool
    may_move: bool
    may_say_nobody_there: bool

    @property
    def may_answer(self) -> bool:
        """Whether there is anything to press."""
        return self.may_confirm or self.may_cancel or self.may_say_nobody_there


def link_page(row: PeerSession, *, now: datetime) -> LinkPage:
    """What the peer needs to know, and what they can answer now."""
    zone = ZoneInfo(row.two.peer.zone)
    ahead = row.starts_at > now
    return LinkPage(
        day=date_format(row.starts_at.astimezone(zone), "l j F"),
        span=span(row, zone),
        zone=zone_words(zone.key),
        state=SESSIONS[row.state],
        facts=_facts(row, now),
        sequence=row.sequence,
        is_confirmed=row.state == CONFIRMED,
        is_new_time=ahead and row.state == BOOKED and row.moved_at is not None,
        said_nobody_there=row.nobody_there_at is not None,
        may_confirm=ahead and row.may("confirm"),
        may_cancel=ahead and row.may("cancel"),
        may_move=may_move(row, now),
        may_say_nobody_there=not ahead and row.may("miss") and row.nobody_there_at is None,
    )


def may_move(row: PeerSession, now: datetime) -> bool:
    """Whether the peer can choose another time: not where the place is in question too."""
    return row.starts_at > now and row.may("move") and not needs_a_place(row, now)


def _facts(row: PeerSession, now: datetime) -> list[Fact]:
    if needs_a_place(row, now):
        return [(_("Where"), _("This changes. You will be told.")), (_("Length"), length(row))]
    facts = [(_("Where"), place(row))]
    if row.room is not None and row.room.venue.address:
        facts.append((_("Address"), row.room.venue.address))
    if row.room is not None and row.room.venue.getting_there:
        facts.append((_("Getting there"), row.room.venue.getting_there))
    return [*facts, (_("Length"), length(row))]


@dataclass(frozen=True)
class Choice:
    """A time to choose: what the form sends for it, and what the peer reads."""

    value: str
    span: str


@dataclass(frozen=True)
class Day:
    """The free times of one day."""

    label: str
    choices: Sequence[Choice]


@dataclass(frozen=True)
class FreeTimes:
    """Free times of some days, and where the next ones begin; `later` is empty a year ahead."""

    days: Sequence[Day]
    first_on: date
    earlier: str
    later: str


def free_times(row: PeerSession, *, first_on: str, now: datetime) -> FreeTimes:
    """Free times of the same length at the same place, for two weeks from a day. Two queries."""
    zone = ZoneInfo(row.two.peer.zone)
    today = now.astimezone(zone).date()
    first = min(max(_day(first_on) or today, today), today + timedelta(days=364))
    found = slots.for_pairing(
        row.two,
        minutes=int((row.ends_at - row.starts_at).total_seconds() // 60),
        room_id=row.room_id,
        first_on=first,
        days=DAYS,
        now=now,
        own=False,
        besides=row.pk,
        most=MOST,
    )
    others = [each for each in found if each.starts_at != row.starts_at]
    following = _following(found, first, zone)
    return FreeTimes(
        days=[_shown(day, list(each), zone) for day, each in groupby(others, lambda one: _on(one, zone))],
        first_on=first,
        earlier=max(first - timedelta(days=DAYS), today).isoformat() if first > today else "",
        later=following.isoformat() if following <= today + timedelta(days=364) else "",
    )


def _following(found: list[Slot], first: date, zone: ZoneInfo) -> date:
    """The day with which the next page begins: the one that was not shown to its end, if there were too many."""
    if len(found) < MOST:
        return first + timedelta(days=DAYS)
    return max(_on(found[-1], zone), first + timedelta(days=1))


def _on(slot: Slot, zone: ZoneInfo) -> date:
    return slot.starts_at.astimezone(zone).date()


def _shown(day: date, found: list[Slot], zone: ZoneInfo) -> Day:
    return Day(
        label=date_format(day, "l j F"),
        choices=[Choice(value=as_value(each.starts_at), span=span(each, zone)) for each in found],
    )


def as_value(moment: datetime) -> str:
    """A moment as a form sends it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _day(words: str) -> date | None:
    try:
        return date.fromisoformat(words)
    except ValueError:
        return None
