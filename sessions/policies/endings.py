"""Who may see and do what with endings, extensions, wishes to change, and signals."""

from django.db.models import Exists, OuterRef, QuerySet

from people.access import Access, Member, Relation
from people.models import Membership, Role
from people.policies import memberships_visible_to
from sessions.models import ChangeWish, Ending, Extension, Pairing
from sessions.policies.pairings import is_mine, own_pairings, pairings_visible_to

ALL, OWN, MINE, THEIRS = Relation.ORGANISATION, Relation.OWN, Relation.MY_PAIRING, Relation.SUPERVISEES
COORDINATOR, SUPPORTER, SUPERVISOR = Role.COORDINATOR, Role.SUPPORTER, Role.SUPERVISOR

ACCESS: Access = {
    "ending": {SUPPORTER: MINE},
    "handovers": {SUPPORTER: MINE},
    "ask_extension": {SUPPORTER: MINE},
    "extension": {SUPPORTER: MINE, SUPERVISOR: THEIRS},
    "grant_extension": {SUPERVISOR: THEIRS},
    "decline_extension": {SUPERVISOR: THEIRS},
    "take_back_extension": {SUPPORTER: MINE},
    "wish_change": {COORDINATOR: ALL, SUPPORTER: MINE},
    "change_wishes": {COORDINATOR: ALL},
    "answer_change": {COORDINATOR: ALL},
    "signals": {SUPPORTER: OWN, SUPERVISOR: THEIRS},
}


def endings_visible_to(member: Member) -> QuerySet[Ending]:
    """What two prepare for their ending: a supporter's own pairings while they last, nobody else's."""
    rows = Ending.objects.filter(organisation_id=member.organisation_id)
    return rows.filter(pairing__in=own_pairings(member))


def handovers_for(member: Member, pairing: Pairing) -> QuerySet[Ending]:
    """Notes written for whoever supports this peer next, with the peer's yes; none unless the pairing is the member's.

    The yes was for the next one. Somebody who came after another one had begun and ended does not read it.
    """
    rows = Ending.objects.filter(organisation_id=member.organisation_id)
    if not is_mine(member, pairing):
        return rows.none()
    in_between = Pairing.objects.filter(
        organisation_id=member.organisation_id,
        peer_id=pairing.peer_id,
        begun_at__isnull=False,
        introduced_at__gte=OuterRef("pairing__ended_at"),
        ended_at__lte=pairing.introduced_at,
    )
    return rows.filter(
        ~Exists(in_between),
        pairing__peer_id=pairing.peer_id,
        pairing__ended_at__lte=pairing.introduced_at,
        closed_at__isnull=False,
        handover_agreed_at__isnull=False,
    ).exclude(handover=b"")


def extensions_visible_to(member: Member) -> QuerySet[Extension]:
    """What supporters asked for: their own pairings, and for a supervisor those of their supporters."""
    rows = Extension.objects.filter(organisation_id=member.organisation_id)
    if member.is_coordinator():
        return rows.none()
    return rows.filter(pairing__in=pairings_visible_to(member))


def change_wishes_visible_to(member: Member) -> QuerySet[ChangeWish]:
    """That a peer would like another supporter is for coordinators; the supporter hears of it from them."""
    rows = ChangeWish.objects.filter(organisation_id=member.organisation_id)
    return rows if member.is_coordinator() else rows.none()


def signals_visible_to(member: Member) -> QuerySet[Membership]:
    """Whose signals of distance and closeness somebody sees: a supporter their own, a supervisor their supporters'."""
    if member.is_coordinator():
        return Membership.objects.none()
    return memberships_visible_to(member).filter(role=SUPPORTER, ends_at__isnull=True)


def can_prepare_ending(member: Member, pairing: Pairing) -> bool:
    """The supporter writes it down; nobody else is there."""
    return is_mine(member, pairing)


def can_ask_extension(member: Member, pairing: Pairing) -> bool:
    """The two ask together, and the supporter notes the peer's yes."""
    return is_mine(member, pairing)


def can_grant_extension_extension(member: Member, extension: Extension) -> bool:
    """A supervisor of the supporter decides, never who asked. The rows a supervisor sees are their supporters'."""
    return member.is_supervisor() and extension.asked_by != member.actor


def can_decline_extension_extension(member: Member, extension: Extension) -> bool:
    """Who may grant may decline."""
    return can_grant_extension_extension(member, extension)


def can_take_back_extension_extension(member: Member, extension: Extension) -> bool:
    """Who asked may think again."""
    return is_mine(member, extension.pairing)


def can_wish_change(member: Member, pairing: Pairing) -> bool:
    """A coordinator or the supporter notes what the peer said."""
    return member.is_coordinator() or is_mine(member, pairing)


def can_answer_change(member: Member, change_wish: ChangeWish) -> bool:
    """Coordinators bring people together, and so they answer."""
    return member.is_coordinator()
