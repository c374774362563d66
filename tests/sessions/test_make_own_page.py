"""Handing a peer their own page, and taking it back: one works at a time, its address is shown once."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from lib.ids import new_id
from lib.tokens import token_for
from people.models import Organisation, PrivateLink
from people.models.links import LinkPurpose
from reminders.models import Message
from sessions.actions import calendars, own_pages
from sessions.actions.own_pages import STAYS
from tests import factories
from tests.sessions import aimed, booked


def form(**changes: object) -> dict[str, str]:
    return {key: str(value) for key, value in ({"once": new_id()} | changes).items()}


def test_it_is_made_and_shown_once(ash: Organisation) -> None:
    found = booked.thread(ash)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "own-page")
    asked = client.get(page).content.decode()
    assert ("Ask them first" in asked, PrivateLink.objects.exists()) == (True, False)
    answer = client.post(page, form())
    link = PrivateLink.objects.get()
    address = f"http://127.0.0.1:8000/p/{token_for(link.pk)}/"
    shown = answer.content.decode()
    assert (answer.status_code, address in shown, "data:image/svg+xml;base64," in shown) == (200, True, True)
    assert (link.purpose, link.object_id, link.peer_id) == (
        LinkPurpose.PAIRING,
        found.pairing.pk,
        found.peer.pk,
    )
    assert link.expires_at - link.created_at == STAYS
    assert aimed.events("make_own_page") == [(f"member:{found.supporter.pk}", str(link.pk))]
    later = client.get(page).content.decode()
    assert (address in later, "It has not been opened yet." in later) == (False, True)
    assert Message.objects.count() == 0
    opened = Client().get(address)
    assert opened["Location"] == aimed.mine(link)


def test_the_same_form_twice_makes_one(ash: Organisation) -> None:
    found = booked.thread(ash)
    client, page, sent = factories.signed_in(found.supporter), aimed.url(found, "own-page"), form()
    answers = [client.post(page, sent).context["address"] for _press in range(2)]
    assert (len(set(answers)), PrivateLink.objects.count()) == (1, 1)
    client.post(aimed.url(found, "own-page", "revoke"))
    again = client.post(page, sent)
    assert again["Location"] == page
    assert "This page was taken back." in client.get(page).content.decode()


def test_a_new_one_takes_the_place_of_the_old(ash: Organisation) -> None:
    found = booked.thread(ash)
    old = aimed.own_page(found)
    factories.signed_in(found.supporter).post(aimed.url(found, "own-page"), form())
    new = aimed.link_of(found.pairing.pk)
    assert new.pk != old.pk
    assert Client().get(aimed.mine(old)).status_code == 404
    assert Client().get(aimed.mine(new)).status_code == 200


def test_it_goes_by_mail_only_where_they_have_an_address(ash: Organisation) -> None:
    found = booked.thread(ash)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "own-page")
    refused = client.post(page, form(by_mail="on"))
    assert refused.status_code == 422
    assert "We have no address for them." in refused.content.decode()
    assert (PrivateLink.objects.count(), Message.objects.count()) == (0, 0)
    booked.reachable(found.peer)
    sent = form(by_mail="on")
    for _press in range(2):
        assert "It also goes out to them by e-mail." in client.post(page, sent).content.decode()
    message, link = Message.objects.get(), PrivateLink.objects.get()
    assert (message.kind, message.recipient_id, message.link_id) == ("own_page", found.peer.pk, link.pk)


def test_taking_it_back_takes_the_mail_back(ash: Organisation) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    link = aimed.own_page(found, by_mail=True)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "own-page", "revoke")
    assert "opens nothing any more" in client.get(page).content.decode()
    assert Client().get(aimed.mine(link)).status_code == 200
    for _press in range(2):
        assert client.post(page)["Location"] == aimed.url(found)
    assert Client().get(aimed.mine(link)).status_code == 404
    assert Message.objects.get().state == "cancelled"
    assert aimed.events("revoke_own_page") == [(f"member:{found.supporter.pk}", str(found.pairing.pk))]
    assert "There is no page that works just now." in client.get(page).content.decode()


def test_a_coordinator_takes_it_back_also_after_the_ending(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    aimed.ended(found)
    assert Client().get(aimed.mine(link)).status_code == 200
    client = factories.signed_in(found.coordinator)
    assert "Take it back" in client.get(aimed.url(found)).content.decode()
    assert client.post(aimed.url(found, "own-page", "revoke")).status_code == 302
    assert Client().get(aimed.mine(link)).status_code == 404


def test_who_may(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    make, revoke = aimed.url(found, "own-page"), aimed.url(found, "own-page", "revoke")
    for who, of_make, of_revoke in (
        (found.coordinator, 403, 302),
        (factories.supervisor(ash), 403, 403),
        (factories.supporter(ash), 404, 404),
    ):
        if who == found.coordinator:
            assert factories.signed_in(who).post(make, form()).status_code == of_make
            continue
        client = factories.signed_in(who)
        assert client.get(make).status_code == of_make
        assert client.post(make, form()).status_code == of_make
        assert client.post(revoke).status_code == of_revoke
    assert [one.pk for one in PrivateLink.objects.filter(revoked_at=None)] == [link.pk]
    aimed.ended(found)
    client = factories.signed_in(found.supporter)
    assert (client.post(make, form()).status_code, client.post(revoke).status_code) == (404, 404)


def test_a_pages_links_to_its_pairing_say_what_is_so(ash: Organisation) -> None:
    found = booked.thread(ash)
    client = factories.signed_in(found.supporter)
    assert "Give them a page of their own" in client.get(aimed.url(found)).content.decode()
    aimed.own_page(found)
    assert "They have one since" in client.get(aimed.url(found)).content.decode()


def test_a_page_nobody_opens_for_a_year_closes_and_one_that_is_opened_stays(ash: Organisation) -> None:
    found = booked.thread(ash)
    made = datetime.now(UTC) - STAYS + timedelta(minutes=5)
    link = aimed.own_page(found, now=made)
    aimed.continued(link)
    link.refresh_from_db()
    assert link.expires_at > datetime.now(UTC) + timedelta(days=360)
    old = aimed.own_page(found, now=datetime.now(UTC) - STAYS)
    assert Client().get(aimed.mine(old)).status_code == 404


def test_how_many_statements_it_takes(ash: Organisation) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    client = factories.signed_in(found.supporter)
    with CaptureQueriesContext(connection) as queries:
        assert client.post(aimed.url(found, "own-page"), form(by_mail="on")).status_code == 200
    assert sum("SAVEPOINT" not in query["sql"] for query in queries.captured_queries) <= 18


# The address a calendar follows ends with the page ------------------------------------------------------------------


def followed(found: booked.Thread) -> PrivateLink:
    """An address that a calendar follows, made by whoever had the peer's page."""
    by, now = factories.member(found.supporter), datetime.now(UTC)
    return calendars.make_feed(peer=found.peer, replaces=None, by=by, now=now)


def test_a_page_that_was_lost_takes_the_calendar_with_it(ash: Organisation) -> None:
    found = booked.thread(ash)
    aimed.own_page(found)
    feed = followed(found)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "own-page")
    assert "So does the address that a calendar of theirs follows" in client.get(page).content.decode()
    sent = form()
    client.post(page, sent)
    feed.refresh_from_db()
    assert feed.revoked_at is not None
    theirs = followed(found)
    assert theirs.pk != feed.pk
    client.post(page, sent)  # pressed once more: nothing new, and nothing ends
    theirs.refresh_from_db()
    assert theirs.revoked_at is None


def test_a_page_that_ran_out_takes_it_too(ash: Organisation) -> None:
    found = booked.thread(ash)
    aimed.own_page(found, now=datetime.now(UTC) - STAYS)
    feed = followed(found)
    factories.signed_in(found.supporter).post(aimed.url(found, "own-page"), form())
    feed.refresh_from_db()
    assert feed.revoked_at is not None


def test_taking_it_back_ends_the_calendar_too(ash: Organisation) -> None:
    found = booked.thread(ash)
    aimed.own_page(found)
    feed = followed(found)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "own-page", "revoke")
    assert "it is told nothing more" in client.get(page).content.decode()
    client.post(page)
    feed.refresh_from_db()
    assert feed.revoked_at is not None


def test_a_first_page_leaves_another_supporters_alone(ash: Organisation) -> None:
    found = booked.thread(ash)
    other = booked.pairing(found, found.peer, factories.supporter(ash))
    aimed.own_page(found)
    feed = followed(found)
    by, now = factories.member(found.coordinator), datetime.now(UTC)
    own_pages.make_own_page(once=new_id(), pairing_id=other.pk, by_mail=False, by=by, now=now)
    feed.refresh_from_db()
    assert feed.revoked_at is None


@pytest.mark.parametrize("verb", ["make", "revoke"])
def test_names_are_locked_before_rows(ash: Organisation, verb: str) -> None:
    found = booked.thread(ash)
    aimed.own_page(found)
    what: dict[str, Any] = {"pairing_id": found.pairing.pk, "by": aimed.by(found), "now": datetime.now(UTC)}
    with CaptureQueriesContext(connection) as queries:
        if verb == "make":
            own_pages.make_own_page(once=new_id(), by_mail=False, **what)
        else:
            own_pages.revoke_own_page(**what)
    asked = [query["sql"] for query in queries.captured_queries]
    named = next(number for number, sql in enumerate(asked) if f"feed:{found.peer.pk}" in sql)
    assert named < next(number for number, sql in enumerate(asked) if "FOR UPDATE" in sql)
