"""Who may see and do what: an agreement on the peer's own page, and whom the peer trusts."""

from django.db.models import Q, QuerySet

from people.access import Access, LinkHolder, Member, Relation
from people.models import Role
from sessions.models import Agreement, Pairing
from sessions.policies.pairings import is_mine
from sessions.states import DRAFT

ACCESS: Access = {
    "trusted": {Role.SUPPORTER: Relation.MY_PAIRING},
}


def can_trusted_pairing(member: Member, pairing: Pairing) -> bool:
    """The supporter notes it beside the peer, and does not read it afterwards."""
    return is_mine(member, pairing)


def agreements_of_link(link: LinkHolder) -> QuerySet[Agreement]:
    """All versions that were ever laid before the peer whose own page it is; a draft is not theirs to answer yet."""
    if link.peer_id is None:
        return Agreement.objects.none()
    rows = Agreement.objects.filter(organisation_id=link.organisation_id, pairing__peer_id=link.peer_id)
    return rows.filter(Q(pairing_id=link.object_id, proposed_at__isnull=False) & ~Q(state=DRAFT))
