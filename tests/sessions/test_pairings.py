"""The list of pairings and the page of one: who sees which, in how many questions to the database."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lib import wall
from people.actions import members as member_actions
from people.models import Membership, Organisation
from sessions.actions import pairings
from sessions.queries.pairings import day
from tests import factories
from tests.sessions import booked, met

LIST = "/o/ash/pairings/"
LIST_QUERIES = 5  # session, user, the door, pairings, agreements in force
# Session, user, the door, the pairing, its versions, its sessions, its ending, counts; and whether the peer has a page
# of their own, with goals in numbers for the supporter; what was noted between versions, not for coordinators.
COORDINATORS, SUPPORTERS, SUPERVISORS = 9, 10, 9


def queries(client: Any, url: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(url).status_code == 200
    return len([query for query in caught.captured_queries if "SAVEPOINT" not in query["sql"]])


def supervised(ash: Organisation, supporter: Membership) -> Membership:
    row = factories.supervisor(ash)
    member_actions.begin_supervision(
        supervisor_id=row.pk,
        supporter_id=supporter.pk,
        by=factories.member(factories.coordinator(ash)),
        now=met.START,
    )
    return row


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_for_one_and_for_three(ash: Organisation, count: int) -> None:
    two = met.introduced(ash)
    met.agreed(two)
    for _ in range(count - 1):
        met.pair(two.coordinator, two.supporter, factories.peer(ash))
    for row in (two.coordinator, two.supporter, supervised(ash, two.supporter)):
        client = factories.signed_in(row)
        assert queries(client, LIST) == LIST_QUERIES
        assert len(client.get(LIST).context["page"].rows) == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_for_one_and_for_three(ash: Organisation, count: int) -> None:
    found = booked.thread(ash)
    for days in range(count):
        booked.ahead(found, days=7 + days)
    supervisor = supervised(ash, found.supporter)
    everybody = [(found.coordinator, COORDINATORS), (found.supporter, SUPPORTERS), (supervisor, SUPERVISORS)]
    for row, asked in everybody:
        client = factories.signed_in(row)
        url = f"{LIST}{found.pairing.pk}/"
        assert queries(client, url) == asked
        assert len(client.get(url).context["page"].coming) == count


def test_the_list_goes_on_page_by_page(ash: Organisation) -> None:
    two = met.introduced(ash, most_peers=40)
    for minute in range(30):
        peer = factories.peer(ash, name=f"Peer {minute}")
        met.pair(two.coordinator, two.supporter, peer, now=met.START + timedelta(minutes=minute))
    client = factories.signed_in(two.coordinator)
    first = client.get(LIST).context["page"]
    rest = client.get(LIST, {"after": first.next}).context["page"]
    assert (len(first.rows), len(rest.rows), rest.next) == (25, 6, None)
    assert {row.url for row in first.rows}.isdisjoint({row.url for row in rest.rows})
    for nonsense in ("x", "\x00", "🌱"):
        assert client.get(LIST, {"after": nonsense}).status_code == 200


def test_each_sees_their_own(ash: Organisation, elm: Organisation) -> None:
    two, others = met.introduced(ash), met.introduced(ash)
    seen = {
        two.coordinator: {two.url(), others.url()},
        two.supporter: {two.url()},
        supervised(ash, others.supporter): {others.url()},
        factories.supervisor(ash): set(),
    }
    for row, urls in seen.items():
        page = factories.signed_in(row).get(LIST).context["page"]
        assert {line.url for line in page.rows} == urls
        for pair in (two, others):
            status = factories.signed_in(row).get(pair.url()).status_code
            assert status == (200 if pair.url() in urls else 404)
    stranger = factories.coordinator(elm)
    assert factories.signed_in(stranger).get(LIST).status_code == 404
    wall.enter(elm.pk)
    assert factories.signed_in(stranger).get(two.url().replace("/ash/", "/elm/")).status_code == 404


def test_coordinators_and_supervisors_see_dates_and_no_words(ash: Organisation) -> None:
    two = met.introduced(ash)
    made = met.agreed(two)
    for row in (two.coordinator, supervised(ash, two.supporter)):
        client = factories.signed_in(row)
        page = client.get(two.url()).content.decode()
        assert day(made.in_force_at) in page
        assert "Somebody who knows" not in page
        assert str(made.pk) not in page
        for tail in ("first-meeting", "expectations", "agree", "sheet/peer", f"agreements/{made.pk}"):
            assert client.get(two.url(tail)).status_code == 403


def test_ended_pairings_stand_apart(ash: Organisation, now: datetime) -> None:
    two = met.introduced(ash)
    met.agreed(two)
    pairings.end(pairing_id=two.pairing.pk, by=factories.member(two.coordinator), now=now)
    client = factories.signed_in(two.coordinator)
    assert client.get(LIST).context["page"].rows == []
    assert len(client.get(LIST, {"ended": "yes"}).context["page"].rows) == 1
    assert "Ended" in client.get(two.url()).content.decode()


def test_a_supporter_is_led_to_the_next_step(ash: Organisation) -> None:
    two = met.introduced(ash)
    client = factories.signed_in(two.supporter)
    assert "Begin the first meeting" in client.get(two.url()).content.decode()
    draft = met.ready(two)
    assert "Go on with the first meeting" in client.get(two.url()).content.decode()
    met.yes(two, draft)
    page = client.get(two.url()).content.decode()
    assert "Book a session" in page
    assert "first meeting" not in page


def test_post_is_refused(ash: Organisation) -> None:
    two = met.introduced(ash)
    for url in (LIST, two.url()):
        assert factories.signed_in(two.coordinator).post(url).status_code == 405
