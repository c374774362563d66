"""The peer's private link: nothing before they ask, then their session and two answers."""

from datetime import UTC, datetime, time, timedelta

import pytest
from django.test import Client

from audit.models import Event
from lib import wall
from lib.tokens import token_for
from people.models import Organisation, PrivateLink
from people.wrong_links import MOST
from sessions.actions import outcomes
from sessions.models import PeerSession
from tests import factories
from tests.sessions import booked

GONE = "/p/" + "A" * 32 + "/session/"


def address(row: PeerSession, name: str = "") -> str:
    link = PrivateLink.objects.get(object_id=row.pk)
    return f"/p/{token_for(link.pk)}/session/{name and name + '/'}"


def opened(row: PeerSession) -> Client:
    client = Client()
    client.post(address(row))
    return client


def test_the_first_look_gives_nothing_away(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    answer = Client().get(address(row))
    shown = answer.content.decode()
    assert answer.status_code == 200
    assert "This page is private" in shown
    told = [found.organisation.name, found.peer.name, "At the gate", "14:00", "112", "help"]
    assert [words for words in told if words.lower() in shown.lower()] == []
    assert PrivateLink.objects.get().opened_at is None
    assert Event.objects.filter(verb="sessions.open_link").count() == 0


def test_continuing_is_remembered_for_this_link_alone(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, other = booked.ahead(found), booked.ahead(found, days=8)
    client = Client()
    answer = client.post(address(row))
    assert (answer.status_code, answer["Location"]) == (302, address(row))
    cookie = answer.cookies["seen"]
    assert (cookie["path"], cookie["max-age"], cookie["httponly"]) == (address(row), 1800, True)
    assert cookie["samesite"] == "Lax"
    shown = client.get(address(row)).content.decode()
    assert "At the gate" in shown
    assert "112" in shown
    assert "This page is private" in client.get(address(other)).content.decode()
    link = PrivateLink.objects.get(object_id=row.pk)
    assert link.opened_at is not None
    assert Event.objects.filter(verb="sessions.open_link", object_id=str(link.pk)).count() == 1


def test_another_links_cookie_does_not_open_this_one(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, other = booked.ahead(found), booked.ahead(found, days=8)
    client = Client()
    client.cookies["seen"] = Client().post(address(other)).cookies["seen"].value
    assert "This page is private" in client.get(address(row)).content.decode()


def test_the_page_names_nobody_and_leaves_no_trace(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    answer = opened(row).get(address(row))
    shown = answer.content.decode()
    names = [found.organisation.name, found.peer.name, found.supporter.user.preferred_name]
    assert [name for name in names if name in shown] == []
    assert answer["Cache-Control"] == "no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "sessionid" not in answer.cookies


def test_times_are_on_the_peers_clock(ash: Organisation) -> None:
    found = booked.thread(ash)
    found.peer.zone = "America/New_York"
    found.peer.save()
    row = booked.session(found, booked.at(booked.day_ahead(40), time(14)), now=datetime.now(UTC))
    shown = opened(row).get(address(row)).content.decode()
    assert "09:00" in shown
    assert "New York time" in shown


def test_the_peer_confirms(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    client = opened(row)
    for _press in range(2):
        assert client.post(address(row, "confirm"))["Location"] == address(row)
    shown = client.get(address(row)).content.decode()
    assert "You said you will be there." in shown
    assert "I’ll be there" not in shown
    row.refresh_from_db()
    link = PrivateLink.objects.get()
    assert (row.state, row.confirmed_by) == ("confirmed", f"link:{link.pk}")


def test_the_peer_cannot_come(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    client, page = opened(row), address(row)
    answer = client.post(address(row, "cancel"), {"why": "not_well"})
    assert answer.status_code == 200
    assert "you do not have to explain" in answer.content.decode()
    row.refresh_from_db()
    assert (row.state, row.cancelled_why) == ("cancelled", "not_well")
    assert row.cancelled_by.startswith("link:")
    assert client.get(page).status_code == 404


def test_without_a_reason_it_asks_again(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    answer = opened(row).post(address(row, "cancel"))
    assert answer.status_code == 422
    assert "Please choose one of these." in answer.content.decode()
    row.refresh_from_db()
    assert row.state == "booked"


@pytest.mark.parametrize("verb", ["confirm", "cancel"])
def test_answering_needs_the_question_first(ash: Organisation, verb: str) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    answer = Client().post(address(row, verb), {"why": "time"})
    assert answer["Location"] == address(row)
    assert opened(row).get(address(row, verb)).status_code == 405
    row.refresh_from_db()
    assert row.state == "booked"


def test_once_it_has_begun_it_is_too_late_for_that(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.begun(found)
    client = opened(row)
    shown = client.get(address(row)).content.decode()
    assert "I’ll be there" not in shown
    assert 'name="why"' not in shown
    assert "Another time" not in shown
    client.post(address(row, "confirm"))
    client.post(address(row, "cancel"), {"why": "time"})
    row.refresh_from_db()
    assert row.state == "booked"


def test_revoked_expired_unknown_and_other_links_answer_alike(
    ash: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = booked.thread(ash)
    off, late = booked.ahead(found), booked.ahead(found, days=8)
    by = factories.member(found.supporter)
    outcomes.cancel(peer_session_id=off.pk, why="time", by=by, now=datetime.now(UTC))
    unknown = Client().get(GONE)
    revoked = Client().get(address(off))
    after = late.ends_at + timedelta(days=1)
    monkeypatch.setattr("people.access.timezone.now", lambda: after)
    expired = Client().get(address(late))
    assert [one.status_code for one in (unknown, revoked, expired)] == [404, 404, 404]
    assert unknown.content == revoked.content == expired.content


def test_after_twenty_wrong_links_one_has_to_wait_and_right_ones_still_open(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    answers = [Client().get(GONE).status_code for _try in range(MOST + 1)]
    assert answers == [404] * MOST + [429]
    assert Client().get(GONE, REMOTE_ADDR="192.0.2.7").status_code == 404
    assert Client().get(address(row)).status_code == 200


def test_a_link_opens_its_own_organisation_only(ash: Organisation, elm: Organisation) -> None:
    wall.enter(elm.pk)
    theirs = booked.ahead(booked.thread(elm))
    page = address(theirs)
    wall.enter(ash.pk)
    booked.ahead(booked.thread(ash))
    client = Client()
    client.post(page)
    assert "At the gate" in client.get(page).content.decode()
    wall.enter(ash.pk)
    assert Event.objects.filter(verb="sessions.open_link").count() == 0


def test_nobody_was_there(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.begun(found)
    client = opened(row)
    assert "Nobody was there" in client.get(address(row)).content.decode()
    for _press in range(2):
        assert client.post(address(row, "nobody-there"))["Location"] == address(row)
    shown = client.get(address(row)).content.decode()
    assert "You said that nobody was there. Thank you" in shown
    assert "You did nothing wrong" not in shown
    row.refresh_from_db()
    assert (row.state, row.missed_side) == ("booked", "")
    assert row.nobody_there_at is not None
    assert Event.objects.filter(verb="sessions.nobody_there", object_id=str(row.pk)).count() == 1


def test_nobody_can_be_missing_before_it_begins_or_once_it_is_noted(ash: Organisation) -> None:
    found = booked.thread(ash)
    coming, missed = booked.ahead(found), booked.begun(found)
    outcomes.miss(peer_session_id=missed.pk, by=factories.member(found.supporter), now=datetime.now(UTC))
    for row in (coming, missed):
        client = opened(row)
        assert "Nobody was there" not in client.get(address(row)).content.decode()
        client.post(address(row, "nobody-there"))
        row.refresh_from_db()
        assert row.nobody_there_at is None
    assert "There is nothing to answer here any more." in client.get(address(missed)).content.decode()
