"""Rooms: added and closed, and which of them can be booked."""

import threading

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.urls import reverse

from audit.actions import Operator
from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Organisation
from tests import factories
from venues import policies
from venues.actions import places, rooms
from venues.models import Room, Venue


def _venue(organisation: Organisation) -> Venue:
    by = Operator(organisation.pk)
    return places.add_venue(
        once=new_id(), name="Mill", address="", getting_there="", by=by, now=factories.START
    )


def _room(venue: Venue, name: str = "Green room") -> Room:
    by = Operator(venue.organisation_id)
    return rooms.add_room(once=new_id(), venue_id=venue.pk, name=name, places=4, by=by, now=factories.START)


def _add(venue: Venue) -> str:
    return reverse("venues:add_room", args=["ash", venue.pk])


def _close(room: Room) -> str:
    return reverse("venues:close_room", args=["ash", room.venue_id, room.pk])


@pytest.fixture
def coordinator(ash: Organisation) -> Client:
    return factories.signed_in(factories.coordinator(ash))


def test_add_room(ash: Organisation, coordinator: Client) -> None:
    venue, once = _venue(ash), new_id()
    for _ in range(2):  # a double click
        response = coordinator.post(_add(venue), {"name": "Green room", "places": 4, "once": once})
        assert response.status_code == 302
    room = Room.objects.get()
    assert (room.venue, room.name, room.places) == (venue, "Green room", 4)
    event = Event.objects.get(object_id=str(room.pk))
    assert (event.verb, event.detail) == ("venues.add_room", {"venue": str(venue.pk)})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", ""),
        ("name", "x" * 81),
        ("name", "a\x00b"),
        ("places", "0"),
        ("places", "501"),
        ("places", "many"),
        ("places", ""),
    ],
)
def test_add_room_says_what_is_wrong(ash: Organisation, coordinator: Client, field: str, value: str) -> None:
    response = coordinator.post(
        _add(_venue(ash)), {"name": "Green", "places": 4, "once": new_id(), field: value}
    )
    assert (response.status_code, Room.objects.count()) == (422, 0)
    assert f"#id_{field}" in response.content.decode()


def test_add_room_of_a_name_that_is_taken(ash: Organisation, coordinator: Client) -> None:
    venue = _venue(ash)
    room = _room(venue)
    typed = {"name": "Green room", "places": 7, "once": new_id()}
    response = coordinator.post(_add(venue), typed)
    page = response.content.decode()
    assert (response.status_code, "There is a room of that name here already" in page) == (422, True)
    assert ('value="Green room"' in page, 'value="7"' in page, Room.objects.count()) == (True, True, 1)
    coordinator.post(_close(room))
    assert coordinator.post(_add(venue), typed).status_code == 302  # its name is free again


def test_add_room_to_a_place_that_was_put_away(ash: Organisation, coordinator: Client) -> None:
    venue = _venue(ash)
    places.archive_venue(venue_id=venue.pk, by=Operator(ash.pk), now=factories.START)
    response = coordinator.post(_add(venue), {"name": "Green", "places": 4, "once": new_id()})
    assert (response.status_code, Room.objects.count()) == (422, 0)


def test_close_room(ash: Organisation, coordinator: Client) -> None:
    room = _room(_venue(ash))
    assert coordinator.get(_close(room)).status_code == 200
    assert coordinator.post(_close(room)).status_code == 302
    room.refresh_from_db()
    assert room.closed_at is not None
    again = coordinator.post(_close(room), follow=True).content.decode()
    assert "This room has been closed already" in again
    assert Event.objects.filter(verb="venues.close_room").count() == 1


def test_close_room_by_the_address_of_another_place(ash: Organisation, coordinator: Client) -> None:
    room, other = _room(_venue(ash)), _venue(ash)
    url = reverse("venues:close_room", args=["ash", other.pk, room.pk])
    assert (coordinator.get(url).status_code, coordinator.post(url).status_code) == (404, 404)


@pytest.mark.parametrize("role", [factories.supporter, factories.supervisor])
def test_others_close_nothing(ash: Organisation, role: type) -> None:
    room = _room(_venue(ash))
    assert factories.signed_in(role(ash)).post(_close(room)).status_code == 403
    room.refresh_from_db()
    assert room.closed_at is None


@pytest.mark.parametrize("role", [factories.coordinator, factories.supporter, factories.supervisor])
def test_rooms_that_can_be_booked(ash: Organisation, elm: Organisation, role: type) -> None:
    member = factories.member(role(ash))
    venue, away = _venue(ash), _venue(ash)
    opened, closed, _gone = _room(venue), _room(venue, "Blue room"), _room(away)
    rooms.close_room(room_id=closed.pk, by=Operator(ash.pk), now=factories.START)
    places.archive_venue(venue_id=away.pk, by=Operator(ash.pk), now=factories.START)
    with wall.inside(elm.pk):
        _room(_venue(elm))
    assert list(policies.rooms_visible_to(member)) == [opened]


def test_places_of_a_room_are_the_databases_business_too(ash: Organisation) -> None:
    room = _room(_venue(ash))
    room.places = 0
    with pytest.raises(IntegrityError), transaction.atomic():
        room.save()


@pytest.mark.django_db(transaction=True)
def test_two_rooms_of_one_name_added_at_once_are_one() -> None:
    with transaction.atomic():
        organisation = factories.organisation("ash")
        venue = _venue(organisation)
    barrier, outcomes = threading.Barrier(2), list[str]()

    def add() -> None:
        try:
            with wall.inside(organisation.pk):
                barrier.wait(timeout=20)
                _room(venue)
                outcomes.append("added")
        except Refused:
            outcomes.append("refused")
        finally:
            connection.close()

    threads = [threading.Thread(target=add) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert sorted(outcomes) == ["added", "refused"]
