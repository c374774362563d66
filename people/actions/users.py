"""What somebody changes about themselves. A user stands in no organisation, so each of theirs records it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib import wall
from lib.once import lock
from lib.refusal import Refused
from people import door
from people.models import Membership, User
from people.queries.accounts import has_account
from reminders.actions import follow, set_address


@dataclass(frozen=True)
class Myself:
    """Somebody acting on their own account, as the member they are in one of their organisations."""

    organisation_id: UUID
    actor: str


def make_user(
    *, email: str, preferred_name: str, pronouns: str, password: str | None, zone: str, language: str
) -> User:
    """A new user whose address is proven. Part of the action that lets them in, which records it.

    Raises Refused when the address has an account already, made a moment ago by another invitation perhaps.
    """
    lock(f"user:{email}")
    if has_account(email):
        raise Refused(_("You have an account already. Please sign in with it first."))
    user = User.objects.create_user(
        email, password, preferred_name=preferred_name, pronouns=pronouns, zone=zone, language=language
    )
    EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
    return user


def edit_profile(*, user_id: UUID, changes: dict[str, str], now: datetime) -> User:
    """Change preferred name, pronouns, zone or language."""
    with transaction.atomic():
        user = User.objects.select_for_update(of=("self",)).get(pk=user_id)
        changed = sorted(key for key, value in changes.items() if getattr(user, key) != value)
        for key, value in changes.items():
            setattr(user, key, value)
        user.save(update_fields=list(changes))
        for by, membership in _memberships(user_id):
            follow(recipient_id=membership.pk, language=user.language, zone=user.zone)
            record(by=by, verb="people.edit_profile", what=membership, now=now, changed=changed)
    return user


def change_email(*, user: User, now: datetime) -> None:
    """Let reminders follow somebody to the address they sign in with now, in every organisation."""
    with transaction.atomic():
        for by, membership in _memberships(user.pk):
            keep_address(membership, user=user, by=by, now=now)
            record(by=by, verb="people.change_email", what=membership, now=now)


def keep_address(membership: Membership, *, user: User, by: Actor, now: datetime) -> None:
    """Let reminders reach a member under the address they sign in with. Part of the action that records it."""
    set_address(
        recipient_id=membership.pk,
        address=user.email,
        data_key=membership.data_key,
        language=user.language,
        zone=user.zone,
        by=by,
        now=now,
    )


def _memberships(user_id: UUID) -> Iterator[tuple[Myself, Membership]]:
    """Each open membership, one after another inside its own wall, always in the same order: each locks a chain."""
    for organisation_id, membership_id in sorted(door.membership_keys(user_id)):
        with wall.inside(organisation_id):
            membership = Membership.objects.select_related("data_key").get(pk=membership_id)
            yield Myself(organisation_id, f"member:{membership_id}"), membership
