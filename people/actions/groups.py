"""Groups: made, edited, archived, restored; who comes, who facilitates."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.moves import move
from lib.once import already_made
from lib.refusal import Refused
from people.actions.revisions import set_all
from people.models import Facilitator, Group, GroupMember, Membership, Peer
from people.states import ACTIVE, GROUP_MOVES


def add_group(
    *,
    once: UUID,
    name: str,
    for_whom: str,
    why: str,
    childcare: str,
    travel: str,
    most_members: int,
    by: Actor,
    now: datetime,
) -> Group:
    """Make a group; the same form sent again gives the same group."""
    with transaction.atomic():
        earlier = already_made(Group.objects.all(), once)
        if earlier is not None:
            return earlier
        group = Group.objects.create(
            id=once,
            organisation_id=by.organisation_id,
            name=name,
            for_whom=for_whom,
            why=why,
            childcare=childcare,
            travel=travel,
            most_members=most_members,
            created_at=now,
            created_by=by.actor,
        )
        record(by=by, verb="people.add_group", what=group, now=now)
    return group


def edit_group(
    *, group_id: UUID, revision: int, changes: dict[str, object], by: Actor, now: datetime
) -> Group:
    """Change what a group says of itself. Raises Refused when somebody was quicker, or more people are in it."""
    with transaction.atomic():
        group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)
        changed = set_all(group, changes, revision=revision)
        if group.members.filter(left_at__isnull=True).count() > group.most_members:
            raise Refused(_("More people than that are in the group already."), field="most_members")
        if changed:
            group.save()
            record(by=by, verb="people.edit_group", what=group, now=now, changed=changed)
    return group


def archive_group(*, group_id: UUID, by: Actor, now: datetime) -> Group:
    """Put a group away; its members and facilitators leave it now."""
    with transaction.atomic():
        group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)
        move(GROUP_MOVES, "archive", group)
        group.archived_at = now
        group.archived_by = by.actor
        group.save(update_fields=["state", "archived_at", "archived_by"])
        group.members.filter(left_at__isnull=True).update(left_at=now)
        group.facilitators.filter(ends_at__isnull=True).update(ends_at=now)
        record(by=by, verb="people.archive_group", what=group, now=now)
    return group


def restore_group(*, group_id: UUID, by: Actor, now: datetime) -> Group:
    """Take a group out again, empty."""
    with transaction.atomic():
        group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)
        move(GROUP_MOVES, "restore", group)
        group.archived_at = None
        group.archived_by = ""
        group.save(update_fields=["state", "archived_at", "archived_by"])
        record(by=by, verb="people.restore_group", what=group, now=now)
    return group


def join(*, group_id: UUID, peer: Peer, by: Actor, now: datetime) -> GroupMember:
    """A peer joins. Raises Refused when the group is full or put away, or the peer is in it already.

    The group's row is locked while places are counted: two who come at once cannot share the last place.
    """
    with transaction.atomic():
        group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)
        peer = Peer.objects.select_for_update(of=("self",)).get(
            pk=peer.pk
        )  # it may have been put away meanwhile
        here = group.members.filter(left_at__isnull=True)
        if group.state != ACTIVE or peer.state != ACTIVE:
            raise Refused(_("This has been put away. Take it out again first."))
        if here.filter(peer=peer).exists():
            raise Refused(_("This person is in the group already."), field="peer")
        if here.count() >= group.most_members:
            raise Refused(_("All places are taken."), field="peer")
        member = GroupMember.objects.create(
            organisation_id=by.organisation_id, group=group, peer=peer, joined_at=now
        )
        record(by=by, verb="people.join", what=member, now=now, group=group.pk, peer=peer.pk)
    return member


def leave(*, group_member_id: UUID, by: Actor, now: datetime) -> GroupMember:
    """A peer leaves. Raises Refused when they have left already."""
    with transaction.atomic():
        member = GroupMember.objects.select_for_update(of=("self",)).get(pk=group_member_id)
        if member.left_at is not None:
            raise Refused(_("They have left already."))
        member.left_at = now
        member.save(update_fields=["left_at"])
        record(by=by, verb="people.leave", what=member, now=now)
    return member


def begin_facilitating(*, group_id: UUID, membership: Membership, by: Actor, now: datetime) -> Facilitator:
    """Somebody facilitates from now on. Raises Refused when they do already, or no longer belong here."""
    with transaction.atomic():
        group = Group.objects.select_for_update(of=("self",)).get(pk=group_id)
        membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership.pk)  # or have ended
        if group.state != ACTIVE or membership.ends_at is not None:
            raise Refused(_("This is not possible any more. Please look at the page again."))
        if group.facilitators.filter(membership=membership, ends_at__isnull=True).exists():
            raise Refused(_("They facilitate this group already."), field="membership")
        facilitator = Facilitator.objects.create(
            organisation_id=by.organisation_id, group=group, membership=membership, starts_at=now
        )
        record(by=by, verb="people.begin_facilitating", what=facilitator, now=now)
    return facilitator


def end_facilitating(*, facilitator_id: UUID, by: Actor, now: datetime) -> Facilitator:
    """Somebody stops facilitating. Raises Refused when they have stopped already."""
    with transaction.atomic():
        facilitator = Facilitator.objects.select_for_update(of=("self",)).get(pk=facilitator_id)
        if facilitator.ends_at is not None:
            raise Refused(_("This has ended already."))
        facilitator.ends_at = now
        facilitator.save(update_fields=["ends_at"])
        record(by=by, verb="people.end_facilitating", what=facilitator, now=now)
    return facilitator
