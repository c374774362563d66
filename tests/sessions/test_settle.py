"""Settling: a session that nobody can write about any more does not stay open for ever."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import Event
from lib.refusal import Refused
from people.models import Organisation
from sessions.actions import outcomes, pairings
from sessions.models import PeerSession
from tests import factories
from tests.sessions import booked


def left_open(found: booked.Thread) -> PeerSession:
    """A session that took place, or did not, and whose pairing has ended."""
    row = booked.begun(found)
    pairings.end(pairing_id=found.pairing.pk, by=factories.member(found.coordinator), now=datetime.now(UTC))
    return row


def test_settling(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = left_open(found), factories.signed_in(found.coordinator)
    page = booked.address(found, "settle", row.pk)
    there = client.get(booked.address(found, "peer_session", row.pk)).content.decode()
    assert "nobody noted how this session was" in there
    assert f'href="{page}"' in there
    assert "without a log" in client.get(page).content.decode()
    assert client.post(page)["Location"] == booked.address(found, "peer_session", row.pk)
    row.refresh_from_db()
    assert (row.state, row.closed_by) == ("held", f"member:{found.coordinator.pk}")
    assert Event.objects.filter(verb="sessions.settle", object_id=str(row.pk)).count() == 1
    assert f'href="{page}"' not in client.get(booked.address(found, "peer_session", row.pk)).content.decode()


def test_or_it_did_not_take_place(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = left_open(found), factories.signed_in(found.coordinator)
    client.post(booked.address(found, "miss", row.pk), {"who": "nobody"})
    row.refresh_from_db()
    assert (row.state, row.missed_side) == ("missed", "")


def test_while_they_meet_the_supporter_writes(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.coordinator)
    page = booked.address(found, "settle", row.pk)
    assert f'href="{page}"' not in client.get(booked.address(found, "peer_session", row.pk)).content.decode()
    shown = client.post(page, follow=True).content.decode()
    assert "These two still meet" in shown
    row.refresh_from_db()
    assert row.state == "booked"


def test_a_second_press_changes_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = left_open(found), factories.signed_in(found.coordinator)
    page = booked.address(found, "settle", row.pk)
    client.post(page)
    assert "has changed since" in client.post(page, follow=True).content.decode()
    assert Event.objects.filter(verb="sessions.settle").count() == 1


def test_not_before_it_has_begun(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row = booked.session(found, now + timedelta(hours=1), now=now)
    PeerSession.objects.filter(pk=row.pk)
    by = factories.member(found.coordinator)
    found.pairing.state, found.pairing.ended_at, found.pairing.ended_by = "ended", now, "operator"
    found.pairing.save()  # by no path of ours: ending calls off what is to come
    with pytest.raises(Refused, match="has not begun yet"):
        outcomes.settle(peer_session_id=row.pk, by=by, now=now)


def test_only_coordinators(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = left_open(found)
    page = booked.address(found, "settle", row.pk)
    for who in (found.supporter, factories.supporter(ash), factories.supervisor(ash)):
        assert factories.signed_in(who).post(page).status_code == 403
    row.refresh_from_db()
    assert row.state == "booked"
