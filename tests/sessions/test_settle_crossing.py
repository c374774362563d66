"""A supervisor has talked about a crossed boundary."""

import threading
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Membership, Organisation
from reminders.actions import cancel_for
from reminders.models import Reminder
from sessions.actions import crossings
from sessions.models import Crossing
from tests import factories
from tests.people.test_races import at_once
from tests.sessions import booked, revisited
from tests.sessions.booked import Thread

LIST = "/o/ash/crossings/"


def settle(who: Membership, row: Crossing) -> Any:
    return factories.signed_in(who).post(f"{LIST}{row.pk}/settle/")


def test_it_was_talked_about(ash: Organisation) -> None:
    found = booked.thread(ash)
    supervisor = revisited.supervised(found)
    row = revisited.crossed(found, to_supervisor=True)
    before = (row.to_other, bytes(row.words))
    for _ in range(2):
        assert settle(supervisor, row)["Location"] == LIST
    row.refresh_from_db()
    assert (row.settled_by, row.settled_at is not None) == (f"member:{supervisor.pk}", True)
    assert (row.to_other, bytes(row.words)) == before
    assert Event.objects.filter(verb="sessions.settle_crossing").count() == 1
    assert Reminder.objects.get(object_id=row.pk).state == "cancelled"  # it had not gone out
    client = factories.signed_in(supervisor)
    assert client.get(LIST).context["page"].rows == []
    assert len(client.get(LIST, {"settled": "yes"}).context["page"].rows) == 1
    assert "Talked about" in client.get(f"{LIST}{row.pk}/").content.decode()
    assert f"{LIST}{row.pk}/" not in client.get("/o/ash/").content.decode()
    own = factories.signed_in(found.supporter).get(revisited.url(found)).content.decode()
    assert "talked about" in own


def test_what_was_not_meant_for_them(ash: Organisation) -> None:
    found = booked.thread(ash)
    supervisor = revisited.supervised(found)
    row = revisited.crossed(found, to_other=True)
    assert settle(supervisor, row).status_code == 404
    with pytest.raises(Refused):
        crossings.settle_crossing(crossing_id=row.pk, by=factories.member(supervisor), now=datetime.now(UTC))
    row.refresh_from_db()
    assert row.settled_at is None


def test_who_may_not(ash: Organisation, elm: Organisation) -> None:
    found = booked.thread(ash)
    supervisor = revisited.supervised(found)
    row = revisited.crossed(found, to_supervisor=True)
    others = {
        found.supporter: 403,
        found.coordinator: 403,
        factories.supervisor(ash): 404,
        factories.supervisor(elm): 404,
    }
    for who, status in others.items():
        assert settle(who, row).status_code == status
    client = factories.signed_in(supervisor)
    assert client.get(f"{LIST}{row.pk}/settle/").status_code == 405
    assert client.post(f"{LIST}{new_id()}/settle/").status_code == 404
    wall.enter(ash.pk)
    row.refresh_from_db()
    assert row.settled_at is None


def test_how_many_statements(ash: Organisation, django_assert_max_num_queries: Any) -> None:
    found = booked.thread(ash)
    supervisor = revisited.supervised(found)
    row, client = revisited.crossed(found, to_supervisor=True), factories.signed_in(supervisor)
    with django_assert_max_num_queries(14 + 4):  # two savepoints
        client.post(f"{LIST}{row.pk}/settle/")


@pytest.mark.django_db(transaction=True)
def test_two_supervisors_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second waits for the first, and leaves what it wrote alone."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        found: Thread = booked.thread(ash)
        both = [revisited.supervised(found) for _ in range(2)]
        row = revisited.crossed(found, to_supervisor=True)
    reading = threading.Barrier(2)

    def slow(**rest: Any) -> None:
        with suppress(threading.BrokenBarrierError):
            reading.wait(timeout=0.6)  # without the lock both come here
        cancel_for(**rest)

    monkeypatch.setattr("sessions.actions.crossings.cancel_for", slow)

    def settling(who: Membership) -> Any:
        by = factories.member(who)
        return lambda: crossings.settle_crossing(crossing_id=row.pk, by=by, now=datetime.now(UTC))

    assert at_once(ash, *(settling(who) for who in both)) == ["done", "done"]
    with wall.inside(ash.pk):
        assert Event.objects.filter(verb="sessions.settle_crossing").count() == 1
