"""Who may see and do what with pairings, sheets and agreements."""

from django.db.models import QuerySet

from people.access import Access, Member, Relation
from people.models import Role
from sessions.models import Agreement, BoundarySheet, Pairing
from sessions.states import ENDED

ALL, MINE, THEIRS = Relation.ORGANISATION, Relation.MY_PAIRING, Relation.SUPERVISEES
COORDINATOR, SUPPORTER, SUPERVISOR = Role.COORDINATOR, Role.SUPPORTER, Role.SUPERVISOR

ACCESS: Access = {
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


def own_pairings(member: Member) -> QuerySet[Pairing]:
    """A supporter's own, while they last; nobody else has any."""
    if not member.is_supporter():
        return Pairing.objects.none()
    return pairings_visible_to(member)


def sheets_visible_to(member: Member) -> QuerySet[BoundarySheet]:
    """A supporter's own pairings, nobody else's; a peer's that they answer by themselves only once they show it."""
    rows = BoundarySheet.objects.filter(organisation_id=member.organisation_id, kept_private=False)
    return rows.filter(pairing__in=own_pairings(member))


def agreements_visible_to(member: Member) -> QuerySet[Agreement]:
    """What an agreement says: a supporter's own pairings. That one is in force, others read from the pairing."""
    rows = Agreement.objects.filter(organisation_id=member.organisation_id)
    return rows.filter(pairing__in=own_pairings(member))


def is_mine(member: Member, pairing: Pairing) -> bool:
    """Whether the member is the supporter of it, and it has not ended."""
    return member.is_supporter() and pairing.supporter_id == member.id and pairing.state != ENDED


def can_end_pairing(member: Member, pairing: Pairing) -> bool:
    """Coordinators end every pairing, supporters their own."""
    return member.is_coordinator() or is_mine(member, pairing)


def can_begin_pairing(member: Member, pairing: Pairing) -> bool:
    """A pairing begins when its supporter and the peer agree; nobody else is there."""
    return is_mine(member, pairing)


def can_agree_agreement(member: Member, agreement: Agreement) -> bool:
    """The supporter says yes signed in, and notes the peer's yes."""
    return is_mine(member, agreement.pairing)


def can_replace_agreement(member: Member, agreement: Agreement) -> bool:
    """A newer version, agreed by both, takes its place."""
    return is_mine(member, agreement.pairing)


def can_withdraw_agreement(member: Member, agreement: Agreement) -> bool:
    """Either of the two may no longer agree; the supporter notes it."""
    return is_mine(member, agreement.pairing)
