"""Groups' meetings as their pages show them: a list at a time, one with who facilitates it, and what is missing."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.paging import Page, page
from people.access import Member
from people.addresses import Addresses
from people.models import Facilitator, Group, Membership
from people.queries.groups import ENOUGH_FACILITATORS
from sessions.local_time import zone_words
from sessions.models import Hold, MeetingSeries, PeerSession, Setting, Why
from sessions.queries.bookings import place, span
from sessions.queries.details import Fact, length
from sessions.queries.open_ends import needs_a_place
from sessions.recurrence import read
from sessions.recurrence_words import line
from sessions.state_words import MEETINGS, Shown
from sessions.states import BOOKED, CANCELLED
from venues.models import Room


@dataclass(frozen=True)
class MeetingRow:
    """One meeting in a list; `lacks` says in words what it has not got yet."""

    url: str
    day: str
    span: str
    group: str
    place: str
    facilitators: str
    lacks: list[str]
    places: str
    state: Shown
    is_off: bool


def of_group(rows: QuerySet[PeerSession], group: Group) -> QuerySet[PeerSession]:
    """Those of one group."""
    return rows.filter(group=group)


def meeting_rows(
    rows: QuerySet[PeerSession], member: Member, *, past: bool, after: str | None, now: datetime
) -> Page[MeetingRow]:
    """25 meetings: those to come, the next first, or those that were, the last first. Two queries."""
    chosen = rows.filter(ends_at__lte=now) if past else rows.filter(ends_at__gt=now)
    related = chosen.select_related("room__venue", "side_room__venue", "group")
    found = page(related, by="starts_at", after=after, make=lambda row: row, descending=past)
    return Page(rows=_rows(found.rows, member, now), next=found.next, first=found.first)


def _rows(meetings: Sequence[PeerSession], member: Member, now: datetime) -> list[MeetingRow]:
    names = _names(meetings)
    url = Addresses("sessions:meeting", member.organisation.slug)
    return [_row(meeting, names[meeting.pk], url(meeting.pk), member.zone, now) for meeting in meetings]


def _names(meetings: Sequence[PeerSession]) -> dict[UUID, list[str]]:
    """Who facilitates each."""
    found: dict[UUID, list[str]] = defaultdict(list)
    ids = [meeting.pk for meeting in meetings]
    holds = Hold.objects.filter(peer_session__in=ids, supporter__isnull=False, released_at__isnull=True)
    columns = holds.order_by("pk").values_list("peer_session_id", "supporter__user__preferred_name")
    for meeting_id, name in columns:
        found[meeting_id].append(name)
    return found


def _row(meeting: PeerSession, names: list[str], url: str, zone: ZoneInfo, now: datetime) -> MeetingRow:
    return MeetingRow(
        url=url,
        day=date_format(meeting.starts_at.astimezone(zone), "D j M Y"),
        span=span(meeting, zone),
        group=meeting.meeting_of.name,
        place=place(meeting),
        facilitators=", ".join(names),
        lacks=lacks(meeting, len(names), now),
        places=places_words(meeting),
        state=MEETINGS[meeting.state],
        is_off=meeting.state == CANCELLED,
    )


def places_words(meeting: PeerSession) -> str:
    """How full a meeting is."""
    return _("%(taken)s of %(places)s taken") % {"taken": meeting.places_taken, "places": meeting.places}


def lacks(meeting: PeerSession, facilitators: int, now: datetime) -> list[str]:
    """What a planned meeting has not got yet: two facilitators, a room, or one that is open."""
    if meeting.state != BOOKED:
        return []
    short = short_words(facilitators)
    found = [short] if short else []
    if meeting.setting == Setting.ROOM and meeting.room_id is None:
        found.append(_("No room yet"))
    if needs_a_place(meeting, now):
        found.append(_("Needs a new place"))
    return found


def short_words(facilitators: int) -> str:
    """What to say of a meeting with fewer than two facilitators; nothing where there are enough."""
    if facilitators >= ENOUGH_FACILITATORS:
        return ""
    return _("One facilitator only") if facilitators else _("No facilitator yet")


@dataclass(frozen=True)
class Here:
    """Somebody at a meeting, or a facilitator of the group who is not there."""

    id: UUID
    name: str
    stands_in: bool


@dataclass(frozen=True)
class MeetingPage:
    """One meeting as its page shows it."""

    day: str
    span: str
    zone: str
    state: Shown
    facts: list[Fact]
    lacks: list[str]
    needs_a_place: bool
    here: list[Here]
    away: list[Here]
    lacks_facilitators: str
    offers_step_in: bool
    offers_step_out: bool
    has_begun: bool
    is_off: bool
    comes_again: str
    series_goes_on: bool
    sees_group: bool


def meeting_page(meeting: PeerSession, member: Member, *, now: datetime) -> MeetingPage:
    """When, where and with whom. One query; `meeting` carries its group, series and rooms."""
    zone = member.zone
    here, away = facilitators(meeting)
    is_here = any(one.id == member.id for one in here)
    return MeetingPage(
        day=date_format(meeting.starts_at.astimezone(zone), "l j F Y"),
        span=span(meeting, zone),
        zone=zone_words(zone.key),
        state=MEETINGS[meeting.state],
        facts=_facts(meeting),
        lacks=lacks(meeting, len(here), now),
        needs_a_place=needs_a_place(meeting, now),
        here=here,
        away=away,
        lacks_facilitators=short_words(len(here)) if meeting.state == BOOKED else "",
        offers_step_in=member.is_coordinator() or not is_here,
        offers_step_out=bool(here) if member.is_coordinator() else is_here,
        has_begun=meeting.starts_at <= now,
        is_off=meeting.state == CANCELLED,
        comes_again=series_line(meeting.series) if meeting.series else "",
        series_goes_on=meeting.series is not None and meeting.series.ended_at is None,
        sees_group=getattr(meeting, "leads", True),
    )


def facilitators(meeting: PeerSession) -> tuple[list[Here], list[Here]]:
    """Who is down for a meeting, and which facilitators of the group are not."""
    held = Hold.objects.filter(peer_session=meeting, supporter=OuterRef("pk"), released_at__isnull=True)
    current = Facilitator.objects.filter(
        group=meeting.meeting_of, membership=OuterRef("pk"), ends_at__isnull=True
    )
    rows = Membership.objects.annotate(held=Exists(held), current=Exists(current))
    rows = rows.filter(Q(held=True) | Q(current=True)).order_by("user__preferred_name", "pk")
    here, away = list[Here](), list[Here]()
    for pk, name, is_held, is_current in rows.values_list("pk", "user__preferred_name", "held", "current"):
        (here if is_held else away).append(Here(pk, name, stands_in=not is_current))
    return here, away


def _facts(meeting: PeerSession) -> list[Fact]:
    facts = [(_("Where"), place(meeting))]
    if meeting.room is not None and meeting.room.venue.address:
        facts.append((_("Address"), meeting.room.venue.address))
    if meeting.side_room is not None:
        facts.append((_("Side room"), f"{meeting.side_room.venue.name}, {meeting.side_room.name}"))
    facts.append((_("Length"), length(meeting)))
    if meeting.state == CANCELLED:
        facts.append((_("Why it was called off"), str(Why(meeting.cancelled_why).label)))
    if meeting.changed_alone:
        facts.append((_("Of its series"), _("Changed alone: it stays so when the series changes.")))
    return facts


def series_line(series: MeetingSeries) -> str:
    """A series in one line."""
    return line(read(series.rule), series.starts, series.until_on, ZoneInfo(series.zone))


@dataclass(frozen=True)
class SeriesLine:
    """A series that goes on, with its page."""

    words: str
    url: str


def series_of(group: Group, member: Member, *, now: datetime) -> list[SeriesLine]:
    """The series of a group that go on. One query."""
    today = now.astimezone(member.zone).date()
    rows = MeetingSeries.objects.filter(group=group, ended_at__isnull=True, until_on__gte=today)
    url = Addresses("sessions:series", member.organisation.slug)
    return [SeriesLine(series_line(row), url(row.pk)) for row in rows.order_by("first_on", "pk")[:20]]


@dataclass(frozen=True)
class GroupRoom:
    """A room that a group could meet in."""

    id: UUID
    label: str
    fits: int


def group_rooms(rooms: QuerySet[Room]) -> list[GroupRoom]:
    """Rooms with how many people fit, in the order people look for them."""
    found = rooms.select_related("venue").order_by("venue__name", "name", "pk")[:200]
    return [GroupRoom(room.pk, _label(room), room.places) for room in found]


def _label(room: Room) -> str:
    named: dict[str, Any] = {"venue": room.venue.name, "room": room.name, "fits": room.places}
    text = ngettext("%(venue)s, %(room)s (%(fits)s fits)", "%(venue)s, %(room)s (%(fits)s fit)", room.places)
    return text % named


def who_could_step_in(rows: QuerySet[Membership], meeting: PeerSession, words: str) -> QuerySet[Membership]:
    """Of these, who is not down for a meeting yet: facilitators of its group first."""
    held = Hold.objects.filter(peer_session=meeting, supporter__isnull=False, released_at__isnull=True)
    current = Facilitator.objects.filter(
        group=meeting.meeting_of, membership=OuterRef("pk"), ends_at__isnull=True
    )
    found = rows.exclude(pk__in=held.values("supporter_id")).filter(user__preferred_name__icontains=words)
    return found.select_related("user").order_by(Exists(current).desc(), "user__preferred_name", "pk")


def who_is_there(rows: QuerySet[Membership], meeting: PeerSession) -> QuerySet[Membership]:
    """Of these, who is down for a meeting."""
    held = Hold.objects.filter(peer_session=meeting, supporter__isnull=False, released_at__isnull=True)
    found = rows.filter(pk__in=held.values("supporter_id"))
    return found.select_related("user").order_by("user__preferred_name", "pk")
