"""A supervisor's list of crossed boundaries: whose, from when, never a word of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from lib import wall
from people.models import Membership, Organisation
from tests import factories
from tests.sessions import aimed, booked, revisited

LIST = "/o/ash/crossings/"
QUERIES = 4  # session, user, the door, the rows


def rows(who: Membership, **query: str) -> list[Any]:
    found: list[Any] = factories.signed_in(who).get(LIST, query).context["page"].rows
    return found


def test_what_is_meant_for_them_and_no_word_of_it(ash: Organisation) -> None:
    found = booked.thread(ash)
    supervisor, link = revisited.supervised(found), aimed.own_page(found)
    revisited.crossed(found, "For nobody")
    revisited.crossed(found, "For the peer", to_other=True)
    revisited.crossed(found, "For them", to_supervisor=True)
    peers = {"side": "peer", "by": aimed.holder(link), "item_key": "romance"}
    revisited.crossed(found, "From the peer", to_supervisor=True, **peers)
    listed = rows(supervisor)
    assert [(row.by_peer, row.crosses_floor, row.peer) for row in listed] == [
        (True, True, found.peer.name),
        (False, False, found.peer.name),
    ]
    page = factories.signed_in(supervisor).get(LIST).content.decode()
    assert not any(words in page for words in ("For them", "From the peer", "romantic"))
    assert all(row.url in page for row in listed)


def test_who_sees_which(ash: Organisation, elm: Organisation) -> None:
    found, there = booked.thread(ash), booked.thread(elm)
    supervisor, theirs = revisited.supervised(found), revisited.supervised(there)
    revisited.crossed(found, to_supervisor=True)
    revisited.crossed(there, to_supervisor=True)
    assert len(rows(supervisor)) == 1
    assert rows(factories.supervisor(ash)) == []
    assert factories.signed_in(theirs).get(LIST).status_code == 404
    assert len(factories.signed_in(theirs).get("/o/elm/crossings/").context["page"].rows) == 1
    assert factories.signed_in(found.supporter).get(LIST).status_code == 403
    assert factories.signed_in(found.coordinator).get(LIST).status_code == 403
    assert factories.signed_in(supervisor).post(LIST).status_code == 405


def test_who_supervises_no_longer_sees_no_more(ash: Organisation) -> None:
    found = booked.thread(ash)
    supervisor = revisited.supervised(found)
    row = revisited.crossed(found, to_supervisor=True)
    found.supporter.supervised_by.update(ends_at=timezone.now())
    assert rows(supervisor) == []
    assert factories.signed_in(supervisor).get(f"{LIST}{row.pk}/").status_code == 404
    assert len(rows(revisited.supervised(found))) == 1  # whoever does now, also what was noted before


def test_page_by_page(ash: Organisation) -> None:
    found = booked.thread(ash)
    supervisor, now = revisited.supervised(found), timezone.now()
    for number in range(27):
        revisited.crossed(found, to_supervisor=True, now=now - timedelta(days=number))
    client = factories.signed_in(supervisor)
    first = client.get(LIST).context["page"]
    assert (len(first.rows), first.first) == (25, True)
    second = client.get(LIST, {"after": first.next}).context["page"]
    assert (len(second.rows), second.next) == (2, None)
    assert not {row.id for row in first.rows} & {row.id for row in second.rows}
    for odd in ("x", "\x00", "🌱" * 100):
        assert len(client.get(LIST, {"after": odd}).context["page"].rows) == 25


@pytest.mark.parametrize("number", [1, 3])
def test_how_many_queries(ash: Organisation, django_assert_num_queries: Any, number: int) -> None:
    found = booked.thread(ash)
    supervisor = revisited.supervised(found)
    for place in range(number):
        found.pairing = booked.pairing(found, factories.peer(ash, name=f"Wren {place}"))
        revisited.crossed(found, to_supervisor=True)
    wall.enter(ash.pk)
    client = factories.signed_in(supervisor)
    with django_assert_num_queries(QUERIES + 2):  # the savepoint of the request
        assert len(client.get(LIST).context["page"].rows) == number
