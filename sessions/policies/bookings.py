"""Who may see and do what with sessions, their logs and drafts."""

from django.db.models import QuerySet

from people.access import Access, LinkHolder, Member, Relation
from people.models import Role
from sessions.models import Draft, Pairing, PeerSession, SessionLog
from sessions.policies.pairings import is_mine, own_pairings, pairings_visible_to

ALL, MINE, THEIRS = Relation.ORGANISATION, Relation.MY_PAIRING, Relation.SUPERVISEES
COORDINATOR, SUPPORTER, SUPERVISOR = Role.COORDINATOR, Role.SUPPORTER, Role.SUPERVISOR

ACCESS: Access = {
    "week": {COORDINATOR: ALL, SUPPORTER: MINE, SUPERVISOR: THEIRS},
    "peer_session": {COORDINATOR: ALL, SUPPORTER: MINE, SUPERVISOR: THEIRS},
    "book": {COORDINATOR: ALL, SUPPORTER: MINE},
    "confirm": {COORDINATOR: ALL, SUPPORTER: MINE},
    "cancel": {COORDINATOR: ALL, SUPPORTER: MINE},
    "move": {COORDINATOR: ALL, SUPPORTER: MINE},
    "miss": {COORDINATOR: ALL, SUPPORTER: MINE},
    "settle": {COORDINATOR: ALL},
    "needing_a_place": {COORDINATOR: ALL, SUPPORTER: MINE},
    "unsettled": {COORDINATOR: ALL},
    "log": {SUPPORTER: MINE},
    "log_draft": {SUPPORTER: MINE},
    "session_log": {SUPPORTER: MINE},
}


def sessions_visible_to(member: Member) -> QuerySet[PeerSession]:
    """The schedule (when, where, who; no content) of the pairings a member sees."""
    rows = PeerSession.objects.filter(organisation_id=member.organisation_id, pairing__isnull=False)
    if member.is_coordinator():
        return rows
    return rows.filter(pairing__in=pairings_visible_to(member))


def logs_visible_to(member: Member) -> QuerySet[SessionLog]:
    """What was noted after a session: the supporter's own pairings, nobody else's."""
    rows = SessionLog.objects.filter(organisation_id=member.organisation_id)
    return rows.filter(peer_session__pairing__in=own_pairings(member))


def drafts_visible_to(member: Member) -> QuerySet[Draft]:
    """What somebody typed and has not sent yet is theirs alone, as long as the pairing lasts."""
    rows = Draft.objects.filter(organisation_id=member.organisation_id, author_id=member.id)
    return rows.filter(peer_session__pairing__in=own_pairings(member))


def sessions_of_link(link: LinkHolder) -> QuerySet[PeerSession]:
    """What the holder of a private link may see: the one session it was made for."""
    if link.peer_id is None:
        return PeerSession.objects.none()
    rows = PeerSession.objects.filter(organisation_id=link.organisation_id, pairing__peer_id=link.peer_id)
    return rows.filter(pk=link.object_id)


def can_book_pairing(member: Member, pairing: Pairing) -> bool:
    """Coordinators for every pairing, supporters for their own."""
    return member.is_coordinator() or is_mine(member, pairing)


def can_confirm_peersession(member: Member, peer_session: PeerSession) -> bool:
    """Say for the peer that they will be there: who may book may do that too."""
    return _may_book(member, peer_session)


def can_cancel_peersession(member: Member, peer_session: PeerSession) -> bool:
    """Call it off: who may book may do that too."""
    return _may_book(member, peer_session)


def can_move_peersession(member: Member, peer_session: PeerSession) -> bool:
    """Give it another time or place: who may book may do that too."""
    return _may_book(member, peer_session)


def can_miss_peersession(member: Member, peer_session: PeerSession) -> bool:
    """Note that it did not take place: whose fault or luck it was, a coordinator may have been told as well."""
    return _may_book(member, peer_session)


def can_settle_peersession(member: Member, peer_session: PeerSession) -> bool:
    """Note that it took place, for a supporter who no longer can."""
    return peer_session.pairing is not None and member.is_coordinator()


def can_log_peersession(member: Member, peer_session: PeerSession) -> bool:
    """Only who was there can write down what was."""
    return peer_session.pairing is not None and is_mine(member, peer_session.pairing)


def _may_book(member: Member, peer_session: PeerSession) -> bool:
    return peer_session.pairing is not None and can_book_pairing(member, peer_session.pairing)
