"""The private address that a calendar follows: whose times stand in it, how it ends, and that it gives nothing away."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
import vobject
from django.test import Client

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.tokens import token_for
from people.access import LinkHolder
from people.actions import members
from people.door import Place
from people.models import Membership, Organisation, Peer, PrivateLink
from people.models.links import LinkPurpose
from reminders.calendar import uid
from sessions.actions import calendars, outcomes
from sessions.models import Hold, MeetingPlace, PeerSession
from tests import factories
from tests.sessions import booked
from tests.sessions.together import facilitates, meeting

NOW = datetime.now(UTC)


def page(organisation: Organisation, tail: str = "") -> str:
    return f"/o/{organisation.slug}/calendar/feed/{tail}"


def link_of(organisation: Organisation, peer: Peer) -> LinkHolder:
    """What a peer's own page acts as."""
    place = Place.of(organisation)
    return LinkHolder(
        link_id=new_id(), purpose="pairing", object_id=new_id(), peer_id=peer.pk, organisation=place
    )


def path_of(link: PrivateLink) -> str:
    return f"/p/{token_for(link.pk)}/calendar.ics"


def member_feed(row: Membership) -> str:
    with wall.inside(row.organisation_id):
        link = calendars.make_feed(replaces=None, by=factories.member(row), now=datetime.now(UTC))
    return path_of(link)


def peer_feed(organisation: Organisation, peer: Peer) -> str:
    by = link_of(organisation, peer)
    with wall.inside(organisation.pk):
        return path_of(calendars.make_feed(peer=peer, replaces=None, by=by, now=datetime.now(UTC)))


def read(path: str) -> Any:
    """The calendar, by a parser that is not the one that wrote it."""
    answer = Client().get(path)
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/calendar; charset=utf-8")
    return vobject.readOne(answer.content.decode())


def entries(path: str) -> list[Any]:
    return list(getattr(read(path), "vevent_list", []))


# What stands in it ------------------------------------------------------------------------------------------


def test_a_session_as_a_calendar_reads_it(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    whole = read(member_feed(found.supporter))
    assert (whole.method.value, whole.contents["x-wr-calname"][0].value) == ("PUBLISH", ash.sender_name)
    entry = whole.vevent
    assert (entry.dtstart.value, entry.dtend.value) == (row.starts_at, row.ends_at)
    assert entry.dtstart.params["X-VOBJ-ORIGINAL-TZID"] == ["Europe/London"]
    assert (entry.summary.value, entry.status.value, entry.sequence.value) == (
        ash.sender_name,
        "TENTATIVE",
        "0",
    )
    assert entry.uid.value == uid(row.pk, found.supporter.pk)
    assert not hasattr(entry, "location")


def test_times_are_on_the_owners_clock(ash: Organisation) -> None:
    found = booked.thread(ash)
    found.supporter.user.zone = "Asia/Kolkata"
    found.supporter.user.save()
    with wall.inside(ash.pk):
        Peer.objects.update(zone="America/New_York")
    row = booked.ahead(found)
    peer = Peer.objects.get()
    for path, zone in (
        (member_feed(found.supporter), "Asia/Kolkata"),
        (peer_feed(ash, peer), "America/New_York"),
    ):
        start = entries(path)[0].dtstart
        assert (start.value, start.params["X-VOBJ-ORIGINAL-TZID"]) == (row.starts_at, [zone])


def test_where_only_once_it_is_confirmed(ash: Organisation) -> None:
    """The street of a room; never what the place is called, nor what somebody typed."""
    found = booked.thread(ash)
    row = booked.session(
        found,
        booked.at(booked.day_ahead(), time(14)),
        now=datetime.now(UTC),
        setting="room",
        room_id=found.room.pk,
        meeting_point="",
    )
    walk = booked.session(found, booked.at(booked.day_ahead(8), time(14)), now=datetime.now(UTC))
    path = member_feed(found.supporter)
    assert [hasattr(entry, "location") for entry in entries(path)] == [False, False]
    for each in (row, walk):
        with wall.inside(ash.pk):
            by = factories.member(found.supporter)
            outcomes.confirm(peer_session_id=each.pk, by=by, now=datetime.now(UTC))
    first, second = entries(path)
    assert (first.status.value, first.location.value) == ("CONFIRMED", "1 Mill Lane")
    assert (second.status.value, hasattr(second, "location")) == ("CONFIRMED", False)
    text = Client().get(path).content.decode()
    assert [word for word in ("The Mill", "Blue room", "At the gate") if word in text] == []


def test_the_street_of_what_was_missed_unconfirmed_is_not_told(ash: Organisation) -> None:
    found = booked.thread(ash)
    now = datetime.now(UTC)
    row = booked.session(
        found,
        now - timedelta(hours=2),
        now=now - timedelta(days=1),
        setting="room",
        room_id=found.room.pk,
        meeting_point="",
    )
    path = peer_feed(ash, found.peer)
    with wall.inside(ash.pk):
        outcomes.miss(peer_session_id=row.pk, by=factories.member(found.supporter), now=now)
    (entry,) = entries(path)
    assert (entry.status.value, hasattr(entry, "location")) == ("TENTATIVE", False)


def test_the_last_month_and_half_a_year(ash: Organisation) -> None:
    found = booked.thread(ash, number=20)
    days = (-31, -29, 181, 183)
    for day in days:
        starts_at = booked.at(booked.day_ahead(day), time(14))
        booked.session(found, starts_at, now=min(datetime.now(UTC), starts_at - timedelta(hours=1)))
    shown = [entry.dtstart.value for entry in entries(member_feed(found.supporter))]
    assert shown == [booked.at(booked.day_ahead(day), time(14)) for day in (-29, 181)]


def test_called_off_stays_for_a_month(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    with wall.inside(ash.pk):
        PeerSession.objects.update(
            state="cancelled", cancelled_at=datetime.now(UTC), cancelled_by="operator", cancelled_why="time"
        )
    path = member_feed(found.supporter)
    entry = entries(path)[0]
    assert (entry.status.value, entry.sequence.value) == ("CANCELLED", "1")
    assert entry.uid.value == uid(row.pk, found.supporter.pk)
    with wall.inside(ash.pk):
        PeerSession.objects.update(cancelled_at=datetime.now(UTC) - timedelta(days=31))
    assert entries(path) == []


def test_whose_times_stand_in_it(ash: Organisation) -> None:
    """Everybody's own, and nobody else's; a coordinator's knows nothing of the peers'."""
    found = booked.thread(ash)
    booked.ahead(found)
    other = factories.supporter(ash)
    kim = factories.peer(ash, name="Kim")
    theirs = booked.pairing(found, kim, other)
    booked.session(theirs, booked.at(booked.day_ahead(9), time(14)), now=datetime.now(UTC))
    met = meeting(ash, booked.at(booked.day_ahead(10), time(18)))
    facilitates(found.supporter, met)
    facilitates(found.coordinator, met)
    with wall.inside(ash.pk):
        for peer, state in ((kim, "taken"), (found.peer, "waiting")):
            MeetingPlace.objects.create(
                organisation=ash, peer_session=met, peer=peer, state=state, asked_at=NOW, asked_by="operator"
            )
    shown = {
        name: [entry.dtstart.value.astimezone(booked.LONDON).date() for entry in entries(path)]
        for name, path in {
            "supporter": member_feed(found.supporter),
            "other": member_feed(other),
            "coordinator": member_feed(found.coordinator),
            "supervisor": member_feed(factories.supervisor(ash)),
            "sam": peer_feed(ash, found.peer),
            "kim": peer_feed(ash, kim),
        }.items()
    }
    session, their_session, evening = (booked.day_ahead(days) for days in (7, 9, 10))
    assert shown == {
        "supporter": [session, evening],
        "other": [their_session],
        "coordinator": [evening],
        "supervisor": [],
        "sam": [session],
        "kim": [their_session, evening],
    }


def test_a_meeting_stands_when_it_is_planned_and_goes_when_it_is_off(ash: Organisation) -> None:
    supporter = factories.supporter(ash)
    met = meeting(ash, booked.at(booked.day_ahead(10), time(18)))
    held = facilitates(supporter, met)
    path = member_feed(supporter)
    assert entries(path)[0].status.value == "CONFIRMED"
    with wall.inside(ash.pk):
        Hold.objects.filter(pk=held.pk).update(released_at=NOW)
    assert entries(path) == []  # stepped out
    with wall.inside(ash.pk):
        PeerSession.objects.update(
            state="cancelled", cancelled_at=NOW, cancelled_by="operator", cancelled_why="time"
        )
    assert entries(path)[0].status.value == "CANCELLED"


def test_nothing_in_it_tells_what_this_is(ash: Organisation) -> None:
    found = booked.thread(ash)
    with wall.inside(ash.pk):
        Peer.objects.update(name="Quillonius")
    row = booked.ahead(found)
    met = meeting(ash, booked.at(booked.day_ahead(10), time(18)), meeting_point="Zabrinsky hall")
    facilitates(found.supporter, met)
    for path in (member_feed(found.supporter), peer_feed(ash, found.peer)):
        text = Client().get(path).content.decode()
        assert "BEGIN:VEVENT" in text
        secrets = (
            "Quillonius",
            found.supporter.user.preferred_name,
            "Zabrinsky",
            ash.name,
            ash.slug,
            str(row.pk),
        )
        words = ("peer", "session", "support", "group", "http", "ATTENDEE", "DESCRIPTION", "At the gate")
        assert [each for each in (*secrets, *words) if each in text] == []


@pytest.mark.parametrize("rows", [1, 3])
def test_the_same_queries_at_one_row_and_at_three(
    ash: Organisation, django_assert_num_queries: Any, rows: int
) -> None:
    found = booked.thread(ash)
    for day in range(rows):
        booked.session(found, booked.at(booked.day_ahead(7 + day), time(14)), now=datetime.now(UTC))
    path, peers = member_feed(found.supporter), peer_feed(ash, found.peer)
    with django_assert_num_queries(5):  # the door, the person, the rows; two are the savepoint of the request
        assert len(entries(path)) == rows
    with django_assert_num_queries(5):
        assert len(entries(peers)) == rows


# How it is asked for ----------------------------------------------------------------------------------------


def test_a_program_may_read_and_nothing_keeps_it(ash: Organisation) -> None:
    path = member_feed(factories.supporter(ash))
    answer = Client().get(path)
    assert {name: answer[name] for name in ("Cache-Control", "Referrer-Policy", "X-Robots-Tag")} == {
        "Cache-Control": "no-store",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }
    assert not answer.cookies
    assert "ETag" not in answer
    assert Client().head(path).status_code == 200
    for method in ("post", "put", "patch", "delete"):
        assert getattr(Client(), method)(path).status_code == 405
    assert Client().get(path.removesuffix("calendar.ics"))["Location"] == path


def test_reading_changes_nothing(ash: Organisation) -> None:
    path = member_feed(factories.supporter(ash))
    before = Event.objects.count()
    Client().get(path)
    assert Event.objects.count() == before
    assert PrivateLink.objects.get(purpose=LinkPurpose.CALENDAR).opened_at is None


def test_links_for_something_else_do_not_open_it(ash: Organisation) -> None:
    found = booked.thread(ash)
    booked.ahead(found)
    with wall.inside(ash.pk):
        session = PrivateLink.objects.get(purpose=LinkPurpose.SESSION)
    assert Client().get(path_of(session)).status_code == 404
    path = member_feed(found.supporter)
    assert Client().get(path.replace("calendar.ics", "session/")).status_code == 404
    assert Client().get(f"/p/{'A' * 32}/calendar.ics").status_code == 404
    assert Client().get(path[:-14] + "/calendar.ics").status_code == 404


def test_wrong_addresses_are_counted(ash: Organisation) -> None:
    client = Client(REMOTE_ADDR="203.0.113.77")
    answers = [client.get(f"/p/{number:032}/calendar.ics").status_code for number in range(25)]
    assert answers == [404] * 20 + [429] * 5
    assert client.get(member_feed(factories.supporter(ash))).status_code == 200


def test_it_ends_with_the_membership(ash: Organisation) -> None:
    supporter = factories.supporter(ash)
    path = member_feed(supporter)
    assert Client().get(path).status_code == 200
    with wall.inside(ash.pk):
        by = factories.member(factories.coordinator(ash))
        members.end_membership(membership_id=supporter.pk, by=by, now=datetime.now(UTC))
    missing = Client().get(path)
    assert missing.status_code == 404
    assert missing.content == Client().get(f"/p/{'A' * 32}/calendar.ics").content


def test_it_ends_when_a_peers_record_is_put_away(ash: Organisation) -> None:
    peer = factories.peer(ash)
    path = peer_feed(ash, peer)
    assert Client().get(path).status_code == 200
    with wall.inside(ash.pk):
        Peer.objects.update(state="archived", archived_at=NOW, archived_by="operator")
    assert Client().get(path).status_code == 404


def test_a_link_with_the_wrong_owner_opens_nothing(ash: Organisation) -> None:
    """Whatever a row may say: the peer's id and what it stands for must be one."""
    sam, kim = factories.peer(ash), factories.peer(ash, name="Kim")
    path = peer_feed(ash, sam)
    with wall.inside(ash.pk):
        PrivateLink.objects.update(object_id=kim.pk)
    assert Client().get(path).status_code == 404


def test_it_runs_out(ash: Organisation) -> None:
    path = member_feed(factories.supporter(ash))
    with wall.inside(ash.pk):
        PrivateLink.objects.update(expires_at=NOW - timedelta(minutes=1))
    assert Client().get(path).status_code == 404
