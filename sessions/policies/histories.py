"""Who may see and do what: the story of an agreement, and which agreements are in force."""

from django.db.models import Exists, OuterRef, QuerySet

from people.access import Access, Member, Relation
from people.models import Role
from sessions.models import Agreement, Pairing
from sessions.states import ENDED, IN_FORCE

ACCESS: Access = {
    "history": {Role.SUPPORTER: Relation.MY_PAIRING},
    "agreement_list": {Role.COORDINATOR: Relation.ORGANISATION},
}


def agreements_in_force_for(member: Member) -> QuerySet[Agreement]:
    """That an agreement is in force, since when and until when: coordinators, for all. Never what it says."""
    rows = Agreement.objects.filter(organisation_id=member.organisation_id, state=IN_FORCE)
    rows = rows.exclude(pairing__state=ENDED).defer("body")
    return rows if member.is_coordinator() else rows.none()


def pairings_without_agreement_for(member: Member) -> QuerySet[Pairing]:
    """Pairings that go on while no agreement is in force: coordinators, for all."""
    held = Agreement.objects.filter(pairing=OuterRef("pk"), state=IN_FORCE)
    rows = Pairing.objects.filter(~Exists(held), organisation_id=member.organisation_id).exclude(state=ENDED)
    return rows if member.is_coordinator() else rows.none()
