"""Who may see and do what: whether boundaries still fit, and a boundary that was crossed."""

from django.db.models import Q, QuerySet

from people.access import Access, LinkHolder, Member, Relation
from people.models import Role
from sessions.models import Agreement, Crossing, FitCheck, Pairing, Side
from sessions.policies.pairings import is_mine, own_pairings, pairings_visible_to

MINE, THEIRS = Relation.MY_PAIRING, Relation.SUPERVISEES
SUPPORTER, SUPERVISOR = Role.SUPPORTER, Role.SUPERVISOR

ACCESS: Access = {
    "keep_agreement": {SUPPORTER: MINE},
    "note_fit": {SUPPORTER: MINE},
    "note_crossing": {SUPPORTER: MINE},
    "crossing": {SUPPORTER: MINE, SUPERVISOR: THEIRS},
    "crossing_list": {SUPERVISOR: THEIRS},
    "settle_crossing": {SUPERVISOR: THEIRS},
}


def fit_checks_visible_to(member: Member) -> QuerySet[FitCheck]:
    """Whether it still fits stays between the two: a supporter's own pairings while they last, nobody else's."""
    rows = FitCheck.objects.filter(organisation_id=member.organisation_id)
    return rows.filter(pairing__in=own_pairings(member))


def fit_checks_of_link(link: LinkHolder) -> QuerySet[FitCheck]:
    """What was said about the boundaries of the pairing a peer's own page was made for."""
    if link.peer_id is None:
        return FitCheck.objects.none()
    rows = FitCheck.objects.filter(organisation_id=link.organisation_id, pairing__peer_id=link.peer_id)
    return rows.filter(pairing_id=link.object_id)


def crossings_visible_to(member: Member) -> QuerySet[Crossing]:
    """A supporter: what they noted, and what the peer lets them read. A supervisor: what is meant for them.

    Coordinators: none. What a peer noted for the supervisor alone, their supporter does not learn of.
    """
    rows = Crossing.objects.filter(organisation_id=member.organisation_id)
    if member.is_supporter():
        return rows.filter(Q(side=Side.SUPPORTER) | Q(to_other=True), pairing__in=own_pairings(member))
    if member.is_supervisor():
        return rows.filter(to_supervisor=True, pairing__in=pairings_visible_to(member))
    return rows.none()


def crossings_of_link(link: LinkHolder) -> QuerySet[Crossing]:
    """What the peer noted, and what their supporter lets them read, in the pairing of their own page."""
    if link.peer_id is None:
        return Crossing.objects.none()
    rows = Crossing.objects.filter(organisation_id=link.organisation_id, pairing__peer_id=link.peer_id)
    return rows.filter(Q(side=Side.PEER) | Q(to_other=True), pairing_id=link.object_id)


def can_keep_agreement(member: Member, agreement: Agreement) -> bool:
    """The supporter notes that the two looked at it together; the peer beside them says so too."""
    return is_mine(member, agreement.pairing)


def can_note_fit_pairing(member: Member, pairing: Pairing) -> bool:
    """The supporter notes what either of the two says; the peer does so on their own page."""
    return is_mine(member, pairing)


def can_note_crossing_pairing(member: Member, pairing: Pairing) -> bool:
    """The supporter for themselves; the peer on their own page."""
    return is_mine(member, pairing)


def can_settle_crossing_crossing(member: Member, crossing: Crossing) -> bool:
    """A supervisor says that it was talked about; whose, the rows they see decide."""
    return member.is_supervisor()
