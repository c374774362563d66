"""Who may see and do what with pairings, agreements and sessions: the matrix, the rows, the verbs."""

from django.db.models import QuerySet

from people.access import Access, Member, Relation
from people.models import Role
from sessions.models import Agreement, BoundarySheet, Pairing, PeerSession, SessionLog
from sessions.states import ENDED

ALL, MINE, THEIRS = Relation.ORGANISATION, Relation.MY_PAIRING, Relation.SUPERVISEES
COORDINATOR, SUPPORTER, SUPERVISOR = Role.COORDINATOR, Role.SUPPORTER, Role.SUPERVISOR

ACCESS: Access = {
    # pairings and agreements
    "pairing_list": {COORDINATOR: ALL, SUPPORTER: MINE, SUPERVISOR: THEIRS},
    "pairing": {COORDINATOR: ALL, SUPPORTER: MINE, SUPERVISOR: THEIRS},
    "pair": {COORDINATOR: ALL},
    "end": {COORDINATOR: ALL, SUPPORTER: MINE},
    "first_meeting": {SUPPORTER: MINE},
    "expectations": {SUPPORTER: MINE},
    "sheet": {SUPPORTER: MINE},
    "share_sheet": {SUPPORTER: MINE},
    "agree": {SUPPORTER: MINE},
    "agreement": {SUPPORTER: MINE},
    # sessions
    "week": {COORDINATOR: ALL, SUPPORTER: MINE, SUPERVISOR: THEIRS},
    "peer_session": {COORDINATOR: ALL, SUPPORTER: MINE, SUPERVISOR: THEIRS},
    "book": {COORDINATOR: ALL, SUPPORTER: MINE},
    "confirm": {COORDINATOR: ALL, SUPPORTER: MINE},
    "cancel": {COORDINATOR: ALL, SUPPORTER: MINE},
    "miss": {SUPPORTER: MINE},
    "log": {SUPPORTER: MINE},
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
    """What was noted after a session: the supporter's own pairings, nobody else's (product.md)."""
    rows = SessionLog.objects.filter(organisation_id=member.organisation_id)
    return rows.filter(peer_session__pairing__in=_own(member))


def _own(member: Member) -> QuerySet[Pairing]:
    if not member.is_supporter():
        return Pairing.objects.none()
    return pairings_visible_to(member)
