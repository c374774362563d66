"""Who came to a meeting, noted by whoever runs it: one tap for each person, also late; and who was introduced."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.refusal import Refused
from people.models import GroupMember
from sessions.models import Attended, MeetingPlace, PeerSession
from sessions.queries.attendance import EARLY
from sessions.states import CANCELLED, GIVEN_BACK


def note_attendance(
    *, peer_session_id: UUID, member: GroupMember, attended: str, was: str, by: Actor, now: datetime
) -> MeetingPlace:
    """Note that somebody came, was not there, or (empty) that nothing is known; what is so already stays so.

    `was` is what the page said when it was tapped. Raises Refused where somebody else has noted something different
    since, for somebody who had left the group when it began, before people can be there, and for a meeting that was
    called off.
    """
    with transaction.atomic():
        meeting = _locked(peer_session_id, member, now)
        place = _place(meeting, member, by, now)
        if place.attended == attended:
            return place
        if place.attended != was:
            raise Refused(_("Somebody has noted something else meanwhile. Tap again to change it."))
        place.attended = Attended(attended) if attended else ""
        if attended != Attended.CAME:
            place.introduced_at = None
        place.save()
        record(by=by, verb="sessions.attendance", what=place, now=now, attended=attended)
    return place


def introduce(*, peer_session_id: UUID, member: GroupMember, by: Actor, now: datetime) -> MeetingPlace:
    """Note that somebody new was introduced, and so was there; twice is once. Raises Refused like `note_attendance`."""
    with transaction.atomic():
        meeting = _locked(peer_session_id, member, now)
        place = _place(meeting, member, by, now)
        if place.introduced_at is not None:
            return place
        place.attended, place.introduced_at = Attended.CAME, now
        place.save()
        record(by=by, verb="sessions.introduce", what=place, now=now)
    return place


def _locked(peer_session_id: UUID, member: GroupMember, now: datetime) -> PeerSession:
    """The meeting; its row is locked, as for all that changes its places."""
    meeting = PeerSession.objects.select_for_update(of=("self",)).get(
        pk=peer_session_id, group_id=member.group_id
    )
    if meeting.state == CANCELLED:
        raise Refused(_("This meeting was called off."))
    if now < meeting.starts_at - EARLY:
        raise Refused(_("This meeting has not begun yet."))
    left_at = member.left_at
    if left_at is not None and not member.joined_at <= meeting.starts_at < left_at:
        raise Refused(_("They do not belong to this group any more."))
    return meeting


def _place(meeting: PeerSession, member: GroupMember, by: Actor, now: datetime) -> MeetingPlace:
    """Their row; whoever came without a place gets one that takes no place from anybody."""
    found = MeetingPlace.objects.filter(peer_session=meeting, peer_id=member.peer_id).first()
    return found or MeetingPlace(
        organisation_id=meeting.organisation_id,
        peer_session=meeting,
        peer_id=member.peer_id,
        state=GIVEN_BACK,
        asked_at=now,
        asked_by=by.actor,
        settled_at=now,
    )
