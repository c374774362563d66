"""Calling one meeting off: time and room are free again, and everybody whom it concerns is told, discreetly."""

from datetime import UTC, datetime, time

import pytest

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from people.models import Organisation
from reminders.models import Message, Reminder
from sessions.actions import meetings
from sessions.models import Hold, PeerSession
from tests import factories
from tests.sessions import gathered, planned


def test_calling_off(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.ahead(), now=datetime.now(UTC), place=planned.where(found))
    client, page = factories.signed_in(found.first), found.url("cancel_meeting", row.pk)
    assert 'name="why"' in client.get(page).content.decode()
    empty = client.post(page)
    assert (empty.status_code, "Please choose one of these" in empty.content.decode()) == (422, True)
    assert client.post(page, {"why": "place"})["Location"] == found.url("meeting", row.pk)
    row.refresh_from_db()
    assert (row.state, row.cancelled_why, row.cancelled_side) == ("cancelled", "place", "organisation")
    assert Hold.objects.filter(released_at__isnull=True).count() == 0
    assert {one.state for one in Reminder.objects.filter(object_id=row.pk)} == {"cancelled"}
    told = Message.objects.filter(kind="session_cancelled").values_list("recipient_id", flat=True)
    assert list(told) == [found.second.pk]
    again = client.post(page, {"why": "other"}, follow=True)
    assert "has changed since you opened the page" in again.content.decode()
    assert Event.objects.filter(verb="sessions.cancel_meeting").count() == 1
    shown = client.get(found.url("meeting", row.pk)).content.decode()
    assert "Called off" in shown
    assert "Change time or place" not in shown
    # The room can be taken again.
    planned.meeting(found, planned.ahead(), now=datetime.now(UTC), place=planned.where(found))


def test_everybody_with_a_place_or_in_line_is_told(ash: Organisation) -> None:
    circle = gathered.circle(ash, people=4, seats=1)
    for member in circle.members[:3]:
        gathered.reachable(member.peer)
    gathered.take(circle, 0)
    gathered.wait(circle, 1)
    gathered.wait(circle, 3)  # and has left no address
    by = factories.member(circle.coordinator)
    meetings.cancel_meeting(peer_session_id=circle.meeting.pk, why="time", by=by, now=datetime.now(UTC))
    told = Message.objects.filter(kind="session_cancelled", object_id=circle.meeting.pk)
    assert {one.recipient_id for one in told} == {
        circle.facilitator.pk,
        circle.members[0].peer_id,
        circle.members[1].peer_id,
    }
    assert circle.states() == ["given_back", "given_back", "", "given_back"]


def test_a_member_can_note_it_later_and_not_once_it_is_closed(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.at(planned.TUESDAY))
    by = factories.member(found.first)
    meetings.cancel_meeting(peer_session_id=row.pk, why="other", by=by, now=row.ends_at)
    assert Message.objects.filter(kind="session_cancelled").count() == 0  # too late to stay away
    held = planned.meeting(found, planned.at(planned.TUESDAY, time(20)))
    meetings.close_meeting(peer_session_id=held.pk, by=by, now=held.ends_at)
    with pytest.raises(Refused, match="has changed since"):
        meetings.cancel_meeting(peer_session_id=held.pk, why="other", by=by, now=held.ends_at)


def test_who_may(ash: Organisation, elm: Organisation) -> None:
    found, other = planned.gathering(ash), planned.gathering(elm)
    wall.enter(ash.pk)
    row = planned.meeting(found, planned.ahead(), now=datetime.now(UTC))
    page = found.url("cancel_meeting", row.pk)
    for who, status in (
        (factories.supporter(ash), 404),
        (factories.supervisor(ash), 403),
        (other.coordinator, 404),
        (found.coordinator, 302),
    ):
        assert factories.signed_in(who).post(page, {"why": "time"}).status_code == status
    assert PeerSession.objects.get().state == "cancelled"


def test_looking_writes_nothing(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.ahead(), now=datetime.now(UTC))
    events = Event.objects.count()
    client = factories.signed_in(found.coordinator)
    assert client.get(found.url("cancel_meeting", row.pk)).status_code == 200
    row.refresh_from_db()
    assert (row.state, Event.objects.count()) == ("booked", events)


def test_few_statements(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.ahead(), now=datetime.now(UTC))
    client = factories.signed_in(found.coordinator)
    with planned.statements(15):
        assert client.post(found.url("cancel_meeting", row.pk), {"why": "time"}).status_code == 302
