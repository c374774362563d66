"""What a person's calendar follows: the address, and what stands in it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from lib.tokens import token_for
from people.access import LinkHolder, Member
from people.models import Membership, Peer, PrivateLink
from people.models.links import LinkPurpose
from people.states import ACTIVE
from reminders import calendar
from reminders.calendar import Appointment
from sessions.models import PeerSession
from sessions.policies.calendars import appointments_of, appointments_of_peer
from sessions.states import BOOKED, CANCELLED, MISSED

BACK, AHEAD = timedelta(days=30), timedelta(weeks=26)
MOST = 2000  # three a day and more: a bound for a row too many, not for a person
# What was missed may never have been confirmed, and then its place is still not theirs to know.
SURE = {BOOKED: calendar.TENTATIVE, MISSED: calendar.TENTATIVE, CANCELLED: calendar.CANCELLED}
COLUMNS = ("starts_at", "ends_at", "sequence", "state", "group_id", "room__venue__address")


@dataclass(frozen=True)
class Feed:
    """The address as its page shows it."""

    id: UUID
    address: str
    webcal: str  # the same, for programs that ask "follow this?" when such a link is pressed
    made: str
    until: str


def live_feed(owner_id: UUID, now: datetime) -> PrivateLink | None:
    """The address that works now, of a membership or a peer."""
    rows = PrivateLink.objects.working(LinkPurpose.CALENDAR, now).filter(object_id=owner_id)
    return rows.order_by("-created_at", "-pk").first()


def feed_of(owner_id: UUID, now: datetime) -> Feed | None:
    """The same in words, with the whole address: its token is made anew from its id. One query."""
    link = live_feed(owner_id, now)
    if link is None:
        return None
    path = reverse("calendar:feed_file", args=[token_for(link.pk)])
    address = f"{settings.PEERSAFE_URL}{path}"
    return Feed(
        id=link.pk,
        address=address,
        webcal=f"webcal:{address.partition(':')[2]}",
        made=date_format(timezone.localtime(link.created_at), "j F Y"),
        until=date_format(timezone.localtime(link.expires_at), "j F Y"),
    )


def feed_file(link: LinkHolder, now: datetime) -> bytes | None:
    """The calendar of whoever a link was made for; None once they have left. Two queries."""
    found = _of_peer(link) if link.peer_id else _of_member(link, now)
    if found is None:
        return None
    recipient_id, zone, rows = found
    appointments = [_appointment(row, recipient_id) for row in _shown(rows, now)]
    return calendar.feed(appointments, sender_name=link.organisation.sender_name, zone=zone, now=now)


Found = tuple[UUID, ZoneInfo, QuerySet[PeerSession]]


def _of_member(link: LinkHolder, now: datetime) -> Found | None:
    rows = Membership.objects.active(now).filter(pk=link.object_id)
    membership = rows.select_related("user", "organisation").first()
    if membership is None:
        return None
    member = Member.of(membership)
    return membership.pk, member.zone, appointments_of(member)


def _of_peer(link: LinkHolder) -> Found | None:
    peer = Peer.objects.filter(pk=link.object_id, state=ACTIVE).first()
    if peer is None or peer.pk != link.peer_id:
        return None
    return peer.pk, ZoneInfo(peer.zone), appointments_of_peer(peer)


def _shown(rows: QuerySet[PeerSession], now: datetime) -> QuerySet[PeerSession, Any]:
    """A while back and half a year ahead. What was called off stays a while, so that calendars take it out."""
    still = ~Q(state=CANCELLED) | Q(cancelled_at__gte=now - BACK)
    near = rows.filter(still, starts_at__gte=now - BACK, starts_at__lt=now + AHEAD)
    return near.order_by("starts_at", "pk").values_list("pk", *COLUMNS, named=True)[:MOST]


def _appointment(row: Any, recipient_id: UUID) -> Appointment:
    """Meetings stand when they are planned, and a place in one is taken with a yes; a session waits for the peer's.

    Of where it is only a room's street and number: what a place is called, and what somebody typed, may tell too much.
    """
    sure = (
        calendar.CONFIRMED
        if row.group_id and row.state == BOOKED
        else SURE.get(row.state, calendar.CONFIRMED)
    )
    return Appointment(
        uid=calendar.uid(row.pk, recipient_id),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        sequence=row.sequence,
        status=sure,
        place=" ".join((row.room__venue__address or "").split()),
    )
