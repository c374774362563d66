"""Invitations: sent by mail, withdrawn, accepted."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.moves import move
from lib.once import already_made, lock
from lib.refusal import Refused
from lib.sealing.models import new_key
from people.actions.links import make_link, open_link, revoke_links
from people.actions.members import begin_membership
from people.actions.users import make_user
from people.models import Invitation, Membership, Organisation, Role, User
from people.models.links import LinkPurpose
from people.queries.accounts import owns
from people.states import INVITATION_MOVES, SENT
from reminders.actions import cancel_for, send_now, set_address

OPEN_FOR = timedelta(days=14)


def invite(*, once: UUID, email: str, role: Role, by: Actor, now: datetime) -> Invitation:
    """Ask somebody by mail to join; the same form sent again gives the same invitation.

    Raises Refused when they belong here, or are invited, already. Whether they have an account elsewhere is
    neither asked nor told.
    """
    email = email.strip().lower()
    with transaction.atomic():
        lock(f"invite:{by.organisation_id}:{email}")
        earlier = already_made(Invitation.objects.all(), once)
        if earlier is not None:
            return earlier
        organisation = Organisation.objects.get(pk=by.organisation_id)
        _refuse_known(email, by=by, now=now)
        link = make_link(
            purpose=LinkPurpose.INVITATION, object_id=once, expires_at=now + OPEN_FOR, by=by, now=now
        )
        invitation = Invitation.objects.create(
            id=once,
            organisation=organisation,
            email=email,
            role=role,
            sent_at=now,
            sent_by=by.actor,
            link=link,
        )
        _send(invitation, organisation, by=by, now=now)
        record(by=by, verb="people.invite", what=invitation, now=now, role=role.value)
    return invitation


def _refuse_known(email: str, *, by: Actor, now: datetime) -> None:
    if Membership.objects.filter(user__email=email, ends_at__isnull=True).exists():
        raise Refused(_("This person belongs to your organisation already."), field="email")
    invited = Invitation.objects.filter(email=email, state=SENT).select_related("link").first()
    if invited is None:
        return
    if invited.link.works(now):
        raise Refused(
            _("This person has an invitation already. Withdraw it first to send another."), field="email"
        )
    withdraw(invitation_id=invited.pk, by=by, now=now)


def _send(invitation: Invitation, organisation: Organisation, *, by: Actor, now: datetime) -> None:
    set_address(
        recipient_id=invitation.pk,
        address=invitation.email,
        data_key=new_key(organisation.pk),
        language=organisation.language,
        zone=organisation.zone,
        by=by,
        now=now,
    )
    send_now(
        kind="invitation",
        object_id=invitation.pk,
        recipient_id=invitation.pk,
        sender_name=organisation.sender_name,
        link_id=invitation.link_id,
        by=by,
        now=now,
    )


def withdraw(*, invitation_id: UUID, by: Actor, now: datetime) -> Invitation:
    """Take an invitation back: its link is dead from this moment. Raises Refused when it is answered already."""
    with transaction.atomic():
        invitation = _locked(invitation_id)
        move(INVITATION_MOVES, "withdraw", invitation)
        _close(invitation, by=by, now=now)
        revoke_links(object_id=invitation.pk, now=now)
        record(by=by, verb="people.withdraw_invitation", what=invitation, now=now)
    return invitation


def accept(*, invitation_id: UUID, user: User, by: Actor, now: datetime) -> Membership:
    """Join with the account one has. Raises Refused when it is answered already, or meant for another address.

    The link goes on leading to a page that says they have joined: somebody may press the button twice.
    """
    with transaction.atomic():
        invitation = _locked(invitation_id)
        move(INVITATION_MOVES, "accept", invitation)
        if not owns(user, invitation.email):
            raise Refused(_("This invitation went to another e-mail address."))
        membership = begin_membership(
            organisation_id=by.organisation_id, user=user, role=Role(invitation.role), by=by, now=now
        )
        _close(invitation, by=by, now=now)
        record(by=by, verb="people.accept", what=invitation, now=now, membership=membership.pk)
    return membership


def accept_as_new(
    *, invitation_id: UUID, preferred_name: str, pronouns: str, password: str, by: Actor, now: datetime
) -> Membership:
    """Join and get an account. The link in the mail has proven the address. Raises Refused like `accept`."""
    with transaction.atomic():
        invitation = Invitation.objects.get(pk=invitation_id)  # locked by accept, after the lock by name
        organisation = Organisation.objects.get(pk=by.organisation_id)
        user = make_user(
            email=invitation.email,
            preferred_name=preferred_name,
            pronouns=pronouns,
            password=password,
            zone=organisation.zone,
            language=organisation.language,
        )
        return accept(invitation_id=invitation_id, user=user, by=by, now=now)


def open_invitation(*, invitation: Invitation, by: Actor, now: datetime) -> None:
    """Somebody, not a program that looks ahead, has opened the invitation."""
    with transaction.atomic():
        open_link(link_id=invitation.link_id, now=now)
        record(by=by, verb="people.open_invitation", what=invitation, now=now)


def _locked(invitation_id: UUID) -> Invitation:
    return Invitation.objects.select_for_update(of=("self",)).select_related("link").get(pk=invitation_id)


def _close(invitation: Invitation, *, by: Actor, now: datetime) -> None:
    """An answered invitation keeps no message waiting."""
    invitation.answered_at = now
    invitation.save(update_fields=["state", "answered_at"])
    cancel_for(object_id=invitation.pk, by=by, now=now)
