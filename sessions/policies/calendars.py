"""Who may see which calendar: the schedule in the app, and what stands in the feed of one person."""

from django.db.models import F, Q, QuerySet

from people.access import Access, Member, Relation
from people.models import Peer, Role
from sessions.models import Hold, MeetingPlace, PeerSession
from sessions.policies.meetings import meetings_visible_to
from sessions.policies.pairings import pairings_visible_to
from sessions.states import CANCELLED, TAKEN

ALL, MINE, THEIRS, OWN = Relation.ORGANISATION, Relation.MY_PAIRING, Relation.SUPERVISEES, Relation.OWN
COORDINATOR, SUPPORTER, SUPERVISOR = Role.COORDINATOR, Role.SUPPORTER, Role.SUPERVISOR
EVERYBODY = {COORDINATOR: OWN, SUPPORTER: OWN, SUPERVISOR: OWN}

ACCESS: Access = {
    "month": {COORDINATOR: ALL, SUPPORTER: MINE, SUPERVISOR: THEIRS},
    "feed": EVERYBODY,
    "make_feed": EVERYBODY,
    "revoke_feed": EVERYBODY,
}


def schedule_visible_to(member: Member) -> QuerySet[PeerSession]:
    """When, where and who, of all that a member sees: sessions of two, and meetings of groups. No content."""
    rows = PeerSession.objects.filter(organisation_id=member.organisation_id)
    if member.is_coordinator():
        return rows
    meetings = meetings_visible_to(member).values("pk")
    return rows.filter(Q(pairing__in=pairings_visible_to(member)) | Q(pk__in=meetings))


def appointments_of(member: Member) -> QuerySet[PeerSession]:
    """What somebody does themselves: sessions with the peers they support, meetings they are there to facilitate.

    A coordinator's own calendar knows nothing of the peers', though a coordinator may look at the schedule.
    """
    held = Q(released_at__isnull=True)  # when a meeting is called off everybody's time is given back
    held |= Q(peer_session__state=CANCELLED, released_at__gte=F("peer_session__cancelled_at"))
    meetings = Hold.objects.filter(held, supporter_id=member.id, peer_session__group__isnull=False)
    own = Q(pairing__supporter_id=member.id) | Q(pk__in=meetings.values("peer_session_id"))
    return schedule_visible_to(member).filter(own)


def appointments_of_peer(peer: Peer) -> QuerySet[PeerSession]:
    """A peer's own sessions, and the meetings in which a place is theirs."""
    places = MeetingPlace.objects.filter(peer=peer, state=TAKEN).values("peer_session_id")
    rows = PeerSession.objects.filter(organisation_id=peer.organisation_id)
    return rows.filter(Q(pairing__peer=peer) | Q(pk__in=places))
