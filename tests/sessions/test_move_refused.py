"""Moves that are refused: in words, with everything typed kept, and nothing moved."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Organisation
from sessions.actions import agreements, logs, outcomes, pairings
from sessions.models import Agreement
from tests import factories
from tests.sessions import booked
from tests.sessions.test_move import live_holds, moved, typed


@pytest.mark.parametrize("what", ["supporter", "peer", "room"])
def test_moved_into_another_booking(ash: Organisation, now: datetime, what: str) -> None:
    found = booked.thread(ash)
    place = {"setting": "room", "room_id": found.room.pk, "meeting_point": ""}
    row = booked.session(found, now + timedelta(days=1), now=now, **place)
    there = row.starts_at + timedelta(hours=5)
    if what == "supporter":
        booked.session(booked.pairing(found, factories.peer(ash)), there, now=now)
    elif what == "peer":
        booked.session(booked.pairing(found, found.peer, factories.supporter(ash)), there, now=now)
    else:
        other = booked.pairing(found, factories.peer(ash), factories.supporter(ash))
        booked.session(other, there, now=now, **place)
    before = live_holds(row)
    with pytest.raises(Refused) as caught:
        moved(row, factories.member(found.supporter), there + timedelta(minutes=10), now, **place)
    words = "This room has" if what == "room" else "This time has"
    assert str(caught.value).startswith(f"{words} just been taken")
    assert caught.value.field == ("room" if what == "room" else "start")
    row.refresh_from_db()
    assert (row.sequence, row.moved_at) == (0, None)
    assert live_holds(row) == before


def test_what_was_just_taken_comes_with_times_that_are_free(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    other = booked.pairing(found, factories.peer(ash))
    booked.session(other, booked.at(booked.day_ahead(8), time(16)), now=datetime.now(booked.LONDON))
    answer = client.post(booked.address(found, "move", row.pk), typed(row, meeting_point="🌊 שלום"))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "just been taken" in shown
    assert "🌊 שלום" in shown
    assert 'name="slot"' in shown
    row.refresh_from_db()
    assert (row.sequence, row.meeting_point) == (0, "At the gate")


def test_nothing_changed(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row = booked.session(found, now + timedelta(days=1), now=now)
    by = factories.member(found.supporter)
    with pytest.raises(Refused, match="already"):
        moved(row, by, row.starts_at, now)
    made = moved(row, by, row.starts_at + timedelta(hours=1), now)
    with pytest.raises(Refused, match="already"):
        moved(made, by, made.starts_at, now)


def test_a_page_made_before_another_move(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    page, older = booked.address(found, "move", row.pk), typed(row, meeting_point="Under the oak")
    factories.signed_in(found.coordinator).post(page, typed(row, start="11:00"))
    answer = client.post(page, older)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "Somebody moved this session while your page was open." in shown
    assert "11:00 – 11:50" in shown
    assert 'value="Under the oak"' in shown
    assert 'name="sequence" value="1"' in shown
    row.refresh_from_db()
    assert (row.sequence, row.meeting_point) == (1, "By the mill")
    client.post(page, {**older, "sequence": "1"})  # now they know, and still want it
    row.refresh_from_db()
    assert (row.sequence, row.meeting_point) == (2, "Under the oak")


@pytest.mark.parametrize("then", ["cancelled", "held", "missed", "begun"])
def test_what_is_over_stays_where_it_was(ash: Organisation, now: datetime, then: str) -> None:
    found = booked.thread(ash)
    by, row = factories.member(found.supporter), booked.session(found, now + timedelta(days=1), now=now)
    if then == "cancelled":
        outcomes.cancel(peer_session_id=row.pk, why="time", by=by, now=now)
    elif then == "held":
        texts: dict[str, Any] = {**booked.WORDS, "fit": "same", "shown_to_peer": True}
        logs.log(once=new_id(), peer_session_id=row.pk, by=by, now=row.ends_at, **texts)
    elif then == "missed":
        outcomes.miss(peer_session_id=row.pk, by=by, now=row.ends_at)
    words = "has begun already" if then == "begun" else "over or called off"
    with pytest.raises(Refused, match=words):
        moved(row, by, now + timedelta(days=30), row.starts_at)
    row.refresh_from_db()
    assert row.moved_at is None


def test_the_page_of_what_has_begun_offers_no_form(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    page = booked.address(found, "move", row.pk)
    shown = client.get(page).content.decode()
    assert "can no longer be moved" in shown
    assert 'name="start"' not in shown
    answer = client.post(page, typed(row, meeting_point="Typed all the same"))
    assert answer.status_code == 422
    assert "Typed all the same" in answer.content.decode()


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"day": "2020-01-01"}, "day"),
        ({"day": "2999-01-01"}, "day"),
        ({"day": "soon"}, "day"),
        ({"start": "25:00"}, "start"),
        ({"minutes": "-50"}, "minutes"),
        ({"minutes": "181"}, "minutes"),
        ({"setting": "my home"}, "setting"),
        ({"setting": "room"}, "room"),
        ({"setting": "room", "room": "\0"}, "room"),
        ({"meeting_point": ""}, "meeting_point"),
        ({"meeting_point": "x" * 201}, "meeting_point"),
        ({"meeting_point": "a\0b"}, "meeting_point"),
        ({"sequence": "many"}, "sequence"),
    ],
)
def test_nasty_input_is_kept_and_named(ash: Organisation, changes: dict[str, str], field: str) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    answer = client.post(booked.address(found, "move", row.pk), typed(row, **changes))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert answer.context["form"]["minutes"].value() == changes.get("minutes", "50")
    row.refresh_from_db()
    assert (row.sequence, row.moved_at) == (0, None)


@pytest.mark.parametrize(
    ("day", "clock", "words"),
    [("2027-03-28", "01:30", "jump over this time"), ("2026-10-25", "01:30", "comes twice")],
)
def test_the_hours_of_a_clock_change(ash: Organisation, day: str, clock: str, words: str) -> None:
    found = booked.thread(ash)
    now = datetime.fromisoformat(f"{day}T00:00+00:00") - timedelta(days=20)
    row = booked.session(found, now + timedelta(days=1), now=now)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("people.access.timezone.now", lambda: now)
        answer = factories.signed_in(found.supporter).post(
            booked.address(found, "move", row.pk), typed(row, day=day, start=clock)
        )
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_other_peoples_and_other_organisations_rooms(ash: Organisation, elm: Organisation) -> None:
    wall.enter(elm.pk)
    theirs = booked.room(elm, "Their room")
    wall.enter(ash.pk)
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    for room_id in (theirs.pk, new_id()):
        answer = client.post(booked.address(found, "move", row.pk), typed(row, setting="room", room=room_id))
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["room"]


def test_without_an_agreement_only_the_place_changes(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row, by = booked.session(found, now + timedelta(days=1), now=now), factories.member(found.supporter)
    agreement = Agreement.objects.get(pairing=found.pairing)
    agreements.withdraw(agreement_id=agreement.pk, state="in_force", sides=["peer"], by=by, now=now)
    with pytest.raises(Refused, match="only the place can change"):
        moved(row, by, row.starts_at + timedelta(hours=1), now)
    assert moved(row, by, row.starts_at, now, setting="phone", meeting_point="").setting == "phone"


def test_while_the_supporter_takes_a_break(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row, by = booked.session(found, now + timedelta(days=1), now=now), factories.member(found.coordinator)
    found.supporter.paused_until = now + timedelta(days=5)
    found.supporter.save()
    before = live_holds(row)
    for there in (row.starts_at + timedelta(days=1), now + timedelta(days=5) - timedelta(seconds=1)):
        with pytest.raises(Refused, match="takes a break then") as caught:
            moved(row, by, there, now)
        assert caught.value.field == "start"
    with pytest.raises(Refused, match="takes a break then"):
        moved(row, by, row.starts_at, now, minutes=60)
    assert live_holds(row) == before
    placed = moved(row, by, row.starts_at, now, setting="phone", meeting_point="")
    assert (placed.starts_at, placed.setting) == (row.starts_at, "phone")
    after = moved(placed, by, now + timedelta(days=5), now)
    assert after.starts_at == now + timedelta(days=5)


def test_not_with_a_supporter_who_has_left(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row, by = booked.session(found, now + timedelta(days=1), now=now), factories.member(found.coordinator)
    found.supporter.ends_at, found.supporter.ended_by = now, "operator"
    found.supporter.save()
    with pytest.raises(Refused, match="taking a break"):
        moved(row, by, row.starts_at, now, setting="phone", meeting_point="")


def test_not_once_the_pairing_has_ended(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row, by = booked.session(found, now + timedelta(days=1), now=now), factories.member(found.coordinator)
    pairings.end(pairing_id=found.pairing.pk, by=by, now=now)
    with pytest.raises(Refused, match="over or called off"):
        moved(row, by, row.starts_at + timedelta(hours=1), now)


def test_who_may_not(ash: Organisation, elm: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    page, form = booked.address(found, "move", row.pk), typed(row)
    assert Client().post(page, form)["Location"].startswith("/account/login/")
    assert factories.signed_in(factories.supporter(ash)).post(page, form).status_code == 404
    assert factories.signed_in(factories.supervisor(ash)).post(page, form).status_code == 403
    assert factories.signed_in(factories.coordinator(elm)).post(page, form).status_code == 404
    row.refresh_from_db()
    assert row.sequence == 0
