"""Plain factories. Each reaches its state through the real actions and steps inside its organisation's wall."""

import itertools
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.test import Client

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from people.access import Member
from people.actions import members as member_actions
from people.actions import organisations as organisation_actions
from people.actions import peers as peer_actions
from people.models import Group, Membership, Organisation, Peer, Role, User
from sessions.actions import limits as limits_actions
from sessions.wording import Said

START = datetime(2026, 1, 5, 9, 0, tzinfo=UTC)
NUMBERS: list[Any] = [{"name": "Emergency services", "number": "112", "note": "day and night"}]
_count = itertools.count(1)


def organisation(slug: str, **changes: Any) -> Organisation:
    """An organisation."""
    values: dict[str, Any] = {
        "name": f"{slug.title()} Together",
        "zone": "Europe/London",
        "help_numbers": NUMBERS,
    }
    return organisation_actions.found(slug=slug, now=START, **(values | changes))


def user(name: str = "Robin", **changes: Any) -> User:
    """Somebody who can sign in, with a second factor, because two of the three roles need one."""
    values: dict[str, Any] = {"email": f"{name.lower()}{next(_count)}@example.org", "preferred_name": name}
    made = User.objects.create_user(**(values | changes))
    Authenticator.objects.create(
        user=made,
        type=Authenticator.Type.TOTP,
        data={"secret": get_adapter().encrypt("JBSWY3DPEHPK3PXP")},
    )
    return made


def membership(
    organisation: Organisation,
    role: Role,
    *,
    person: User | None = None,
    is_ready: bool = True,
    **rest: Any,
) -> Membership:
    """A membership that began at START; a supporter's limits are written down, unless they are not ready yet."""
    with wall.inside(organisation.pk):
        made = member_actions.begin_membership(
            organisation_id=organisation.pk,
            user=person or user(role.value.title()),
            role=role,
            by=Operator(organisation.pk),
            now=START,
            **rest,
        )
        made.organisation = organisation
        if role == Role.SUPPORTER and is_ready:
            _limits(made)
        return made


def _limits(row: Membership) -> None:
    """What a supporter has done before they are introduced to anybody."""
    by, said = member(row), {"gift_given": Said(answer="maybe", note="")}
    limits_actions.save_limits(version=1, revision=0, said=said, by=by, now=START)
    limits_actions.finish_limits(version=1, revision=1, by=by, now=START)


def member(row: Membership) -> Member:
    """What a request of this membership acts as."""
    return Member.of(row)


def coordinator(organisation: Organisation, **rest: Any) -> Membership:
    """A coordinator."""
    return membership(organisation, Role.COORDINATOR, **rest)


def supporter(organisation: Organisation, **rest: Any) -> Membership:
    """A peer supporter."""
    return membership(organisation, Role.SUPPORTER, **rest)


def supervisor(organisation: Organisation, **rest: Any) -> Membership:
    """A supervisor."""
    return membership(organisation, Role.SUPERVISOR, **rest)


def peer(organisation: Organisation, *, name: str = "Sam", once: UUID | None = None) -> Peer:
    """A peer."""
    with wall.inside(organisation.pk):
        return peer_actions.add_peer(
            once=once or new_id(),
            name=name,
            pronouns="",
            zone="Europe/London",
            language="en-gb",
            by=Operator(organisation.pk),
            now=START,
        )


def group(organisation: Organisation, *, name: str = "Tuesday group") -> Group:
    """A group."""
    from people.actions import groups as group_actions

    with wall.inside(organisation.pk):
        return group_actions.add_group(
            once=new_id(),
            name=name,
            for_whom="",
            why="",
            childcare="",
            travel="",
            most_members=12,
            by=Operator(organisation.pk),
            now=START,
        )


def signed_in(row: Membership) -> Client:
    """A browser in which this member has just signed in."""
    client = Client()
    client.force_login(row.user)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time()}]
    session["account_authentication_methods_user"] = str(row.user.pk)
    session.save()
    return client
