"""A peer who did not come: noted without blame, and only once it has begun."""

from datetime import datetime, timedelta

import pytest

from audit.models import Event
from lib.refusal import Refused
from people.models import Organisation
from reminders.models import Reminder
from sessions.actions import outcomes
from sessions.models import Hold
from tests import factories
from tests.sessions import booked


def test_not_coming_is_noted(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    page = booked.address(found, "miss", row.pk)
    assert "without blame" in client.get(page).content.decode()
    assert client.post(page)["Location"] == booked.address(found, "peer_session", row.pk)
    row.refresh_from_db()
    assert (row.state, row.closed_by) == ("missed", f"member:{found.supporter.pk}")
    assert Hold.objects.filter(released_at__isnull=True).count() == 2
    assert Reminder.objects.filter(state="waiting").count() == 0
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
    client.post(booked.address(found, "miss", row.pk))
    shown = client.post(booked.address(found, "miss", row.pk), follow=True).content.decode()
    assert "This has changed since you opened the page." in shown
    assert Event.objects.filter(verb="sessions.miss").count() == 1


def test_it_does_not_count_as_a_session(ash: Organisation) -> None:
    found = booked.thread(ash, number=1)
    row = booked.begun(found)
    outcomes.miss(peer_session_id=row.pk, by=factories.member(found.supporter), now=row.ends_at)
    booked.ahead(found)
