"""Moving one meeting: time, room and people move together; whoever has a place keeps it and is told."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Organisation
from reminders.models import Message, Reminder
from sessions.actions import meetings
from sessions.models import Hold, PeerSession
from tests import factories
from tests.sessions import booked, gathered, planned
from tests.sessions.test_plan_meeting import holders


def moved(found: planned.Gathering, row: PeerSession, starts_at: datetime, **changes: Any) -> PeerSession:
    values: dict[str, Any] = {
        "sequence": row.sequence,
        "minutes": 90,
        "where": planned.where(),
        "by": factories.member(found.coordinator),
        "now": planned.START,
    }
    return meetings.move_meeting(peer_session_id=row.pk, starts_at=starts_at, **(values | changes))


def typed(row: PeerSession, **changes: Any) -> dict[str, str]:
    return {**planned.day_typed(**changes), "revision": str(changes.get("revision", row.sequence))}


def test_moving(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.ahead(), now=datetime.now(UTC), place=planned.where(found))
    client, page = factories.signed_in(found.first), found.url("move_meeting", row.pk)
    shown = client.get(page).context["form"].initial
    assert (shown["day"], shown["room"], shown["minutes"]) == (booked.day_ahead(), found.room.pk, 90)
    day = booked.day_ahead(9)
    sent = typed(row, day=day.isoformat(), start="19:30")
    assert client.post(page, sent)["Location"] == found.url("meeting", row.pk)
    row.refresh_from_db()
    assert (row.starts_at, row.setting, row.room_id) == (planned.ahead(9, time(19, 30)), "walk", None)
    assert (row.sequence, row.moved_by, row.changed_alone) == (1, f"member:{found.first.pk}", False)
    held = Hold.objects.filter(peer_session=row, released_at__isnull=True)
    assert {(one.holder_id, one.during.lower) for one in held} == {
        (found.first.pk, row.starts_at),
        (found.second.pk, row.starts_at),
    }
    waiting = Reminder.objects.filter(object_id=row.pk, state="waiting")
    assert {one.about_at for one in waiting} == {row.starts_at}
    told = Message.objects.filter(object_id=row.pk, kind="session_moved")
    assert [one.recipient_id for one in told] == [found.second.pk]  # who moved it need not be told
    assert client.post(page, sent).status_code == 302  # the same form again changes nothing more
    row.refresh_from_db()
    assert row.sequence == 1
    assert Event.objects.filter(verb="sessions.move_meeting").count() == 1


def test_whoever_has_a_place_keeps_it_and_is_told(ash: Organisation) -> None:
    circle = gathered.circle(ash, people=3, seats=1)
    for member in circle.members:
        gathered.reachable(member.peer)
    gathered.take(circle, 0)
    gathered.wait(circle, 1)
    row = PeerSession.objects.get(pk=circle.meeting.pk)
    starts_at, now = row.starts_at + timedelta(days=1), datetime.now(UTC)
    place = planned.where(setting="online", places=1)
    by = factories.member(circle.coordinator)
    with pytest.raises(Refused, match="1 place is taken"):
        meetings.move_meeting(
            peer_session_id=row.pk,
            sequence=0,
            starts_at=starts_at,
            minutes=90,
            where=planned.where(setting="online", places=0),
            by=by,
            now=now,
        )
    meetings.move_meeting(
        peer_session_id=row.pk, sequence=0, starts_at=starts_at, minutes=90, where=place, by=by, now=now
    )
    assert circle.states() == ["taken", "waiting", ""]
    told = Message.objects.filter(object_id=row.pk, kind="session_moved")
    peers = {one.recipient_id: one for one in told if one.recipient_id != circle.facilitator.pk}
    assert set(peers) == {circle.members[0].peer_id, circle.members[1].peer_id}
    assert all(one.link_id and one.about_at == starts_at and one.sequence == 1 for one in peers.values())
    reminded = Reminder.objects.filter(object_id=row.pk, state="waiting", about_at=starts_at)
    assert {one.recipient_id for one in reminded} == {circle.facilitator.pk, circle.members[0].peer_id}


def test_a_meeting_of_a_series_is_then_changed_alone(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.again(found).meetings[1]
    shifted = moved(found, row, row.starts_at + timedelta(days=1))
    assert (shifted.changed_alone, shifted.occurs_on) == (True, row.occurs_on)


def test_who_is_taken_then_is_not_there_and_the_meeting_goes_on(ash: Organisation) -> None:
    found = planned.gathering(ash)
    thread = booked.thread(ash)
    row = planned.meeting(found, planned.at(planned.TUESDAY))
    later = row.starts_at + timedelta(days=1)
    pairing = booked.pairing(thread, factories.peer(ash), found.first)
    booked.session(pairing, later, now=planned.START)
    assert holders(moved(found, row, later)) == {found.second.pk}


def test_who_was_taken_before_and_is_free_now_is_there(ash: Organisation) -> None:
    found = planned.gathering(ash)
    thread = booked.thread(ash)
    pairing = booked.pairing(thread, factories.peer(ash), found.first)
    booked.session(pairing, planned.at(planned.TUESDAY), now=planned.START)
    row = planned.meeting(found, planned.at(planned.TUESDAY))
    assert holders(row) == {found.second.pk}
    assert len(holders(moved(found, row, row.starts_at + timedelta(days=1)))) == 2


def test_a_taken_room_leaves_everything_as_it_was(ash: Organisation) -> None:
    found = planned.gathering(ash)
    first = planned.meeting(found, planned.ahead(7), now=datetime.now(UTC), place=planned.where(found))
    second = planned.meeting(found, planned.ahead(8), now=datetime.now(UTC), place=planned.where(found))
    before = holders(second)
    client = factories.signed_in(found.coordinator)
    sent = typed(second, setting="room", room=found.room.pk, meeting_point="", start="19:00")
    answer = client.post(found.url("move_meeting", second.pk), sent)
    assert answer.status_code == 422
    assert "This room is taken" in str(answer.context["form"].errors["room"])
    second.refresh_from_db()
    assert (second.starts_at, holders(second)) == (planned.ahead(8), before)
    assert first.starts_at == planned.ahead(7)


def test_a_page_that_is_older_keeps_what_was_typed(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.ahead(), now=datetime.now(UTC))
    old = typed(row, day=booked.day_ahead(10).isoformat())
    client, page = factories.signed_in(found.coordinator), found.url("move_meeting", row.pk)
    assert client.post(page, typed(row, day=booked.day_ahead(9).isoformat())).status_code == 302
    answer = client.post(page, old)
    assert answer.status_code == 422
    assert "Somebody changed this" in answer.content.decode()
    assert answer.context["form"]["day"].value() == booked.day_ahead(10).isoformat()
    row.refresh_from_db()
    assert row.starts_at == planned.ahead(9)


def test_what_has_begun_or_is_off_stays(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, planned.at(planned.TUESDAY))
    with pytest.raises(Refused, match="has begun already"):
        moved(found, row, row.starts_at + timedelta(days=2), now=row.starts_at + timedelta(minutes=1))
    with pytest.raises(Refused, match="has passed"):
        moved(found, row, planned.START - timedelta(days=1))
    meetings.cancel_meeting(
        peer_session_id=row.pk, why="time", by=factories.member(found.first), now=planned.START
    )
    with pytest.raises(Refused, match="has changed since"):
        moved(found, row, row.starts_at + timedelta(days=2))


def test_who_may(ash: Organisation, elm: Organisation) -> None:
    found, other = planned.gathering(ash), planned.gathering(elm)
    wall.enter(ash.pk)
    row = planned.meeting(found, planned.ahead(), now=datetime.now(UTC))
    page, sent = found.url("move_meeting", row.pk), typed(row)
    for who, status in (
        (factories.supporter(ash), 404),
        (factories.supervisor(ash), 403),
        (other.coordinator, 404),
        (found.second, 302),
    ):
        assert factories.signed_in(who).post(page, sent).status_code == status
    missing = found.url("move_meeting", new_id())
    assert factories.signed_in(found.coordinator).get(missing).status_code == 404


def test_a_break_counts_at_the_new_time(ash: Organisation) -> None:
    """Whoever takes a break when a meeting was to be comes along once it is moved to after that, and not before."""
    found = planned.gathering(ash)
    found.second.paused_until = planned.ahead(8)
    found.second.save()
    row = planned.meeting(found, planned.ahead())
    assert holders(row) == {found.first.pk}
    row = moved(found, row, planned.ahead(7, time(10)))
    assert holders(row) == {found.first.pk}
    assert holders(moved(found, row, planned.ahead(9))) == {found.first.pk, found.second.pk}
