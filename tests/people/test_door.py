"""The door: who is let in, and what is known before that."""

from datetime import datetime, timedelta

import pytest
from django.db import DataError, ProgrammingError, connection, transaction

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from lib.tokens import token_for, token_hash
from people import door
from people.actions import members
from people.models import Organisation, Peer, PrivateLink, Role
from people.models.links import LinkPurpose
from tests import factories


def test_a_member_is_let_in_and_stands_inside_the_wall(
    ash: Organisation, elm: Organisation, now: datetime
) -> None:
    row = factories.supporter(ash)
    wall.enter(elm.pk)
    entry = door.enter("ash", row.user_id, now)
    assert entry is not None
    assert (entry.membership_id, entry.role, entry.second_factor) == (row.pk, Role.SUPPORTER, True)
    assert entry.place.help_numbers == factories.NUMBERS
    assert wall.current() == ash.pk


def test_nobody_else_is_let_in_and_no_wall_is_set(
    ash: Organisation, elm: Organisation, now: datetime
) -> None:
    stranger = factories.supporter(elm)
    wall.enter(elm.pk)
    assert door.enter("ash", stranger.user_id, now) is None
    assert door.enter("nowhere", stranger.user_id, now) is None
    assert wall.current() == elm.pk


def test_an_ended_membership_no_longer_opens(ash: Organisation, now: datetime) -> None:
    row = factories.supporter(ash)
    members.end_membership(membership_id=row.pk, by=Operator(ash.pk), now=now)
    assert door.enter("ash", row.user_id, now) is None
    assert door.choices(row.user_id, now) == []


def test_a_person_in_two_organisations_chooses(ash: Organisation, elm: Organisation, now: datetime) -> None:
    row = factories.supporter(ash)
    factories.membership(elm, Role.COORDINATOR, person=row.user)
    assert [(choice.slug, choice.role) for choice in door.choices(row.user_id, now)] == [
        ("ash", Role.SUPPORTER),
        ("elm", Role.COORDINATOR),
    ]


def _link(organisation: Organisation, now: datetime, **changes: object) -> PrivateLink:
    link_id = new_id()
    values = {"expires_at": now + timedelta(days=1)} | changes
    return PrivateLink.objects.create(
        id=link_id,
        organisation=organisation,
        purpose=LinkPurpose.SESSION,
        object_id=new_id(),
        token_hash=token_hash(token_for(link_id)),
        created_at=now,
        **values,
    )


def test_a_working_link_opens_its_own_organisation(
    ash: Organisation, elm: Organisation, now: datetime
) -> None:
    link = _link(ash, now)
    wall.enter(elm.pk)
    entry = door.enter_by_link(token_for(link.pk), now)
    assert entry is not None
    assert (entry.link_id, entry.purpose, wall.current()) == (link.pk, "session", ash.pk)


@pytest.mark.parametrize("case", ["expired", "revoked", "made up"])
def test_any_other_link_opens_nothing(ash: Organisation, now: datetime, case: str) -> None:
    elm = factories.organisation("elm")
    wall.enter(ash.pk)
    changes: dict[str, dict[str, object]] = {"expired": {"expires_at": now}, "revoked": {"revoked_at": now}}
    link = _link(ash, now, **changes.get(case, {}))
    token = "x" * 32 if case == "made up" else token_for(link.pk)
    wall.enter(elm.pk)
    assert door.enter_by_link(token, now) is None
    assert wall.current() == elm.pk


@pytest.mark.django_db(transaction=True)
def test_the_wall_falls_with_the_transaction(now: datetime) -> None:
    with transaction.atomic():
        ash = factories.organisation("ash")
        row = factories.supporter(ash)
        factories.peer(ash)
    with transaction.atomic():
        assert door.enter("ash", row.user_id, now) is not None
        assert Peer.objects.count() == 1
    with pytest.raises((ProgrammingError, DataError)):
        Peer.objects.count()


def test_the_door_sees_no_more_than_it_needs(ash: Organisation) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name FROM information_schema.column_privileges "
            "WHERE grantee = 'peersafe_door' AND privilege_type <> 'SELECT'"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "SELECT DISTINCT table_name FROM information_schema.column_privileges WHERE grantee = 'peersafe_door'"
        )
        tables = {name for (name,) in cursor.fetchall()}
    assert tables <= {"people_organisation", "people_membership", "people_privatelink", "mfa_authenticator"}
