"""Sessions that somebody still has to look after: their room is closed, or nobody has said how they were."""

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
from sessions.policies import sessions_visible_to
from sessions.queries.bookings import place, span
from sessions.states import ENDED, UPCOMING
from venues.states import ACTIVE as VENUE_ACTIVE


@dataclass(frozen=True)
class OpenEnd:
    """One session of such a list: when it is, of whom, what is the matter, and where that is put right."""

    url: str
    act_url: str
    when: str
    span: str
    peer_name: str
    supporter_name: str
    about: str


def needing_a_place(member: Member, *, after: str | None, now: datetime) -> Page[OpenEnd]:
    """A page of the sessions to come whose room is closed, the next ones first. One query."""
    rows = _needing_a_place(member, now).select_related("room__venue")
    return _page(rows, member, after, act="sessions:move", about=place)


def unsettled(member: Member, *, after: str | None, now: datetime) -> Page[OpenEnd]:
    """A page of the sessions of which nobody said how they were, the oldest first. One query."""
    return _page(_unsettled(member, now), member, after, act="sessions:peer_session", about=_why_open)


def needs_a_place(row: PeerSession, now: datetime) -> bool:
    """Whether a session to come stands in a room that cannot be used. `row` carries its room's place."""
    if row.room is None or row.state not in UPCOMING or row.starts_at <= now:
        return False
    return row.room.closed_at is not None or row.room.venue.state != VENUE_ACTIVE


def _needing_a_place(member: Member, now: datetime) -> QuerySet[PeerSession]:
    closed = Q(room__closed_at__isnull=False) | ~Q(room__venue__state=VENUE_ACTIVE)
    rows = sessions_visible_to(member).filter(state__in=UPCOMING, starts_at__gt=now, room__isnull=False)
    return rows.filter(closed)


def _unsettled(member: Member, now: datetime) -> QuerySet[PeerSession]:
    """Where no supporter is left who could say so, or where the peer found nobody there."""
    nobody_left = Q(pairing__state=ENDED) | Q(nobody_there_at__isnull=False)
    return sessions_visible_to(member).filter(nobody_left, state__in=UPCOMING, ends_at__lte=now)


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

    def make(row: PeerSession) -> OpenEnd:
        return OpenEnd(
            url=url_of(row.pk),
            act_url=act_url_of(row.pk),
            when=date_format(row.starts_at.astimezone(member.zone), "l j F Y"),
            span=span(row, member.zone),
            peer_name=row.two.peer.name,
            supporter_name=row.two.supporter.user.preferred_name,
            about=about(row),
        )

    related = rows.select_related("pairing__peer", "pairing__supporter__user")
    return page(related, by="starts_at", after=after, make=make)
