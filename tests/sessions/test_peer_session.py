"""The page of one session: facts, buttons that make sense now, and the true fate of each message."""

from datetime import UTC, datetime
from typing import Any

import pytest

from people.models import Organisation
from reminders.models import Message, Reminder
from sessions.models import PeerSession
from tests import factories
from tests.sessions import booked


def shown(found: booked.Thread, row: PeerSession, role: str = "supporter") -> str:
    client = factories.signed_in(getattr(found, role))
    return client.get(booked.address(found, "peer_session", row.pk)).content.decode()


def buttons(found: booked.Thread, row: PeerSession, role: str = "supporter") -> list[str]:
    page = shown(found, row, role)
    start = booked.address(found, "peer_session", row.pk)
    names = ["confirm", "move", "cancel", "miss", "settle", "log", "session_log"]
    return [name for name in names if f'href="{booked.address(found, name, row.pk)}"' in page and start]


def test_buttons_of_a_session_ahead(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    assert buttons(found, row) == ["confirm", "move", "cancel"]
    assert buttons(found, row, "coordinator") == ["confirm", "move", "cancel"]


def test_buttons_of_a_session_that_has_begun(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.begun(found)
    assert buttons(found, row) == ["cancel", "miss", "log"]
    assert buttons(found, row, "coordinator") == ["cancel", "miss"]


def test_buttons_of_a_session_that_was_held(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.held(found, what_mattered="The river at night").peer_session
    assert buttons(found, row) == ["session_log"]
    assert buttons(found, row, "coordinator") == []
    assert "The river" not in shown(found, row) + shown(found, row, "coordinator")


def test_a_supervisor_reads_and_presses_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    supervisor = factories.supervisor(ash)
    found.supporter.supervised_by.create(organisation=ash, supervisor=supervisor, starts_at=factories.START)
    client = factories.signed_in(supervisor)
    page = client.get(booked.address(found, "peer_session", row.pk)).content.decode()
    assert "At the gate" in page
    assert "/confirm/" not in page
    assert "/cancel/" not in page


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("queued", "On its way"),
        ("accepted", "Accepted by the mail server on"),
        ("failed", "Could not be delivered"),
        ("gave_up", "Could not be delivered"),
    ],
)
def test_the_true_fate_of_a_message(ash: Organisation, state: str, words: str) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    row = booked.ahead(found)
    Reminder.objects.all().delete()
    settled = None if state == "queued" else datetime.now(UTC)
    Message.objects.update(state=state, settled_at=settled)
    page = shown(found, row)
    assert "News of the booking to the peer" in page
    assert words in page
    assert "sam@example.org" not in page


def test_what_still_waits_is_said(ash: Organisation) -> None:
    found = booked.thread(ash)
    page = shown(found, booked.ahead(found))
    assert "Reminder to the supporter" in page
    assert "Goes out on" in page
    assert "Reminder to the peer" not in page


def test_the_peers_clock_where_it_differs(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    assert "On the peer’s clock" not in shown(found, row)
    found.peer.zone = "Pacific/Auckland"
    found.peer.save()
    page = shown(found, row)
    assert "On the peer’s clock" in page
    assert "Auckland time" in page


def test_the_title_is_neutral(ash: Organisation) -> None:
    found = booked.thread(ash)
    assert "<title>Calendar</title>" in shown(found, booked.ahead(found))


def test_how_many_queries_the_page_takes(ash: Organisation, django_assert_num_queries: Any) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    with django_assert_num_queries(9):  # two are the savepoint of the request
        client.get(booked.address(found, "peer_session", row.pk))


def test_which_session_of_how_many(ash: Organisation) -> None:
    """For the supporter; from the one before the last on, it is time to talk about the ending."""
    found = booked.thread(ash, number=3)
    rows = [booked.ahead(found, days) for days in (7, 14, 21)]
    pages = [shown(found, row) for row in rows]
    assert [f"Session {number} of 3" in page for number, page in enumerate(pages, 1)] == [True] * 3
    assert ["Talk about your ending now" in page for page in pages] == [False, True, True]
    page = booked.address(found, "peer_session", rows[0].pk)
    assert "Session 1 of 3" not in factories.signed_in(found.coordinator).get(page).content.decode()
