"""Stepping out of one meeting: the time is free, the reminder is taken back, and the page says who is missing."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import Event
from lib.refusal import Refused
from people.models import Organisation
from reminders.models import Reminder
from sessions.actions import facilitating, meetings
from sessions.models import PeerSession
from tests import factories
from tests.sessions import booked, planned
from tests.sessions.test_plan_meeting import holders


def test_stepping_out(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.ahead(), now=datetime.now(UTC))
    client, page = factories.signed_in(found.first), found.url("step_out", row.pk)
    assert "You cannot be there?" in client.get(page).content.decode()
    assert client.post(page, {"membership": found.first.pk}).status_code == 302
    assert holders(row) == {found.second.pk}
    states = dict(Reminder.objects.filter(object_id=row.pk).values_list("recipient_id", "state"))
    assert states == {found.first.pk: "cancelled", found.second.pk: "waiting"}
    shown = client.get(found.url("meeting", row.pk)).content.decode()
    for words in ("One facilitator only", "is not there this time", "I will be there"):
        assert words in shown
    again = client.post(page, {"membership": found.first.pk})
    assert (again.status_code, "not down for this meeting" in again.content.decode()) == (422, True)
    assert Event.objects.filter(verb="sessions.step_out").count() == 1
    # Their time is free for somebody else.
    pairing = booked.pairing(booked.thread(ash), factories.peer(ash), found.first)
    booked.session(pairing, row.starts_at, now=datetime.now(UTC))


def test_a_coordinator_takes_somebody_out_and_nobody_is_left(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.ahead(), now=datetime.now(UTC))
    client, page = factories.signed_in(found.coordinator), found.url("step_out", row.pk)
    for who in (found.first, found.second):
        assert client.post(page, {"membership": who.pk}).status_code == 302
    assert "No facilitator yet" in client.get(found.url("meeting", row.pk)).content.decode()
    assert "No facilitator yet" in client.get(found.url()).content.decode()
    assert "Nobody is down for this meeting" in client.get(page).content.decode()


def test_who_stepped_out_stays_out_when_it_is_moved(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.at(planned.TUESDAY))
    by = factories.member(found.first)
    facilitating.step_out(peer_session_id=row.pk, membership_id=found.first.pk, by=by, now=planned.START)
    meetings.move_meeting(
        peer_session_id=row.pk,
        sequence=0,
        starts_at=row.starts_at + timedelta(days=1),
        minutes=90,
        where=planned.where(),
        by=by,
        now=planned.START,
    )
    assert holders(row) == {found.second.pk}


def test_a_meeting_that_is_over_stays_as_it_was(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.at(planned.TUESDAY))
    by = factories.member(found.first)
    meetings.close_meeting(peer_session_id=row.pk, by=by, now=row.ends_at)
    for act in (facilitating.step_out, facilitating.step_in):
        with pytest.raises(Refused, match="has changed since"):
            act(peer_session_id=row.pk, membership_id=found.first.pk, by=by, now=row.ends_at)
    assert len(holders(PeerSession.objects.get())) == 2
