"""Who may see and do what with pairings, agreements and sessions: the matrix, the rows, the verbs."""

from django.db.models import QuerySet

from people.access import Access, LinkHolder, Member, Relation
from people.models import Role
from sessions.models import Agreement, BoundarySheet, Draft, Pairing, PeerSession, SessionLog
from sessions.states import ENDED

ALL, MINE, THEIRS = Relation.ORGANISATION, Relation.MY_PAIRING, Relation.SUPERVISEES
COORDINATOR, SUPPORTER, SUPERVISOR = Role.COORDINATOR, Role.SUPPORTER, Role.SUPERVISOR

ACCESS: Access = {
    # pairings and agreements
    "pairing_list": {COORDINATOR: ALL, SUPPORTER: MINE, SUPERVISOR: THEIRS},
    "pairing": {COORDINATOR: ALL, SUPPORTER: MINE, SUPERVISOR: THEIRS},
    "pair": {COORDINATOR: ALL},
    "end": {COORDINATOR: ALL, SUPPORTER: MINE},
    "end_membership": {COORDINATOR: ALL},
    "first_meeting": {SUPPORTER: MINE},
    "expectations": {SUPPORTER: MINE},
    "sheet": {SUPPORTER: MINE},
    "share_sheet": {SUPPORTER: MINE},
    "agree": {SUPPORTER: MINE},
    "agreement": {SUPPORTER: MINE},
    "withdraw": {SUPPORTER: MINE},
    # sessions
    "week": {COORDINATOR: ALL, SUPPORTER: MINE, SUPERVISOR: THEIRS},
    "peer_session": {COORDINATOR: ALL, SUPPORTER: MINE, SUPERVISOR: THEIRS},
    "book": {COORDINATOR: ALL, SUPPORTER: MINE},
    "confirm": {COORDINATOR: ALL, SUPPORTER: MINE},
    "cancel": {COORDINATOR: ALL, SUPPORTER: MINE},
    "miss": {SUPPORTER: MINE},
    "log": {SUPPORTER: MINE},
    "log_draft": {SUPPORTER: MINE},
    "session_log": {SUPPORTER: MINE},
}


def pairings_visible_to(member: Member) -> QuerySet[Pairing]:
    """Coordinators: that each exists. Supporters: their own while it lasts. Supervisors: their supporters'."""
    rows = Pairing.objects.filter(organisation_id=member.organisation_id)
    if member.is_coordinator():
        return rows
    if member.is_supporter():
        return rows.filter(supporter_id=member.id).exclude(state=ENDED)
    return rows.filter(
        supporter__supervised_by__supervisor_id=member.id, supporter__supervised_by__ends_at__isnull=True
    )


def sessions_visible_to(member: Member) -> QuerySet[PeerSession]:
    """The schedule (when, where, who; no content) of the pairings a member sees."""
    rows = PeerSession.objects.filter(organisation_id=member.organisation_id)
    if member.is_coordinator():
        return rows
    return rows.filter(pairing__in=pairings_visible_to(member))


def sheets_visible_to(member: Member) -> QuerySet[BoundarySheet]:
    """Sheets are the supporter's and the peer's: a supporter's own pairings, nobody else's."""
    rows = BoundarySheet.objects.filter(organisation_id=member.organisation_id)
    return rows.filter(pairing__in=_own(member))


def agreements_visible_to(member: Member) -> QuerySet[Agreement]:
    """What an agreement says: a supporter's own pairings. That one is in force, others read from the pairing."""
    rows = Agreement.objects.filter(organisation_id=member.organisation_id)
    return rows.filter(pairing__in=_own(member))


def logs_visible_to(member: Member) -> QuerySet[SessionLog]:
    """What was noted after a session: the supporter's own pairings, nobody else's."""
    rows = SessionLog.objects.filter(organisation_id=member.organisation_id)
    return rows.filter(peer_session__pairing__in=_own(member))


def drafts_visible_to(member: Member) -> QuerySet[Draft]:
    """What somebody typed and has not sent yet is theirs alone, as long as the pairing lasts."""
    rows = Draft.objects.filter(organisation_id=member.organisation_id, author_id=member.id)
    return rows.filter(peer_session__pairing__in=_own(member))


def _own(member: Member) -> QuerySet[Pairing]:
    if not member.is_supporter():
        return Pairing.objects.none()
    return pairings_visible_to(member)


def sessions_of_link(link: LinkHolder) -> QuerySet[PeerSession]:
    """What the holder of a private link may see: the one session it was made for."""
    if link.peer_id is None:
        return PeerSession.objects.none()
    rows = PeerSession.objects.filter(organisation_id=link.organisation_id, pairing__peer_id=link.peer_id)
    return rows.filter(pk=link.object_id)


def can_book_pairing(member: Member, pairing: Pairing) -> bool:
    """Coordinators for every pairing, supporters for their own."""
    return member.is_coordinator() or _is_mine(member, pairing)


def can_confirm_peersession(member: Member, peer_session: PeerSession) -> bool:
    """Say for the peer that they will be there: who may book may do that too."""
    return can_book_pairing(member, peer_session.pairing)


def can_cancel_peersession(member: Member, peer_session: PeerSession) -> bool:
    """Call it off: who may book may do that too."""
    return can_book_pairing(member, peer_session.pairing)


def can_miss_peersession(member: Member, peer_session: PeerSession) -> bool:
    """Only who was there can say that the peer did not come."""
    return _is_mine(member, peer_session.pairing)


def can_log_peersession(member: Member, peer_session: PeerSession) -> bool:
    """Only who was there can write down what was."""
    return _is_mine(member, peer_session.pairing)


def _is_mine(member: Member, pairing: Pairing) -> bool:
    return member.is_supporter() and pairing.supporter_id == member.id and pairing.state != ENDED


def can_end_pairing(member: Member, pairing: Pairing) -> bool:
    """Coordinators end every pairing, supporters their own."""
    return member.is_coordinator() or _is_mine(member, pairing)


def can_begin_pairing(member: Member, pairing: Pairing) -> bool:
    """A pairing begins when its supporter and the peer agree; nobody else is there."""
    return _is_mine(member, pairing)


def can_agree_agreement(member: Member, agreement: Agreement) -> bool:
    """The supporter says yes signed in, and notes the peer's yes."""
    return _is_mine(member, agreement.pairing)


def can_replace_agreement(member: Member, agreement: Agreement) -> bool:
    """A newer version, agreed by both, takes its place."""
    return _is_mine(member, agreement.pairing)


def can_withdraw_agreement(member: Member, agreement: Agreement) -> bool:
    """Either of the two may no longer agree; the supporter notes it."""
    return _is_mine(member, agreement.pairing)
