"""Private links to a group's meetings: whether a member has one; and what its page shows the peer."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from people.models import GroupMember, PrivateLink
from people.models.links import LinkPurpose
from reminders.queries import address_of
from sessions.local_time import zone_words
from sessions.models import MeetingPlace, PeerSession, Setting
from sessions.place_words import place_shown, turn_words
from sessions.queries.bookings import place as place_words
from sessions.queries.bookings import span
from sessions.queries.pairings import day
from sessions.queries.places import can_take, can_wait, first_to_answer, moment_words, turns
from sessions.queries.places_due import answer_until
from sessions.state_words import Shown
from sessions.states import BOOKED, CANCELLED, OCCUPIES, OFFERED, TAKEN, WAITING_FOR

SHOWN = 8  # meetings on one page: about two months


@dataclass(frozen=True)
class Standing:
    """Whether a member has a working link: since when, first opened when; and whether mail would reach them."""

    made: str
    opened: str
    reachable: bool


def standing(member: GroupMember, *, now: datetime) -> Standing:
    """Of the newest link that works. Two queries. `member` carries its peer with the key."""
    links = PrivateLink.objects.working(LinkPurpose.GROUP, now).filter(object_id=member.pk)
    link = links.order_by("created_at").last()
    return Standing(
        made=day(link.created_at) if link else "",
        opened=day(link.opened_at) if link and link.opened_at else "",
        reachable=bool(address_of(member.peer_id, member.peer.data_key)),
    )


@dataclass(frozen=True)
class ComingMeeting:
    """One meeting as the peer sees it: when, their own place, and what they can say now. Nobody else, no theme."""

    id: UUID
    day: str
    span: str
    is_off: bool
    shown: Shown
    detail: str
    facts: Sequence[tuple[str, str]]
    offered: bool
    may_take: bool
    may_wait: bool
    may_give_back: bool
    may_decline: bool


@dataclass(frozen=True)
class ComingPage:
    """The meetings to come, on the peer's clock."""

    zone: str
    meetings: Sequence[ComingMeeting]


def coming_page(meetings: QuerySet[PeerSession], member: GroupMember, *, now: datetime) -> ComingPage:
    """The next meetings of the peer's group, and later ones in which they have, or are offered, or wait for a place.

    Two queries. `member` carries its peer.
    """
    coming = meetings.filter(starts_at__gt=now, state__in=[BOOKED, CANCELLED]).order_by("starts_at", "pk")
    theirs = MeetingPlace.objects.filter(
        peer_session=OuterRef("pk"), peer_id=member.peer_id, state__in=[WAITING_FOR, *OCCUPIES]
    )
    shown = coming.filter(Q(pk__in=coming.values("pk")[:SHOWN]) | Exists(theirs))
    rows = list(shown.select_related("room__venue"))
    zone = ZoneInfo(member.peer.zone)
    own: dict[UUID, MeetingPlace] = {}
    lines: dict[UUID, list[MeetingPlace]] = {row.pk: [] for row in rows}
    concerned = Q(peer_id=member.peer_id) | Q(state=WAITING_FOR)
    for place in MeetingPlace.objects.filter(concerned, peer_session__in=list(lines)):
        lines[place.peer_session_id].append(place)
        if place.peer_id == member.peer_id:
            own[place.peer_session_id] = place
    return ComingPage(
        zone=zone_words(zone.key),
        meetings=[_meeting(row, own.get(row.pk), lines[row.pk], zone, now) for row in rows],
    )


def _meeting(
    row: PeerSession, place: MeetingPlace | None, line: list[MeetingPlace], zone: ZoneInfo, now: datetime
) -> ComingMeeting:
    is_off = row.state == CANCELLED
    free = (row.places or 0) - row.places_taken
    near = first_to_answer(row, now)
    # A free place belongs to who is first in line, until it is too near for that.
    theirs = free if near or not any(one.state == WAITING_FOR for one in line) else 0
    offered = place is not None and place.state == OFFERED and answer_until(row, place) > now
    has_place = place is not None and place.state == TAKEN
    return ComingMeeting(
        id=row.pk,
        day=date_format(row.starts_at.astimezone(zone), "l j F"),
        span=span(row, zone),
        is_off=is_off,
        shown=Shown(_("Called off"), "quiet") if is_off else place_shown(place, own=True),
        detail="" if is_off else _detail(row, place, line, zone, near=near, free=free),
        facts=_facts(row) if has_place and not is_off else [(_("Where"), _setting(row))],
        offered=offered and not is_off,
        may_take=not is_off and (offered or can_take(place, free=theirs)),
        may_wait=not is_off and not offered and can_wait(place, free=theirs),
        may_give_back=not is_off and place is not None and place.may("give_back"),
        may_decline=not is_off and place is None,
    )


def _detail(
    row: PeerSession,
    place: MeetingPlace | None,
    line: list[MeetingPlace],
    zone: ZoneInfo,
    *,
    near: bool,
    free: int,
) -> str:
    if place is not None and place.state == TAKEN:
        return ""
    if place is not None and place.state == OFFERED:
        return _("It is kept for you until %(when)s.") % {
            "when": moment_words(answer_until(row, place), zone)
        }
    if near and free > 0:
        return _("A place is free. Whoever says yes first has it.")
    if place is not None and place.state == WAITING_FOR:
        turn = turn_words(turns(line)[place.peer_id], own=True)
        return _("%(turn)s You hear from us when a place becomes free, or look here again.") % {"turn": turn}
    return "" if free > 0 else _("All places are taken just now.")


def _facts(row: PeerSession) -> list[tuple[str, str]]:
    """Where it is, for who has a place."""
    facts = [(_("Where"), place_words(row))]
    if row.room is not None and row.room.venue.address:
        facts.append((_("Address"), row.room.venue.address))
    if row.room is not None and row.room.venue.getting_there:
        facts.append((_("Getting there"), row.room.venue.getting_there))
    return facts


def _setting(row: PeerSession) -> str:
    """What everybody in the group may know: no address for who has no place."""
    return str(Setting(row.setting).label).capitalize()
