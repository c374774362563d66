"""A peer who did not come: noted without blame, and only once it has begun."""

from datetime import datetime, timedelta

import pytest

from audit.models import Event
from lib.refusal import Refused
from people.models import Organisation
from reminders.models import Reminder
from sessions.actions import outcomes
from sessions.models import Hold, PeerSession
from tests import factories
from tests.sessions import booked


def test_not_coming_is_noted(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    page = booked.address(found, "miss", row.pk)
    assert "without blame" in client.get(page).content.decode()
    answer = client.post(page, {"who": "peer"})
    assert answer["Location"] == booked.address(found, "peer_session", row.pk)
    row.refresh_from_db()
    assert (row.state, row.missed_side) == ("missed", "peer")
    assert row.closed_by == f"member:{found.supporter.pk}"
    assert Hold.objects.filter(released_at__isnull=True).count() == 2
    assert Reminder.objects.filter(state="waiting").exclude(kind="look_again").count() == 0
    assert Event.objects.filter(verb="sessions.miss", object_id=str(row.pk)).count() == 1


def test_not_before_it_begins(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row, by = booked.session(found, now + timedelta(days=1), now=now), factories.member(found.supporter)
    with pytest.raises(Refused, match="has not begun yet"):
        outcomes.miss(peer_session_id=row.pk, by=by, now=row.starts_at - timedelta(seconds=1))
    row.refresh_from_db()
    assert row.state == "booked"
    outcomes.miss(peer_session_id=row.pk, by=by, now=row.starts_at)


def test_a_second_press_changes_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    page = booked.address(found, "miss", row.pk)
    client.post(page, {"who": "peer"})
    shown = client.post(page, {"who": "supporter"}, follow=True).content.decode()
    assert "This has changed since you opened the page." in shown
    row.refresh_from_db()
    assert row.missed_side == "peer"
    assert Event.objects.filter(verb="sessions.miss").count() == 1


def test_it_does_not_count_as_a_session(ash: Organisation) -> None:
    found = booked.thread(ash, number=1)
    row = booked.begun(found)
    outcomes.miss(peer_session_id=row.pk, by=factories.member(found.supporter), now=row.ends_at)
    booked.ahead(found)


@pytest.mark.parametrize("role", ["supporter", "coordinator"])
@pytest.mark.parametrize(
    ("who", "side", "words"),
    [
        ("peer", "peer", "The peer did not come"),
        ("supporter", "supporter", "The supporter could not be there"),
        ("nobody", "", "Neither came, or nobody knows"),
    ],
)
def test_whose_side_it_was(ash: Organisation, role: str, who: str, side: str, words: str) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(getattr(found, role))
    client.post(booked.address(found, "miss", row.pk), {"who": who})
    row.refresh_from_db()
    assert (row.state, row.missed_side) == ("missed", side)
    assert words in client.get(booked.address(found, "peer_session", row.pk)).content.decode()


@pytest.mark.parametrize("who", ["", "organisation", "PEER", "\0"])
def test_one_of_the_answers(ash: Organisation, who: str) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    answer = client.post(booked.address(found, "miss", row.pk), {"who": who})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["who"]
    row.refresh_from_db()
    assert (row.state, row.missed_side) == ("booked", "")


def test_what_the_peer_said_stands_beside_the_question(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    PeerSession.objects.filter(pk=row.pk).update(nobody_there_at=row.starts_at)
    for name in ("peer_session", "miss"):
        assert (
            "the peer said that nobody was there"
            in client.get(booked.address(found, name, row.pk)).content.decode()
        )
    client.post(booked.address(found, "miss", row.pk), {"who": "supporter"})
    page = client.get(booked.address(found, "peer_session", row.pk)).content.decode()
    assert "What the peer said" in page
    assert "The supporter could not be there" in page
