"""The number a form brings can never be aimed at a row that exists, here or in another organisation."""

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import RequestFactory
from django.urls import reverse
from psycopg.errors import UniqueViolation

from lib import wall
from lib.ids import new_id
from lib.once import made_id
from peersafe.errors import TakenIdMiddleware
from people.models import Invitation, Organisation, Peer
from tests import factories


def test_the_number_of_a_row_elsewhere_makes_a_row_of_its_own(ash: Organisation, elm: Organisation) -> None:
    theirs = factories.peer(elm, name="Elsewhere")
    client = factories.signed_in(factories.coordinator(ash))
    form = {"once": str(theirs.pk), "name": "Sam", "zone": "Europe/London", "language": "en-gb"}
    assert client.post(reverse("people:peer_add", args=["ash"]), form).status_code == 302
    assert Peer.objects.get().pk != theirs.pk
    wall.enter(elm.pk)
    assert Peer.objects.get().name == "Elsewhere"


def test_an_invitation_cannot_take_a_members_id(ash: Organisation) -> None:
    victim = factories.supporter(ash)
    client = factories.signed_in(factories.coordinator(ash))
    form = {"once": str(victim.pk), "email": "else@example.org", "role": "supporter"}
    assert client.post(reverse("people:invite", args=["ash"]), form).status_code == 302
    assert Invitation.objects.get().pk != victim.pk


def test_the_same_number_gives_the_same_id_for_one_kind_of_form_only() -> None:
    once = new_id()
    assert made_id(once, "A") == made_id(once, "A")
    assert made_id(once, "A") != made_id(once, "B")
    assert made_id(once, "A").bytes[:6] == once.bytes[:6]
    assert made_id(once, "A").version == 7


@pytest.mark.parametrize(
    ("constraint", "answered"), [("people_peer_pkey", True), ("people_peer_state", False)]
)
def test_a_taken_key_is_a_bad_request_and_nothing_else_is(
    rf: RequestFactory, constraint: str, answered: bool
) -> None:
    class Taken(UniqueViolation):
        diag: Any = type("Diag", (), {"constraint_name": constraint})

    error = IntegrityError()
    error.__cause__ = Taken()
    answer = TakenIdMiddleware(lambda request: None).process_exception(rf.get("/"), error)  # type: ignore[arg-type,return-value]
    assert (answer is not None and answer.status_code == 400) is answered
