"""Lists of what somebody still has to look after: rooms that were closed, sessions nobody said anything of."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from people.models import Organisation
from sessions.actions import pairings
from sessions.models import PeerSession
from sessions.queries import open_ends
from tests import factories
from tests.sessions import booked, planned
from venues.actions import places, rooms
from venues.models import Venue


def in_the_room(found: booked.Thread, days: int = 7) -> PeerSession:
    """A session in the room, some days ahead."""
    starts_at = booked.at(booked.day_ahead(days), time(14))
    return booked.session(
        found, starts_at, now=datetime.now(UTC), setting="room", room_id=found.room.pk, meeting_point=""
    )


def close(found: booked.Thread) -> None:
    rooms.close_room(room_id=found.room.pk, by=factories.member(found.coordinator), now=datetime.now(UTC))


def address(found: booked.Thread, name: str) -> str:
    return f"/o/{found.organisation.slug}/calendar/{name}/"


@pytest.mark.parametrize("how", ["room", "venue"])
def test_a_closed_room_shows_everywhere(ash: Organisation, how: str) -> None:
    found = booked.thread(ash)
    row = in_the_room(found)
    who, page = factories.member(found.coordinator), booked.address(found, "peer_session", row.pk)
    client = factories.signed_in(found.coordinator)
    assert "needs a new place" not in client.get(page).content.decode()
    assert len(open_ends.needing_a_place(who, after=None, now=datetime.now(UTC)).rows) == 0
    if how == "room":
        close(found)
    else:
        venue = Venue.objects.get()
        places.archive_venue(venue_id=venue.pk, by=who, now=datetime.now(UTC))
    assert "needs a new place" in client.get(page).content.decode()
    assert len(open_ends.needing_a_place(who, after=None, now=datetime.now(UTC)).rows) == 1
    shown = client.get(address(found, "needing-a-place")).content.decode()
    assert f'href="{booked.address(found, "move", row.pk)}"' in shown
    assert found.peer.name in shown


@pytest.mark.parametrize("which", ["room", "side room", "venue"])
def test_a_meeting_whose_room_was_closed_shows_too(ash: Organisation, which: str) -> None:
    """The page of it, the list and the first page each ask in words of their own."""
    found, now = planned.gathering(ash), datetime.now(UTC)
    place = planned.where(found, side_room_id=found.side_room.pk)
    row = planned.meeting(found, planned.ahead(), now=now, place=place)
    planned.meeting(found, planned.ahead(8), now=now)  # a walk needs no room
    who = factories.member(found.coordinator)
    client, page = factories.signed_in(found.coordinator), found.url("meeting", row.pk)

    def shown() -> list[bool]:
        listed = open_ends.needing_a_place(who, after=None, now=datetime.now(UTC)).rows
        waits = client.get("/o/ash/").context["home"].waiting
        return [
            "needs a new place" in client.get(page).content.decode(),
            "Needs a new place" in client.get(found.url()).content.decode(),
            [one.act_url for one in listed] == [found.url("move_meeting", row.pk)],
            [one.url for one in waits] == [found.url("move_meeting", row.pk)],
        ]

    assert shown() == [False] * 4
    if which == "venue":
        places.archive_venue(venue_id=found.room.venue_id, by=who, now=now)
    else:
        room = found.room if which == "room" else found.side_room
        rooms.close_room(room_id=room.pk, by=who, now=now)
    assert shown() == [True] * 4
    listed = client.get("/o/ash/calendar/needing-a-place/").content.decode()
    assert found.group.name in listed
    facilitator = factories.signed_in(found.first)
    assert "Choose another place" in facilitator.get(page).content.decode()
    form = facilitator.get(found.url("move_meeting", row.pk)).context["form"]
    sent = planned.day_typed(meeting_point="The gate", revision=form["revision"].value())
    assert facilitator.post(found.url("move_meeting", row.pk), sent).status_code == 302
    assert shown() == [False] * 4


def test_moved_elsewhere_it_is_off_the_list(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = in_the_room(found), factories.signed_in(found.supporter)
    close(found)
    assert row.pk.hex in client.get(address(found, "needing-a-place")).content.decode().replace("-", "")
    form = {"sequence": 0, "day": booked.day_ahead(7).isoformat(), "start": "14:00", "minutes": 50}
    client.post(
        booked.address(found, "move", row.pk), {**form, "setting": "walk", "meeting_point": "The gate"}
    )
    shown = client.get(address(found, "needing-a-place")).content.decode()
    assert "Every session has its place" in shown


def test_supporters_see_their_own(ash: Organisation) -> None:
    found = booked.thread(ash)
    in_the_room(found)
    close(found)
    other = factories.signed_in(factories.supporter(ash))
    assert "Every session has its place" in other.get(address(found, "needing-a-place")).content.decode()
    supervisor = factories.signed_in(factories.supervisor(ash))
    assert supervisor.get(address(found, "needing-a-place")).status_code == 403


def test_left_open(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, who = booked.begun(found), factories.member(found.coordinator)
    client = factories.signed_in(found.coordinator)
    assert "Nothing is left open" in client.get(address(found, "unsettled")).content.decode()
    pairings.end(pairing_id=found.pairing.pk, by=who, now=datetime.now(UTC))
    shown = client.get(address(found, "unsettled")).content.decode()
    assert "Their pairing has ended" in shown
    assert len(open_ends.unsettled(who, after=None, now=datetime.now(UTC)).rows) == 1
    client.post(booked.address(found, "settle", row.pk))
    assert len(open_ends.unsettled(who, after=None, now=datetime.now(UTC)).rows) == 0


def test_what_the_peer_said_waits_there_too(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.begun(found)
    PeerSession.objects.filter(pk=row.pk).update(nobody_there_at=row.starts_at)
    client = factories.signed_in(found.coordinator)
    assert "nobody was there" in client.get(address(found, "unsettled")).content.decode()
    assert factories.signed_in(found.supporter).get(address(found, "unsettled")).status_code == 403


def test_the_same_number_of_queries_for_one_and_for_three(
    ash: Organisation, django_assert_num_queries: Any
) -> None:
    found = booked.thread(ash)
    client = factories.signed_in(found.coordinator)
    rows = [in_the_room(found, days) for days in (7, 14, 21)]
    close(found)
    for shown in (1, 3):
        PeerSession.objects.filter(pk__in=[row.pk for row in rows[shown:]]).update(starts_at=factories.START)
        PeerSession.objects.filter(pk__in=[row.pk for row in rows[:shown]]).update(
            starts_at=datetime.now(UTC) + timedelta(days=1)
        )
        with django_assert_num_queries(6):  # two are the savepoint of the request
            page = client.get(address(found, "needing-a-place")).content.decode()
        assert page.count("/move/") == shown
