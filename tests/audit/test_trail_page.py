"""The trail as a page: who sees which events, in how many queries, in which words."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from audit.actions import Operator, record_id
from audit.models import Event
from lib import wall
from peersafe import trail_words
from people.actions import peers as peer_actions
from people.models import Organisation
from tests import factories

URL = "trail"
ROOMS = ["people", "sessions", "groundrules", "venues", "reminders", "safeguarding", "lib"]


def _numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r'<td data-label="Number">(\d+)</td>', text)]


def _stored(organisation: Organisation) -> list[int]:
    with wall.inside(organisation.pk):
        return list(Event.objects.order_by("-number").values_list("number", flat=True))


def test_coordinator_sees_what_happened_and_never_a_peers_name(ash: Organisation) -> None:
    client = factories.signed_in(factories.coordinator(ash))
    factories.peer(ash, name="Violetta Unusual")
    text = client.get(reverse(URL, args=["ash"])).content.decode()
    assert _numbers(text) == _stored(ash)
    assert ("Added a person" in text, "Violetta" in text) == (True, False)


def test_members_are_named_by_what_they_like_to_be_called(ash: Organisation) -> None:
    coordinator = factories.coordinator(ash, person=factories.user("Wilhelmina"))
    peer = factories.peer(ash)
    with wall.inside(ash.pk):
        peer_actions.archive_peer(peer_id=peer.pk, by=factories.member(coordinator), now=factories.START)
    text = factories.signed_in(coordinator).get(reverse(URL, args=["ash"])).content.decode()
    assert text.count("<bdi>Wilhelmina</bdi>") == 2  # she was let in, and she put a record away


@pytest.mark.parametrize("role", [factories.supporter, factories.supervisor])
def test_others_see_their_own_acts_only(ash: Organisation, role: type) -> None:
    me = role(ash, is_ready=False)
    peer = factories.peer(ash)
    with wall.inside(ash.pk):
        peer_actions.archive_peer(peer_id=peer.pk, by=Operator(ash.pk), now=factories.START)
        peer_actions.restore_peer(peer_id=peer.pk, by=factories.member(me), now=factories.START)
    text = factories.signed_in(me).get(reverse(URL, args=["ash"])).content.decode()
    last = _stored(ash)[0]
    assert _numbers(text) == [last]  # the restoring, not the archiving before it


def test_other_organisations_events_are_not_there(ash: Organisation, elm: Organisation) -> None:
    client = factories.signed_in(factories.coordinator(ash))
    factories.peer(elm)
    assert _numbers(client.get(reverse(URL, args=["ash"])).content.decode()) == _stored(ash)
    assert client.get(reverse(URL, args=["elm"])).status_code == 404


def test_pages_of_25_newest_first(ash: Organisation) -> None:
    client = factories.signed_in(factories.coordinator(ash))
    for _ in range(30):
        factories.peer(ash)
    first = client.get(reverse(URL, args=["ash"])).content.decode()
    assert _numbers(first) == _stored(ash)[:25]
    after = re.search(r'rel="next" href="([^"]+)"', first)
    assert after
    second = client.get(reverse(URL, args=["ash"]) + after[1]).content.decode()
    assert (_numbers(second), 'rel="next"' in second) == (_stored(ash)[25:], False)


@pytest.mark.parametrize("rows", [1, 3, 25])
def test_number_of_queries_is_fixed(ash: Organisation, rows: int) -> None:
    me = factories.coordinator(ash)
    client = factories.signed_in(me)
    for index in range(rows):
        record_id(
            by=factories.member(me),
            verb="people.set_room",
            kind="people.membership",
            object_id=str(me.pk),
            now=factories.START,
            detail={"most_peers": index},
        )
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse(URL, args=["ash"]))
    statements = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
    assert len(statements) == 5, statements  # sign-in, user, door, events, names


def _recorded_verbs() -> set[str]:
    """Every verb that some `record(verb=…)` in the source writes."""
    found: set[str] = set()
    for room in ROOMS:
        for path in (Path(settings.BASE_DIR) / room).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text())):
                if (
                    isinstance(node, ast.keyword)
                    and node.arg == "verb"
                    and isinstance(node.value, ast.Constant)
                ):
                    found.add(str(node.value.value))
    return {verb for verb in found if re.fullmatch(r"[a-z]+\.[a-z_]+", verb)}


def test_every_recorded_verb_has_words() -> None:
    assert sorted(_recorded_verbs() - set(trail_words.ACTS)) == [], "say them in peersafe/trail_words.py"
