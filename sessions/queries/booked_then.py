"""What is booked on days that are noted as closed: it stays, and whoever it concerns is shown it."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db.models import Count, Exists, OuterRef, Q
from django.utils.formats import date_format

from people.access import Member
from people.addresses import Addresses
from sessions.actions.availability import Owner
from sessions.models import Differs, Hold, HoursException, PeerSession
from sessions.models.bookings import LONGEST_HOLD
from sessions.policies import schedule_visible_to
from sessions.queries.bookings import span

SHOWN = 50


@dataclass(frozen=True)
class Booked:
    """How much of each kind is booked."""

    sessions: int = 0
    meetings: int = 0


def booked_then(row: HoursException) -> Booked:
    """How many sessions and meetings lie in a stretch that is closed from now on. One query at most."""
    if row.kind == Differs.EXTRA:
        return Booked()
    held = Hold.objects.filter(
        holder_id=row.membership_id or row.room_id, released_at__isnull=True, during__overlap=row.during
    )
    of_a_group = Q(peer_session__group__isnull=False)
    counts = held.filter(peer_session__ends_at__gt=row.added_at).aggregate(
        sessions=Count("pk", filter=~of_a_group), meetings=Count("pk", filter=of_a_group)
    )
    return Booked(**counts)


@dataclass(frozen=True)
class BookedLine:
    """Something that is booked all the same, and its page, where it can be moved or stepped out of."""

    url: str
    when: str
    whose: str


def booked_anyway(owner: Owner, member: Member, zone: ZoneInfo, now: datetime) -> list[BookedLine]:
    """What is still to come of somebody, or of a room, on days that are noted as closed. One query.

    Asked of all that is noted, not only when it is: a booking may have come in at the same moment.
    """
    closed = HoursException.objects.filter(
        owner_id=OuterRef("holder_id"), removed_at__isnull=True, during__overlap=OuterRef("during")
    )
    held = Hold.objects.filter(holder_id=owner.id, released_at__isnull=True, starts_at__gt=now - LONGEST_HOLD)
    held = held.filter(Exists(closed.exclude(kind=Differs.EXTRA)))
    rows = schedule_visible_to(member).filter(pk__in=held.values("peer_session_id"), ends_at__gt=now)
    found = rows.select_related("pairing__peer", "group").order_by("starts_at", "pk")[:SHOWN]
    slug = member.organisation.slug
    one, many = Addresses("sessions:peer_session", slug), Addresses("sessions:meeting", slug)
    return [
        BookedLine(
            url=(one if row.group_id is None else many)(row.pk),
            when=f"{date_format(row.starts_at.astimezone(zone), 'D j M Y')}, {span(row, zone)}",
            whose=_whose(row),
        )
        for row in found
    ]


def _whose(row: PeerSession) -> str:
    return row.two.peer.name if row.group_id is None else row.meeting_of.name
