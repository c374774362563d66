"""What a peer's private link to one session shows, on the peer's own clock: no names, no notes."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from sessions.local_time import zone_words
from sessions.models import PeerSession
from sessions.queries import slots
from sessions.queries.bookings import place, span
from sessions.queries.details import Fact, length, minutes
from sessions.queries.open_ends import needs_a_place
from sessions.queries.slots import Offer
from sessions.state_words import SESSIONS, Shown
from sessions.states import BOOKED, CONFIRMED


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
        may_confirm=ahead and row.may("confirm") and not needs_a_place(row, now),
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


def free_times(row: PeerSession, *, first_on: date, now: datetime) -> Offer:
    """The next days with free times of the same length, at the same place; not the time it has. Two queries."""
    zone = ZoneInfo(row.two.peer.zone)
    offered = slots.offer(
        row.two,
        minutes=minutes(row),
        first_on=first_on,
        zone=zone,
        now=now,
        own=False,
        room_id=row.room_id,
        besides=row.pk,
    )
    days = [
        replace(day, slots=[each for each in day.slots if slots.read_slot(each.value) != row.starts_at])
        for day in offered.days
    ]
    return replace(offered, days=[day for day in days if day.slots])


def is_free(row: PeerSession, starts_at: datetime, *, now: datetime) -> bool:
    """Whether a time is one of those that can be offered: within the hours that others may book. Two queries."""
    if not now < starts_at <= now + slots.FURTHEST:
        return False
    zone = ZoneInfo(row.two.peer.zone)
    found = slots.for_pairing(
        row.two,
        minutes=minutes(row),
        room_id=row.room_id,
        first_on=starts_at.astimezone(zone).date(),
        days=1,
        now=now,
        own=False,
        besides=row.pk,
        zone=zone,
    )
    return starts_at in {each.starts_at for each in found}
