"""Memberships: beginning and ending, room for peers, and supervision."""

from datetime import datetime
from uuid import UUID

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.once import lock
from lib.refusal import Refused
from lib.sealing.models import new_key
from people.actions.users import keep_address
from people.models import Membership, Organisation, Role, Supervision, User


def begin_membership(
    *, organisation_id: UUID, user: User, role: Role, by: Actor, now: datetime, most_peers: int = 5
) -> Membership:
    """Let a user in, in one role. Raises Refused when they belong here already."""
    with transaction.atomic():
        Organisation.objects.select_for_update(of=("self",)).get(pk=organisation_id)
        if Membership.objects.filter(user=user, ends_at__isnull=True).exists():
            raise Refused(_("This person belongs to your organisation already."))
        membership = Membership.objects.create(
            organisation_id=organisation_id,
            user=user,
            role=role,
            starts_at=now,
            most_peers=most_peers,
            data_key=new_key(organisation_id),
        )
        keep_address(membership, user=user, by=by, now=now)
        record(by=by, verb="people.begin_membership", what=membership, now=now, role=role.value)
    return membership


def end_membership(*, membership_id: UUID, by: Actor, now: datetime) -> Membership:
    """End a membership now; in the same transaction assignments, supervision and signed-in sessions end too.

    Raises Refused when it has ended already, or when it is the last coordinator's: somebody must be able to help.
    """
    with transaction.atomic():
        # One ending at a time: two last coordinators, each holding their own row, would wait for each other for ever.
        lock(f"endings:{by.organisation_id}")
        membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership_id)
        if membership.ends_at is not None:
            raise Refused(_("This membership has ended already."))
        _refuse_last_coordinator(membership, now)
        membership.ends_at = now
        membership.ended_by = by.actor
        membership.save(update_fields=["ends_at", "ended_by"])
        membership.assignments.filter(ends_at__isnull=True).update(ends_at=now)
        membership.facilitates.filter(ends_at__isnull=True).update(ends_at=now)
        membership.supervises.filter(ends_at__isnull=True).update(ends_at=now)
        membership.supervised_by.filter(ends_at__isnull=True).update(ends_at=now)
        _end_sign_ins(membership.user_id)
        record(by=by, verb="people.end_membership", what=membership, now=now, role=membership.role)
    return membership


def _refuse_last_coordinator(membership: Membership, now: datetime) -> None:
    if membership.role != Role.COORDINATOR:
        return
    # Open, not "active at `now`": whoever had to wait for the lock carries a `now` from before the other one left.
    others = (
        Membership.objects.here().filter(role=Role.COORDINATOR, starts_at__lte=now).exclude(pk=membership.pk)
    )
    if not others.exists():
        raise Refused(_("This is your only coordinator. Invite another one first."))


def _end_sign_ins(user_id: UUID) -> None:
    sign_ins = UserSession.objects.filter(user_id=user_id)
    Session.objects.filter(session_key__in=[row.session_key for row in sign_ins]).delete()
    sign_ins.delete()


def set_room(*, membership_id: UUID, most_peers: int, by: Actor, now: datetime) -> Membership:
    """Set how many peers a supporter can carry at a time. Raises Refused for anybody else."""
    with transaction.atomic():
        membership = Membership.objects.select_for_update(of=("self",)).get(pk=membership_id)
        if membership.role != Role.SUPPORTER or membership.ends_at is not None:
            raise Refused(_("Only a peer supporter who works here has room for others."), field="most_peers")
        membership.most_peers = most_peers
        membership.save(update_fields=["most_peers"])
        record(by=by, verb="people.set_room", what=membership, now=now, most_peers=most_peers)
    return membership


def begin_supervision(*, supervisor_id: UUID, supporter_id: UUID, by: Actor, now: datetime) -> Supervision:
    """A supervisor supports a supporter from now on. Raises Refused for other roles, or when it is so already."""
    with transaction.atomic():
        both = Membership.objects.select_for_update(of=("self",)).active(now).here().order_by("pk")
        found = {row.pk: row for row in both.filter(pk__in=[supervisor_id, supporter_id])}
        supervisor, supporter = found.get(supervisor_id), found.get(supporter_id)
        if supervisor is None or supporter is None:
            raise Refused(_("One of the two no longer works here."), field="other")
        if supervisor.role != Role.SUPERVISOR or supporter.role != Role.SUPPORTER:
            raise Refused(
                _("A supervisor supports a peer supporter; please choose one of each."), field="other"
            )
        if supervisor.supervises.filter(supporter=supporter, ends_at__isnull=True).exists():
            raise Refused(_("They are together already."), field="other")
        supervision = Supervision.objects.create(
            organisation_id=by.organisation_id, supervisor=supervisor, supporter=supporter, starts_at=now
        )
        record(by=by, verb="people.begin_supervision", what=supervision, now=now)
    return supervision


def end_supervision(*, supervision_id: UUID, by: Actor, now: datetime) -> Supervision:
    """End a supervision now. Raises Refused when it has ended already."""
    with transaction.atomic():
        supervision = Supervision.objects.select_for_update(of=("self",)).get(pk=supervision_id)
        if supervision.ends_at is not None:
            raise Refused(_("This has ended already."))
        supervision.ends_at = now
        supervision.save(update_fields=["ends_at"])
        record(by=by, verb="people.end_supervision", what=supervision, now=now)
    return supervision
