"""Ending a series: what is to come is called off, after a page that says how much that is."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.actions import Operator
from audit.models import Event
from lib.refusal import Refused
from people.models import Organisation
from reminders.models import Message
from sessions.actions import series
from sessions.models import Hold, PeerSession
from tests import factories
from tests.sessions import gathered, planned


def test_ending(ash: Organisation) -> None:
    circle = gathered.circle(ash, people=2)
    found = planned.gathering(ash)
    found.group, now = circle.group, datetime.now(UTC)
    made = planned.again(found, planned.soon(3), now=now)
    gathered.reachable(circle.members[0].peer)
    circle.meeting = made.meetings[1]
    gathered.take(circle, 0)
    gathered.take(circle, 1)
    client, page = factories.signed_in(found.coordinator), found.url("end_series", made.series.pk)
    shown = client.get(page).content.decode()
    assert "3 meetings to come are called off." in shown
    assert "2 people have a place or wait for one, and are told." in shown
    assert client.post(page, {"revision": 0}).status_code == 422
    sent = {"revision": 0, "why": "time"}
    assert client.post(page, sent)["Location"] == found.url("series", made.series.pk)
    assert set(made.series.meetings.values_list("state", flat=True)) == {"cancelled"}
    assert Hold.objects.filter(peer_session__series=made.series, released_at__isnull=True).count() == 0
    told = Message.objects.filter(kind="session_cancelled", recipient_id=circle.members[0].peer_id)
    assert [one.object_id for one in told] == [made.meetings[1].pk]
    again = client.post(page, sent)
    assert (again.status_code, "has ended" in again.content.decode()) == (422, True)
    assert Event.objects.filter(verb="sessions.end_series").count() == 1
    shown = client.get(found.url("series", made.series.pk)).content.decode()
    assert "Ended" in shown
    assert "Change all to come" not in shown
    assert series.make_ahead(series_id=made.series.pk, by=Operator(ash.pk), now=now).meetings == []


def test_what_was_stays(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found)
    now = made.meetings[1].ends_at
    by = factories.member(found.first)
    series.end_series(series_id=made.series.pk, revision=0, why="other", by=by, now=now)
    states = PeerSession.objects.order_by("starts_at").values_list("state", flat=True)
    assert list(states) == ["booked", "booked", "cancelled", "cancelled"]


def test_an_older_page(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found)
    planned.changed(found, made, planned.plan(from_on=planned.TUESDAY + timedelta(days=7)))
    with pytest.raises(Refused, match="Somebody changed this"):
        series.end_series(
            series_id=made.series.pk,
            revision=0,
            why="other",
            by=factories.member(found.first),
            now=planned.START,
        )


def test_nothing_to_come(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found)
    client = factories.signed_in(found.coordinator)
    page = client.get(found.url("end_series", made.series.pk)).content.decode()
    assert "No meeting is to come, so none is called off." in page
