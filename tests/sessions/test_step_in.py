"""Stepping in: a facilitator for themselves, a coordinator for anybody who works here and is free."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.actions import Operator
from audit.models import Event
from lib import wall
from lib.refusal import Refused
from people.actions import groups, members
from people.models import Facilitator, Membership, Organisation
from reminders.models import Message, Reminder
from sessions.actions import facilitating
from sessions.models import PeerSession
from tests import factories
from tests.sessions import booked, planned
from tests.sessions.test_plan_meeting import holders


def out_of(found: planned.Gathering, row: PeerSession, who: Membership) -> None:
    """Somebody steps out."""
    by = factories.member(found.coordinator)
    facilitating.step_out(peer_session_id=row.pk, membership_id=who.pk, by=by, now=planned.START)


def into(found: planned.Gathering, row: PeerSession, who: Membership) -> None:
    """Somebody is put down by a coordinator."""
    by = factories.member(found.coordinator)
    facilitating.step_in(peer_session_id=row.pk, membership_id=who.pk, by=by, now=planned.START)


def test_a_facilitator_steps_in_again(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.ahead(), now=datetime.now(UTC))
    out_of(found, row, found.first)
    client, page = factories.signed_in(found.first), found.url("step_in", row.pk)
    assert "I will be there" in client.get(found.url("meeting", row.pk)).content.decode()
    assert "Will you be there?" in client.get(page).content.decode()
    assert client.post(page, {"membership": found.first.pk})["Location"] == found.url("meeting", row.pk)
    assert holders(row) == {found.first.pk, found.second.pk}
    again = client.post(page, {"membership": found.first.pk})
    assert again.status_code == 422
    assert "down for this meeting already" in again.content.decode()
    assert Message.objects.filter(kind="session_booked").count() == 0  # they know
    assert Event.objects.filter(verb="sessions.step_in").count() == 1


def test_a_coordinator_finds_somebody_who_stands_in(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.ahead(), now=datetime.now(UTC))
    out_of(found, row, found.second)
    helper = factories.supporter(ash, person=factories.user("Robin"))
    theirs = factories.signed_in(helper)
    assert theirs.get(found.url("meeting", row.pk)).status_code == 404
    client, page = factories.signed_in(found.coordinator), found.url("step_in", row.pk)
    assert "One facilitator only" in client.get(found.url("meeting", row.pk)).content.decode()
    assert "Robin" in client.get(f"{page}?q=rob").content.decode()
    assert client.post(page, {"membership": helper.pk}).status_code == 302
    told = Message.objects.get(kind="session_booked", object_id=row.pk)
    assert (told.recipient_id, told.about_at) == (helper.pk, row.starts_at)
    assert Reminder.objects.filter(object_id=row.pk, recipient_id=helper.pk, state="waiting").exists()
    shown = client.get(found.url("meeting", row.pk)).content.decode()
    assert "stands in" in shown
    assert "One facilitator only" not in shown
    seen = theirs.get(found.url("meeting", row.pk))
    assert seen.status_code == 200
    assert "I cannot be there" in seen.content.decode()
    assert "Change time or place" not in seen.content.decode()
    for name, status in (("move_meeting", 403), ("cancel_meeting", 403), ("step_in", 403), ("step_out", 200)):
        assert theirs.get(found.url(name, row.pk)).status_code == status
    assert theirs.get(found.url()).status_code == 404  # that one meeting, and not the group


def test_a_facilitator_puts_down_nobody_else(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.ahead(), now=datetime.now(UTC))
    helper = factories.supporter(ash)
    answer = factories.signed_in(found.first).post(found.url("step_in", row.pk), {"membership": helper.pk})
    assert answer.status_code == 422
    assert helper.pk not in holders(row)


def test_who_cannot(ash: Organisation, elm: Organisation) -> None:
    found = planned.gathering(ash)
    stranger = factories.supporter(elm)
    wall.enter(ash.pk)
    thread = booked.thread(ash)
    row = planned.meeting(found, planned.at(planned.TUESDAY))
    booked.session(thread, row.starts_at + timedelta(minutes=60), now=planned.START)
    with pytest.raises(Refused, match="something else at that time"):
        into(found, row, thread.supporter)
    away = factories.supporter(ash)
    Membership.objects.filter(pk=away.pk).update(paused_until=row.starts_at + timedelta(days=1))
    with pytest.raises(Refused, match="taking a break"):
        into(found, row, away)
    gone = factories.supporter(ash)
    members.end_membership(membership_id=gone.pk, by=Operator(ash.pk), now=planned.START)
    for nobody in (gone, stranger):
        with pytest.raises(Refused, match="do not work here"):
            into(found, row, nobody)
    groups.end_facilitating(
        facilitator_id=Facilitator.objects.get(membership=found.second).pk,
        by=Operator(ash.pk),
        now=planned.START,
    )
    out_of(found, row, found.second)
    with pytest.raises(Refused, match="no longer facilitate this group"):
        into(found, row, found.second)


def test_who_may(ash: Organisation, elm: Organisation) -> None:
    found, other = planned.gathering(ash), planned.gathering(elm)
    wall.enter(ash.pk)
    row = planned.meeting(found, planned.ahead(), now=datetime.now(UTC))
    for name in ("step_in", "step_out"):
        page = found.url(name, row.pk)
        for who, status in (
            (factories.supporter(ash), 404),
            (factories.supervisor(ash), 403),
            (other.first, 404),
        ):
            client = factories.signed_in(who)
            assert client.post(page, {"membership": found.first.pk}).status_code == status
        for wrong in ("", "no-id", other.first.pk):
            answer = factories.signed_in(found.coordinator).post(page, {"membership": wrong})
            assert answer.status_code == 422
    assert holders(row) == {found.first.pk, found.second.pk}
