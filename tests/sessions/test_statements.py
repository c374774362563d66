"""How many statements each write takes, exactly: 14 at most, savepoints aside. Booking is counted in test_book."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lib.ids import new_id
from people.models import Membership, Organisation
from tests import factories
from tests.sessions import booked, met, test_agree, test_log


def statements(who: Membership, path: str, form: dict[str, Any]) -> int:
    client = factories.signed_in(who)
    with CaptureQueriesContext(connection) as queries:
        assert client.post(path, form).status_code == 302
    return sum("SAVEPOINT" not in query["sql"] for query in queries.captured_queries)


def test_a_log(ash: Organisation) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    path = booked.address(found, "log", booked.begun(found).pk)
    assert statements(found.supporter, path, test_log.typed()) == 9


@pytest.mark.parametrize(
    ("verb", "role", "count"),
    [
        ("cancel", "supporter", 13),
        ("cancel", "coordinator", 13),
        ("confirm", "supporter", 8),
    ],
)
def test_a_session(ash: Organisation, verb: str, role: str, count: int) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    path = booked.address(found, verb, booked.ahead(found).pk)
    assert statements(getattr(found, role), path, {"why": "not_well", "side": "peer"}) == count


def test_a_pairing(ash: Organisation) -> None:
    found = booked.thread(ash)
    form = {"once": new_id(), "peer": factories.peer(ash).pk, "supporter": found.supporter.pk}
    assert statements(found.coordinator, "/o/ash/pairings/new/", form) == 14


def test_an_agreement(ash: Organisation) -> None:
    two = met.introduced(ash)
    draft = test_agree.today_ready(two)
    assert statements(two.supporter, two.url("agree"), test_agree.yes(draft)) == 13
