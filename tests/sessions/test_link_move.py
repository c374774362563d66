"""The peer chooses another time on their own phone: among those that are free, on their own clock."""

import re
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client

from people.models import Organisation
from reminders.models import Message
from sessions.models import PeerSession
from tests import factories
from tests.sessions import booked
from tests.sessions.test_link import address, opened
from venues.actions import rooms


def free(client: Client, row: PeerSession, query: str = "") -> list[str]:
    """The times the page offers."""
    shown = client.get(address(row, "move") + query).content.decode()
    return re.findall(r'name="slot" value="([^"]+)"', shown)


def test_the_peer_chooses_another_time(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    client = opened(row)
    offered = free(client, row)
    assert offered
    assert offered == sorted(set(offered))
    assert row.starts_at not in {datetime.fromisoformat(each) for each in offered}
    wanted = datetime.fromisoformat(offered[-1])
    answer = client.post(address(row, "move"), {"slot": offered[-1], "sequence": "0"})
    assert answer["Location"] == address(row)
    row.refresh_from_db()
    assert (row.starts_at, row.state, row.sequence) == (wanted, "confirmed", 1)
    assert (row.setting, row.meeting_point) == ("walk", "At the gate")
    assert row.ends_at - row.starts_at == timedelta(minutes=50)
    assert f"{wanted.astimezone(booked.LONDON):%H:%M}" in client.get(address(row)).content.decode()
    told = Message.objects.filter(kind="session_moved").values_list("recipient_id", flat=True)
    assert list(told) == [found.supporter.pk]


def test_times_to_choose_are_on_the_peers_clock(ash: Organisation) -> None:
    found = booked.thread(ash)
    found.peer.zone = "Asia/Tokyo"
    found.peer.save()
    row = booked.ahead(found)
    shown = opened(row).get(address(row, "move")).content.decode()
    first = datetime.fromisoformat(re.findall(r'name="slot" value="([^"]+)"', shown)[0])
    assert f"<span>{first.astimezone(ZoneInfo('Asia/Tokyo')):%H:%M}</span>" in shown
    assert "Tokyo time" in shown


def test_choosing_names_nobody(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    shown = opened(row).get(address(row, "move")).content.decode()
    names = [found.organisation.name, found.peer.name, found.supporter.user.preferred_name]
    assert [name for name in names if name in shown] == []


def test_later_days_and_earlier_ones(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    client = opened(row)
    first, later = free(client, row), free(client, row, f"?from={booked.day_ahead(60)}")
    assert later
    assert min(later) > max(first)
    for nonsense in ("?from=", "?from=soon", "?from=0001-01-01", "?from=%00", "?from=9999-12-31"):
        assert client.get(address(row, "move") + nonsense).status_code == 200
    assert free(client, row, "?from=0001-01-01") == first


@pytest.mark.parametrize(
    "slot",
    [
        "",
        "soon",
        "2020-01-01T10:00:00Z",
        "9999-12-31T23:30:00+00:00",
        "0001-01-01T00:00:00+00:00",
        "\0",
        "🌊",
    ],
)
def test_only_what_is_offered_can_be_chosen(ash: Organisation, slot: str) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    answer = opened(row).post(address(row, "move"), {"slot": slot, "sequence": "0"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["slot"]
    row.refresh_from_db()
    assert row.sequence == 0


def test_a_time_that_was_just_taken(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    client = opened(row)
    wanted = free(client, row)[-1]
    other = booked.pairing(found, factories.peer(ash))
    booked.session(other, datetime.fromisoformat(wanted), now=datetime.now(UTC))
    answer = client.post(address(row, "move"), {"slot": wanted, "sequence": "0"})
    assert answer.status_code == 422
    assert "This time has just been taken." in answer.content.decode()
    assert wanted not in free(client, row)


def test_a_page_that_shows_an_older_time(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    client = opened(row)
    wanted = free(client, row)[-1]
    PeerSession.objects.filter(pk=row.pk).update(sequence=1, moved_at=datetime.now(UTC), moved_by="operator")
    answer = client.post(address(row, "move"), {"slot": wanted, "sequence": "0"})
    assert answer.status_code == 422
    assert "moved this session while your page was open" in answer.content.decode()
    client.post(address(row, "confirm"), {"sequence": "0"})
    client.post(address(row, "cancel"), {"why": "time", "sequence": "0"})
    row.refresh_from_db()
    assert (row.state, row.sequence) == ("booked", 1)
    assert "This is the new one. Does it suit you?" in client.get(address(row)).content.decode()


def test_where_the_place_is_in_question_the_peer_waits(ash: Organisation) -> None:
    found = booked.thread(ash)
    now = datetime.now(UTC)
    starts_at = booked.at(booked.day_ahead(7), time(14))
    place = {"setting": "room", "room_id": found.room.pk, "meeting_point": ""}
    row = booked.session(found, starts_at, now=now, **place)
    rooms.close_room(room_id=found.room.pk, by=factories.member(found.coordinator), now=now)
    client = opened(row)
    shown = client.get(address(row)).content.decode()
    assert "This changes. You will be told." in shown
    assert "Blue room" not in shown
    assert "I’ll be there" not in shown
    assert client.get(address(row, "move"))["Location"] == address(row)


def test_choosing_needs_the_question_first_and_a_time_to_come(ash: Organisation) -> None:
    found = booked.thread(ash)
    coming, begun = booked.ahead(found), booked.begun(found)
    assert Client().get(address(coming, "move"))["Location"] == address(coming)
    assert opened(begun).get(address(begun, "move"))["Location"] == address(begun)


def test_how_many_queries_the_page_of_times_takes(ash: Organisation, django_assert_num_queries: Any) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    client, path = opened(row), address(row, "move")
    with django_assert_num_queries(6):  # two are the savepoint of the request
        client.get(path)
