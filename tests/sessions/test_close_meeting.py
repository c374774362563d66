"""Closing a meeting as held: once, and not before it has begun. Its page is the note's."""

from datetime import timedelta

import pytest

from audit.models import Event
from lib.refusal import Refused
from people.models import Organisation
from reminders.models import Reminder
from sessions.actions import meetings
from tests import factories
from tests.sessions import booked, planned


def test_closing(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.at(planned.TUESDAY))
    by = factories.member(found.first)
    with pytest.raises(Refused, match="has not begun yet"):
        meetings.close_meeting(peer_session_id=row.pk, by=by, now=row.starts_at - timedelta(minutes=1))
    closed = meetings.close_meeting(peer_session_id=row.pk, by=by, now=row.starts_at)
    assert (closed.state, closed.closed_at, closed.closed_by) == ("held", row.starts_at, by.actor)
    assert {one.state for one in Reminder.objects.filter(object_id=row.pk)} == {"cancelled"}
    with pytest.raises(Refused, match="has changed since"):
        meetings.close_meeting(peer_session_id=row.pk, by=by, now=row.ends_at)
    assert Event.objects.filter(verb="sessions.close_meeting").count() == 1


def test_a_session_of_two_is_not_a_meeting(ash: Organisation) -> None:
    thread = booked.thread(ash)
    row = booked.begun(thread)
    with pytest.raises(type(row).DoesNotExist):
        meetings.close_meeting(
            peer_session_id=row.pk, by=factories.member(thread.coordinator), now=row.ends_at
        )
