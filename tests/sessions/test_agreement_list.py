"""Which agreements are in force: dates for coordinators, no words, the longest overdue first; the count at home."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from people.models import Membership, Organisation
from sessions.actions import agreements, pairings
from sessions.models import Agreement
from sessions.queries.agreement_list import InForceRow
from tests import factories
from tests.sessions import met

LIST = "/o/ash/agreements/"
LIST_QUERIES = 4  # session, user, the door, the list
NOW = datetime.now(UTC)


def agreed(two: met.Two, *, days: int = 56, ago: int = 60) -> Agreement:
    """Agreed a while ago, to be looked at again so many days from now."""
    then = NOW - timedelta(days=ago)
    return met.yes(two, met.ready(two, now=then, review_on=(NOW + timedelta(days=days)).date()), now=then)


def rows(client: Client, tail: str = "") -> list[InForceRow]:
    """What the list shows."""
    answer = client.get(LIST + tail)
    assert answer.status_code == 200
    found: list[InForceRow] = answer.context["page"].rows
    return found


@pytest.fixture
def coordinator(ash: Organisation) -> Membership:
    """Who reads it."""
    return factories.coordinator(ash)


def test_dates_and_no_words(ash: Organisation) -> None:
    two = met.introduced(ash)
    agreed(two)
    client = factories.signed_in(two.coordinator)
    (row,) = rows(client)
    assert (row.peer_name, row.supporter_name, row.url, row.is_due) == ("Sam", "Supporter", two.url(), False)
    page = client.get(LIST).content.decode()
    assert row.since in page
    assert row.due in page
    assert "Somebody who knows" not in page


def test_the_longest_overdue_first(ash: Organisation, coordinator: Membership) -> None:
    made = [met.introduced(ash) for _ in range(4)]
    for two, days in zip(made, (10, -3, -20, 0), strict=True):
        agreed(two, days=days)
    found = rows(factories.signed_in(coordinator))
    assert [(row.url, row.is_due) for row in found] == [
        (made[2].url(), True),
        (made[1].url(), True),
        (made[3].url(), True),
        (made[0].url(), False),
    ]
    home = factories.signed_in(coordinator).get("/o/ash/")
    assert home.context["home"].overdue == 3
    assert "3 to look at again" in home.content.decode()


@pytest.mark.parametrize(("because", "is_due"), [("floor", True), ("changed", False), ("crossed", False)])
def test_only_what_the_organisation_changed_shows_before_the_day(
    ash: Organisation, because: str, *, is_due: bool
) -> None:
    """Why two people look again is theirs; that the list they answered is out of date is the organisation's."""
    two = met.introduced(ash)
    made = agreed(two)
    Agreement.objects.filter(pk=made.pk).update(look_again_at=NOW, look_again_because=because)
    client = factories.signed_in(two.coordinator)
    assert [row.is_due for row in rows(client)] == [is_due]
    assert client.get("/o/ash/").context["home"].overdue == int(is_due)
    assert "crossed" not in client.get(LIST).content.decode()


def test_pairs_without_one_stand_apart(ash: Organisation) -> None:
    new, made, ended, held = (met.introduced(ash) for _ in range(4))
    met.drafted(new, now=NOW)
    by = factories.member(made.supporter)
    agreements.withdraw(agreement_id=agreed(made).pk, state="in_force", sides=["peer"], by=by, now=NOW)
    agreed(held)
    agreed(ended)
    pairings.end(pairing_id=ended.pairing.pk, by=factories.member(ended.coordinator), now=NOW)
    client = factories.signed_in(new.coordinator)
    assert [row.url for row in rows(client)] == [held.url()]
    without = {row.url: row for row in rows(client, "?none=yes")}
    assert set(without) == {new.url(), made.url()}
    assert (without[new.url()].since, without[new.url()].due) == ("not yet", "being made")
    assert without[made.url()].since.startswith("not since ")
    assert without[made.url()].due == "–"


@pytest.mark.parametrize("tail", ["", "?none=yes"])
@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_for_one_and_for_three(
    ash: Organisation, coordinator: Membership, count: int, tail: str
) -> None:
    for _ in range(count):
        two = met.introduced(ash)
        if not tail:
            agreed(two)
    client = factories.signed_in(coordinator)
    client.get(LIST)
    with CaptureQueriesContext(connection) as caught:
        assert len(rows(client, tail)) == count
    assert (
        len([query for query in caught.captured_queries if "SAVEPOINT" not in query["sql"]]) == LIST_QUERIES
    )


@pytest.mark.parametrize("tail", ["", "?none=yes"])
def test_it_goes_on_page_by_page(ash: Organisation, tail: str) -> None:
    two = met.introduced(ash, most_peers=40)
    for minute in range(30):
        peer = factories.peer(ash, name=f"Peer {minute}")
        now = met.START + timedelta(minutes=minute)
        other = met.pair(two.coordinator, two.supporter, peer, now=now)
        if not tail:
            _in_force(other.pk, ash)
    client = factories.signed_in(two.coordinator)
    first = client.get(LIST + tail).context["page"]
    after = {"after": first.next, **({"none": "yes"} if tail else {})}
    rest = client.get(LIST, after).context["page"]
    assert (len(first.rows), rest.next) == (25, None)
    assert {row.url for row in first.rows}.isdisjoint({row.url for row in rest.rows})
    assert len(rest.rows) == (6 if tail else 5)
    for nonsense in ("x", "\x00", "🌱", "שלום"):
        assert client.get(LIST, {"after": nonsense}).status_code == 200


def _in_force(pairing_id: UUID, organisation: Organisation) -> None:
    """An agreement as the list reads it: made here, because thirty first meetings take long."""
    Agreement.objects.create(
        organisation=organisation,
        pairing_id=pairing_id,
        version=1,
        state="in_force",
        review_on=NOW.date(),
        look_again_on=NOW.date(),
        drafted_at=NOW,
        drafted_by="operator",
        proposed_at=NOW,
        in_force_at=NOW,
    )


def test_who_may_read_it(ash: Organisation, elm: Organisation) -> None:
    two, other = met.introduced(ash), factories.coordinator(elm)
    agreed(two)
    tries = {two.supporter: 403, met.supervised(two): 403, other: 404, two.coordinator: 200}
    for row, status in tries.items():
        assert factories.signed_in(row).get(LIST).status_code == status
    assert factories.signed_in(two.coordinator).post(LIST).status_code == 405
    assert factories.signed_in(other).get("/o/elm/agreements/").context["page"].rows == []


def test_nothing_yet(coordinator: Membership) -> None:
    client = factories.signed_in(coordinator)
    assert "None is in force yet" in client.get(LIST).content.decode()
    assert "Every pair has one" in client.get(LIST, {"none": "yes"}).content.decode()
    assert client.get("/o/ash/").context["home"].overdue == 0
