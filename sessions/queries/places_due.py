"""What the clock finds to do about places in meetings, inside one organisation's wall."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.functions import Length

from people.models import GroupMember
from reminders.models import ChannelPreference, Reminder
from reminders.states import HANDED_OVER, SESSION_TOMORROW, WAITING
from sessions.models import MeetingPlace, PeerSession
from sessions.states import BOOKED, OCCUPIES, OFFERED, TAKEN, WAITING_FOR

KEPT_FOR = timedelta(hours=24)  # a place that is offered
FIRST_TO_ANSWER = timedelta(hours=2)  # before a meeting; from then on a free place is kept for nobody
LEAST = timedelta(minutes=30)  # nobody is given less than this to answer in
A_DAY, TOO_LATE = (
    timedelta(hours=24),
    timedelta(hours=1),
)  # a reminder goes out between these, before a meeting


def answer_until(meeting: PeerSession, place: MeetingPlace) -> datetime:
    """Until when an offer is kept: as it was told, and shorter where the meeting was moved nearer since."""
    assert place.offer_ends_at is not None
    return min(place.offer_ends_at, meeting.starts_at - FIRST_TO_ANSWER)


def meetings(now: datetime) -> set[UUID]:
    """Meetings in whose line something is due: an offer has ended, somebody left the group, a place is free."""
    coming = MeetingPlace.objects.filter(peer_session__state=BOOKED, peer_session__starts_at__gt=now)
    belongs = GroupMember.objects.filter(peer=OuterRef("peer"), group=OuterRef("peer_session__group"))
    near = Q(peer_session__starts_at__lte=now + FIRST_TO_ANSWER)  # it was moved since it was offered
    ended = coming.filter(Q(offer_ends_at__lte=now) | near, state=OFFERED)
    left = coming.filter(state__in=[*OCCUPIES, WAITING_FOR]).exclude(
        Exists(belongs.filter(left_at__isnull=True))
    )
    free = coming.filter(
        state=WAITING_FOR,
        peer_session__places_taken__lt=F("peer_session__places"),
        peer_session__starts_at__gte=now + FIRST_TO_ANSWER + LEAST,
    )
    return {pk for rows in (ended, left, free) for pk in rows.values_list("peer_session_id", flat=True)}


def to_remind(now: datetime) -> set[UUID]:
    """Meetings that are a day away, with somebody in them who was not reminded yet."""
    soon = _unreminded(MeetingPlace.objects.all()).filter(
        peer_session__state=BOOKED,
        peer_session__starts_at__gt=now + TOO_LATE,
        peer_session__starts_at__lte=now + A_DAY,
    )
    return set(soon.values_list("peer_session_id", flat=True))


def unreminded(meeting: PeerSession) -> list[UUID]:
    """Peers with a place in this meeting who were not reminded of it yet."""
    rows = _unreminded(MeetingPlace.objects.filter(peer_session=meeting))
    return list(rows.order_by("peer_id").values_list("peer_id", flat=True))


def _unreminded(rows: QuerySet[MeetingPlace]) -> QuerySet[MeetingPlace]:
    """Those who have an address; who said less than a day before that they come knows it without a reminder."""
    reminded = Reminder.objects.filter(
        kind=SESSION_TOMORROW,
        state__in=[WAITING, HANDED_OVER],
        object_id=OuterRef("peer_session_id"),
        recipient_id=OuterRef("peer_id"),
        about_at=OuterRef("peer_session__starts_at"),
    )
    address = ChannelPreference.objects.annotate(length=Length("address")).filter(
        recipient_id=OuterRef("peer_id"), length__gt=0
    )
    early = rows.filter(state=TAKEN, settled_at__lt=F("peer_session__starts_at") - A_DAY)
    return early.filter(Exists(address), ~Exists(reminded))
