"""Sessions and meetings that somebody still has to look after: a room is closed, or nobody said how they were."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from lib.paging import Page, page
from people.access import Member
from people.addresses import Addresses
from sessions.models import PeerSession
from sessions.policies import schedule_visible_to, sessions_visible_to
from sessions.queries.bookings import span
from sessions.states import ENDED, UPCOMING
from venues.models import Room
from venues.states import ACTIVE as VENUE_ACTIVE


@dataclass(frozen=True)
class OpenEnd:
    """One session of such a list: when it is, of whom, what is the matter, and where that is put right.

    `peer_name` is the group's for a meeting, which has no supporter.
    """

    url: str
    act_url: str
    when: str
    span: str
    peer_name: str
    supporter_name: str
    about: str


def needing_a_place(member: Member, *, after: str | None, now: datetime) -> Page[OpenEnd]:
    """A page of what is to come and whose room is closed, the next ones first. One query.

    Coordinators see groups' meetings too; facilitators find it on the page of the meeting.
    """
    rows = _needing_a_place(member, now).select_related("room__venue", "side_room__venue", "group")
    return _page(rows, member, after, act="sessions:move", about=_closed_place)


def unsettled(member: Member, *, after: str | None, now: datetime) -> Page[OpenEnd]:
    """A page of the sessions of which nobody said how they were, the oldest first. One query."""
    return _page(_unsettled(member, now), member, after, act="sessions:peer_session", about=_why_open)


def needs_a_place(row: PeerSession, now: datetime) -> bool:
    """Whether what is to come needs a room that cannot be used. `row` carries its rooms' places.

    A meeting's side room counts like its room. The same rule is a filter below, and a statement in peersafe's `waits`;
    a test asks all three.
    """
    if row.state not in UPCOMING or row.starts_at <= now:
        return False
    return bool(_closed_rooms(row))


def _closed_rooms(row: PeerSession) -> list[Room]:
    rooms = [room for room in (row.room, row.side_room) if room is not None]
    return [room for room in rooms if room.closed_at is not None or room.venue.state != VENUE_ACTIVE]


def _needing_a_place(member: Member, now: datetime) -> QuerySet[PeerSession]:
    closed = Room.objects.exclude(pk__in=Room.objects.open()).values("pk")
    rows = schedule_visible_to(member) if member.is_coordinator() else sessions_visible_to(member)
    coming = rows.filter(state__in=UPCOMING, starts_at__gt=now)
    return coming.filter(Q(room__in=closed) | Q(side_room__in=closed))


def _unsettled(member: Member, now: datetime) -> QuerySet[PeerSession]:
    """Where no supporter is left who could say so, or where the peer found nobody there."""
    nobody_left = Q(pairing__state=ENDED) | Q(nobody_there_at__isnull=False)
    return sessions_visible_to(member).filter(nobody_left, state__in=UPCOMING, ends_at__lte=now)


def _closed_place(row: PeerSession) -> str:
    return "; ".join(f"{room.venue.name}, {room.name}" for room in _closed_rooms(row))


def _why_open(row: PeerSession) -> str:
    if row.nobody_there_at is not None:
        return _("The peer said that nobody was there.")
    return _("Their pairing has ended, and nothing was noted.")


def _page(
    rows: QuerySet[PeerSession],
    member: Member,
    after: str | None,
    *,
    act: str,
    about: Callable[[PeerSession], str],
) -> Page[OpenEnd]:
    slug = member.organisation.slug
    url_of, act_url_of = Addresses("sessions:peer_session", slug), Addresses(act, slug)
    meeting_url_of, move_url_of = (
        Addresses("sessions:meeting", slug),
        Addresses("sessions:move_meeting", slug),
    )

    def make(row: PeerSession) -> OpenEnd:
        return OpenEnd(
            url=(url_of if row.group_id is None else meeting_url_of)(row.pk),
            act_url=(act_url_of if row.group_id is None else move_url_of)(row.pk),
            when=date_format(row.starts_at.astimezone(member.zone), "l j F Y"),
            span=span(row, member.zone),
            peer_name=row.two.peer.name if row.pairing else row.meeting_of.name,
            supporter_name=row.pairing.supporter.user.preferred_name if row.pairing else "",
            about=about(row),
        )

    related = rows.select_related("pairing__peer", "pairing__supporter__user")
    return page(related, by="starts_at", after=after, make=make)
