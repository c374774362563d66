"""Who may see and do what with people: the matrix, the rows, the verbs."""

from uuid import UUID

from django.db.models import Q, QuerySet

from people.access import Access, Member, Relation
from people.models import (
    Assignment,
    Facilitator,
    Group,
    GroupMember,
    Invitation,
    Membership,
    Organisation,
    Peer,
    Role,
    Supervision,
)

ALL, OWN, THEIRS = Relation.ORGANISATION, Relation.OWN, Relation.SUPERVISEES
MY_PAIRING, MY_GROUP = Relation.MY_PAIRING, Relation.MY_GROUP
COORDINATOR, SUPPORTER, SUPERVISOR = Role.COORDINATOR, Role.SUPPORTER, Role.SUPERVISOR

ACCESS: Access = {
    # peers
    "peer_list": {COORDINATOR: ALL, SUPPORTER: MY_PAIRING, SUPERVISOR: THEIRS},
    "peer": {COORDINATOR: ALL, SUPPORTER: MY_PAIRING, SUPERVISOR: THEIRS},
    "peer_add": {COORDINATOR: ALL},
    "edit_peer": {COORDINATOR: ALL},
    "archive_peer": {COORDINATOR: ALL},
    "restore_peer": {COORDINATOR: ALL},
    # groups
    "group_list": {COORDINATOR: ALL, SUPPORTER: MY_GROUP, SUPERVISOR: THEIRS},
    "group": {COORDINATOR: ALL, SUPPORTER: MY_GROUP, SUPERVISOR: THEIRS},
    "add_group": {COORDINATOR: ALL},
    "edit_group": {COORDINATOR: ALL},
    "restore_group": {COORDINATOR: ALL},
    "join": {COORDINATOR: ALL},
    "leave": {COORDINATOR: ALL},
    # the team
    "team": {COORDINATOR: ALL, SUPERVISOR: THEIRS},
    "member": {COORDINATOR: ALL, SUPERVISOR: THEIRS},
    "set_room": {COORDINATOR: ALL},
    "begin_supervision": {COORDINATOR: ALL},
    "end_supervision": {COORDINATOR: ALL},
    "invite": {COORDINATOR: ALL},
    "withdraw_invitation": {COORDINATOR: ALL},
    # the organisation
    "organisation": {COORDINATOR: ALL},
}


def peers_visible_to(member: Member) -> QuerySet[Peer]:
    """Coordinators see all; supporters those they are assigned to now; supervisors those of their supporters."""
    rows = Peer.objects.filter(organisation_id=member.organisation_id)
    if member.is_coordinator():
        return rows
    return rows.filter(pk__in=assignments_visible_to(member).values("peer_id"))


def assignments_visible_to(member: Member) -> QuerySet[Assignment]:
    """Who supports whom now, as far as a member may know it."""
    rows = Assignment.objects.filter(organisation_id=member.organisation_id, ends_at__isnull=True)
    if member.is_coordinator():
        return rows
    if member.is_supporter():
        return rows.filter(supporter_id=member.id)
    return rows.filter(supporter_id__in=_supervisees(member))


def groups_visible_to(member: Member) -> QuerySet[Group]:
    """Coordinators see all; others the groups they facilitate, supervisors those of their supporters too."""
    rows = Group.objects.filter(organisation_id=member.organisation_id)
    if member.is_coordinator():
        return rows
    facilitating = Facilitator.objects.filter(organisation_id=member.organisation_id, ends_at__isnull=True)
    if member.is_supporter():
        facilitating = facilitating.filter(membership_id=member.id)
    else:
        facilitating = facilitating.filter(
            Q(membership_id=member.id) | Q(membership_id__in=_supervisees(member))
        )
    return rows.filter(pk__in=facilitating.values("group_id"))


def group_members_visible_to(member: Member) -> QuerySet[GroupMember]:
    """Who comes to the groups that a member sees; coordinators see who came, too."""
    rows = GroupMember.objects.filter(organisation_id=member.organisation_id)
    if member.is_coordinator():
        return rows
    return rows.filter(group__in=groups_visible_to(member), left_at__isnull=True)


def facilitators_visible_to(member: Member) -> QuerySet[Facilitator]:
    """Who runs the groups that a member sees; coordinators see who ran them, too."""
    rows = Facilitator.objects.filter(organisation_id=member.organisation_id)
    if member.is_coordinator():
        return rows
    return rows.filter(group__in=groups_visible_to(member), ends_at__isnull=True)


def memberships_visible_to(member: Member) -> QuerySet[Membership]:
    """Coordinators see all who ever worked here; supervisors themselves and their supporters; others themselves."""
    rows = Membership.objects.filter(organisation_id=member.organisation_id)
    if member.is_coordinator():
        return rows
    if member.is_supervisor():
        return rows.filter(Q(pk=member.id) | Q(pk__in=_supervisees(member)))
    return rows.filter(pk=member.id)


def supervisions_visible_to(member: Member) -> QuerySet[Supervision]:
    """Who supports which supporter: one's own now; coordinators see all, those of the past too."""
    rows = Supervision.objects.filter(organisation_id=member.organisation_id)
    if member.is_coordinator():
        return rows
    return rows.filter(Q(supervisor_id=member.id) | Q(supporter_id=member.id), ends_at__isnull=True)


def invitations_visible_to(member: Member) -> QuerySet[Invitation]:
    """Invitations are the coordinators' business."""
    rows = Invitation.objects.filter(organisation_id=member.organisation_id)
    return rows if member.is_coordinator() else rows.none()


def organisations_visible_to(member: Member) -> QuerySet[Organisation]:
    """The member's own, and no other."""
    return Organisation.objects.filter(pk=member.organisation_id)


def _supervisees(member: Member) -> QuerySet[Supervision, UUID]:
    """The memberships of the supporters whom a supervisor supports now, for a subquery."""
    rows = Supervision.objects.filter(organisation_id=member.organisation_id, ends_at__isnull=True)
    return rows.filter(supervisor_id=member.id).values_list("supporter_id", flat=True)


def can_edit_peer(member: Member, peer: Peer) -> bool:
    """Coordinators keep the records of peers."""
    return member.is_coordinator()


def can_archive_peer(member: Member, peer: Peer) -> bool:
    """Coordinators put records away."""
    return member.is_coordinator()


def can_restore_peer(member: Member, peer: Peer) -> bool:
    """Coordinators take records out again."""
    return member.is_coordinator()


def can_edit_group(member: Member, group: Group) -> bool:
    """Coordinators say what a group is."""
    return member.is_coordinator()


def can_archive_group(member: Member, group: Group) -> bool:
    """Coordinators put groups away."""
    return member.is_coordinator()


def can_restore_group(member: Member, group: Group) -> bool:
    """Coordinators take groups out again."""
    return member.is_coordinator()


def can_edit_membership(member: Member, membership: Membership) -> bool:
    """Coordinators set room, begin and end supervision, and end memberships, their own too."""
    return member.is_coordinator() and membership.ends_at is None


def can_withdraw_invitation(member: Member, invitation: Invitation) -> bool:
    """Coordinators take back what is not answered yet."""
    return member.is_coordinator()
