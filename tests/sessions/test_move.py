"""Moving: another time, place or length in one step, or nothing at all."""

import re
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from audit.models import Event
from lib.refusal import Refused
from people.access import LinkHolder
from people.models import Organisation, PrivateLink
from reminders.models import Message, Reminder
from sessions.actions import moving, outcomes
from sessions.models import Hold, PeerSession
from tests import factories
from tests.sessions import booked
from tests.sessions.test_statements import statements
from venues.actions import rooms


def typed(row: PeerSession, **changes: Any) -> dict[str, str]:
    """What the page sends: the day after, at four, on a walk."""
    form: dict[str, Any] = {
        "sequence": row.sequence,
        "day": booked.day_ahead(8).isoformat(),
        "start": "16:00",
        "minutes": 50,
        "setting": "walk",
        "room": "",
        "meeting_point": "By the mill",
    }
    return {key: str(value) for key, value in (form | changes).items()}


def moved(row: PeerSession, by: Any, starts_at: datetime, now: datetime, **changes: Any) -> PeerSession:
    """A move of the time alone, unless told otherwise."""
    wish: dict[str, Any] = {
        "sequence": row.sequence,
        "minutes": 50,
        "setting": "walk",
        "room_id": None,
        "meeting_point": "At the gate",
    }
    return moving.move(peer_session_id=row.pk, starts_at=starts_at, by=by, now=now, **(wish | changes))


def live_holds(row: PeerSession) -> set[tuple[str, datetime]]:
    """Who holds what time for it just now."""
    held = Hold.objects.filter(peer_session=row, released_at__isnull=True)
    return {(str(one.holder_id), one.during.lower) for one in held}


@pytest.mark.parametrize("role", ["supporter", "coordinator"])
def test_moving(ash: Organisation, role: str) -> None:
    found = booked.thread(ash)
    row, who = booked.ahead(found), getattr(found, role)
    client, page = factories.signed_in(who), booked.address(found, "move", row.pk)
    shown = client.get(page).content.decode()
    assert 'name="sequence" value="0"' in shown
    assert 'value="At the gate"' in shown
    at_four = booked.at(booked.day_ahead(8), time(16))
    answer = client.post(page, typed(row))
    assert answer["Location"] == booked.address(found, "peer_session", row.pk)
    row.refresh_from_db()
    assert (row.starts_at, row.ends_at) == (at_four, at_four + timedelta(minutes=50))
    assert (row.state, row.meeting_point, row.sequence) == ("booked", "By the mill", 1)
    assert row.moved_by == f"member:{who.pk}"
    assert live_holds(row) == {(str(found.supporter.pk), at_four), (str(found.peer.pk), at_four)}
    assert Event.objects.filter(verb="sessions.move", object_id=str(row.pk)).count() == 1
    assert "Moved" in client.get(booked.address(found, "peer_session", row.pk)).content.decode()


def test_it_needs_a_new_yes(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    by = factories.member(found.supporter)
    row = booked.session(found, now + timedelta(days=2), now=now)
    row = outcomes.confirm(peer_session_id=row.pk, by=by, now=now)
    made = moved(row, by, row.starts_at + timedelta(hours=2), now)
    assert (made.state, made.confirmed_at, made.confirmed_by) == ("booked", None, "")


def test_the_page_says_that_they_are_asked_again(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    page = booked.address(found, "move", row.pk)
    assert "can say whether it suits them" in client.get(page).content.decode()
    client.post(booked.address(found, "confirm", row.pk))
    assert "asked again" in client.get(page).content.decode()


def test_the_old_time_is_free_and_the_new_one_taken(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row = booked.session(found, now + timedelta(days=1), now=now)
    old, new = row.starts_at, row.starts_at + timedelta(days=3)
    moved(row, factories.member(found.supporter), new, now)
    booked.session(found, old, now=now)
    with pytest.raises(Refused, match="just been taken"):
        booked.session(found, new, now=now)


@pytest.mark.parametrize("minutes", [-50, -20, 20, 50])
def test_it_can_overlap_with_itself(ash: Organisation, now: datetime, minutes: int) -> None:
    found = booked.thread(ash)
    place = {"setting": "room", "room_id": found.room.pk, "meeting_point": ""}
    row = booked.session(found, now + timedelta(days=1), now=now, **place)
    starts_at = row.starts_at + timedelta(minutes=minutes)
    made = moved(row, factories.member(found.supporter), starts_at, now, **place)
    assert {start for _holder, start in live_holds(made)} == {starts_at}


def test_another_room_and_another_length(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row = booked.session(found, now + timedelta(days=1), now=now)
    green, by = booked.room(ash, "Green room"), factories.member(found.supporter)
    made = moved(row, by, row.starts_at, now, setting="room", room_id=green.pk, minutes=30)
    assert (made.room_id, made.meeting_point) == (green.pk, "")
    assert made.ends_at - made.starts_at == timedelta(minutes=30)
    assert str(green.pk) in {holder for holder, _start in live_holds(made)}
    back = moved(made, by, made.starts_at, now, setting="online", minutes=30, meeting_point="")
    assert str(green.pk) not in {holder for holder, _start in live_holds(back)}


def test_a_second_press_changes_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    page, form = booked.address(found, "move", row.pk), typed(row)
    assert [client.post(page, form).status_code for _press in range(2)] == [302, 302]
    row.refresh_from_db()
    assert row.sequence == 1
    assert Event.objects.filter(verb="sessions.move").count() == 1


def test_a_closed_room_is_left_in_one_step(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    place = {"setting": "room", "room_id": found.room.pk, "meeting_point": ""}
    row, by = (
        booked.session(found, now + timedelta(days=1), now=now, **place),
        factories.member(found.supporter),
    )
    rooms.close_room(room_id=found.room.pk, by=factories.member(found.coordinator), now=now)
    with pytest.raises(Refused, match="can no longer be booked"):
        moved(row, by, row.starts_at + timedelta(hours=1), now, **place)
    made = moved(row, by, row.starts_at, now)
    assert (made.setting, made.room_id) == ("walk", None)


def test_the_news_and_the_reminders(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    row = booked.session(found, now + timedelta(days=3), now=now)
    link = PrivateLink.objects.get(object_id=row.pk)
    later = row.starts_at + timedelta(days=2)
    moved(row, factories.member(found.supporter), later, now)
    told = Message.objects.filter(kind="session_moved")
    assert [(one.recipient_id, one.link_id, one.about_at, one.state) for one in told] == [
        (found.peer.pk, link.pk, later, "queued")
    ]
    assert Message.objects.get(kind="session_booked").state == "cancelled"
    waiting = Reminder.objects.filter(state="waiting").exclude(kind="look_again")
    assert {(one.recipient_id, one.due_at, one.about_at, one.sequence) for one in waiting} == {
        (holder, later - timedelta(hours=24), later, 1) for holder in (found.peer.pk, found.supporter.pk)
    }
    link.refresh_from_db()
    assert link.expires_at == later + timedelta(minutes=50, days=1)


def test_moved_there_and_back_again(ash: Organisation, now: datetime) -> None:
    """Each change is news, and the reminders are those of the time it has in the end."""
    found = booked.thread(ash)
    booked.reachable(found.peer)
    row, by = booked.session(found, now + timedelta(days=3), now=now), factories.member(found.coordinator)
    there = moved(row, by, row.starts_at + timedelta(days=1), now)
    back = moved(there, by, row.starts_at, now)
    assert back.sequence == 2
    news = Message.objects.filter(kind="session_moved").exclude(state="cancelled")
    assert {(one.recipient_id, one.slot) for one in news} == {
        (found.peer.pk, "2"),
        (found.supporter.pk, "2"),
    }
    waiting = Reminder.objects.filter(state="waiting").exclude(kind="look_again")
    assert {one.about_at for one in waiting} == {row.starts_at}
    assert waiting.count() == 2


def test_a_supporter_who_did_not_move_it_is_told(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row = booked.session(found, now + timedelta(days=3), now=now)
    moved(row, factories.member(found.coordinator), row.starts_at + timedelta(days=1), now)
    told = Message.objects.filter(kind="session_moved").values_list("recipient_id", flat=True)
    assert list(told) == [found.supporter.pk]


def test_the_peers_own_choice_is_a_yes(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row = booked.session(found, now + timedelta(days=3), now=now)
    link = PrivateLink.objects.get(object_id=row.pk)
    by = LinkHolder(link.pk, "session", row.pk, found.peer.pk, factories.member(found.supporter).organisation)
    made = moved(row, by, row.starts_at + timedelta(days=1), now)
    assert (made.state, made.confirmed_by, made.moved_by) == ("confirmed", by.actor, by.actor)


def test_free_times_are_offered_first(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    page = booked.address(found, "move", row.pk)
    offered = re.findall(r'name="slot" value="([^"]+)"', client.get(page).content.decode())
    assert len(offered) > 3
    client.post(page, typed(row, slot=offered[-1], day="", start=""))
    row.refresh_from_db()
    assert row.starts_at == datetime.fromisoformat(offered[-1])


def test_how_many_queries_the_page_takes(ash: Organisation, django_assert_num_queries: Any) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    with django_assert_num_queries(11):  # two are the savepoint of the request
        client.get(booked.address(found, "move", row.pk))


@pytest.mark.parametrize("role", ["supporter", "coordinator"])
def test_how_many_statements_it_takes(ash: Organisation, role: str) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    row = booked.ahead(found)
    path = booked.address(found, "move", row.pk)
    assert statements(getattr(found, role), path, typed(row)) == 14
