"""What is offered and what is refused when a session is booked: hours, notice, rest, full weeks, rooms, the rhythm."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actions import Actor, Operator
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Membership, Organisation
from sessions.actions import availability, bookings, moving, outcomes
from sessions.actions.availability import Owner
from sessions.free_time import Stretch
from sessions.models import Availability, PeerSession
from sessions.queries import slots
from tests import factories
from tests.sessions import booked
from tests.sessions.booked import LONDON, Thread

NOW = datetime(2026, 5, 11, 8, 0, tzinfo=UTC)  # a Monday, nine in London
TUESDAY = date(2026, 5, 12)
NEW_YORK = ZoneInfo("America/New_York")


def hours(owner: Owner, *stretches: tuple[int, float, float], by: Actor, **limits: Any) -> None:
    weekly = [Stretch(weekday, int(first * 60), int(last * 60)) for weekday, first, last in stretches]
    values: dict[str, Any] = {"notice_minutes": 0, "rest_minutes": 0, "most_a_week": None} | limits
    revision = Availability.objects.filter(**owner.columns()).values_list("revision", flat=True)
    availability.set_hours(owner=owner, revision=sum(revision), weekly=weekly, by=by, now=NOW, **values)


def works(row: Membership, *stretches: tuple[int, float, float], **limits: Any) -> None:
    """Let a supporter have these hours: weekday, from and to in hours."""
    hours(Owner(membership_id=row.pk), *stretches, by=factories.member(row), **limits)


def differ(owner: Owner, kind: str, first: datetime, last: datetime, organisation_id: UUID) -> None:
    availability.add_exception(
        once=new_id(),
        owner=owner,
        kind=kind,
        starts_at=first,
        ends_at=last,
        by=Operator(organisation_id),
        now=NOW,
    )


def offered(found: Thread, **changes: Any) -> list[str]:
    """The free times of three days, as London reads them."""
    wish: dict[str, Any] = {
        "minutes": 50,
        "room_id": None,
        "first_on": TUESDAY,
        "days": 3,
        "now": NOW,
        "own": False,
        "zone": LONDON,
    }
    rows = slots.for_pairing(found.pairing, **(wish | changes))
    assert all(row.ends_at - row.starts_at == timedelta(minutes=(wish | changes)["minutes"]) for row in rows)
    return [f"{row.starts_at.astimezone(LONDON):%a %H:%M}" for row in rows]


def book(found: Thread, day: date, clock: time, *, own: bool = False, **changes: Any) -> PeerSession:
    """By a coordinator, or by the supporter themselves."""
    by = factories.member(found.supporter if own else found.coordinator)
    wish: dict[str, Any] = {
        "once": new_id(),
        "minutes": 50,
        "setting": "walk",
        "room_id": None,
        "meeting_point": "Gate",
    } | changes
    return bookings.book(pairing_id=found.pairing.pk, starts_at=booked.at(day, clock), by=by, now=NOW, **wish)


# What is offered --------------------------------------------------------------------------------------------


def test_without_hours_the_day_is_offered(ash: Organisation) -> None:
    found = booked.thread(ash)
    times = offered(found, days=1)
    assert (times[0], times[-1], len(times)) == ("Tue 08:00", "Tue 20:00", 25)
    assert book(found, TUESDAY, time(22)).state == "booked"


def test_hours_on_the_supporters_own_clock(ash: Organisation) -> None:
    found = booked.thread(ash)
    found.supporter.user.zone = "America/New_York"
    found.supporter.user.save()
    works(found.supporter, (1, 9, 10))
    assert offered(found) == ["Tue 14:00"]
    assert offered(found, zone=NEW_YORK) == ["Tue 14:00"]


def test_what_is_booked_stands_between(ash: Organisation) -> None:
    found = booked.thread(ash)
    works(found.supporter, (1, 9, 13), rest_minutes=15)
    row = book(found, TUESDAY, time(10))
    assert offered(found) == ["Tue 11:30", "Tue 12:00"]
    assert offered(found, besides=row.pk)[:2] == ["Tue 09:00", "Tue 09:30"]
    assert offered(found, minutes=45) == ["Tue 09:00", "Tue 11:30", "Tue 12:00"]
    outcomes.cancel(peer_session_id=row.pk, why="time", by=factories.member(found.supporter), now=NOW)
    assert len(offered(found)) == 7


def test_the_peer_and_the_room_are_looked_at_too(ash: Organisation) -> None:
    found, other = booked.thread(ash), booked.thread(ash)
    works(found.supporter, (1, 9, 12))
    theirs = booked.pairing(found, found.peer, factories.supporter(ash))
    booked.session(theirs, booked.at(TUESDAY, time(9)), now=NOW)
    booked.session(other, booked.at(TUESDAY, time(11)), now=NOW, setting="room", room_id=found.room.pk)
    assert offered(found) == ["Tue 10:00", "Tue 10:30", "Tue 11:00"]
    assert offered(found, room_id=found.room.pk) == ["Tue 10:00"]


def test_notice_is_for_others(ash: Organisation) -> None:
    found = booked.thread(ash)
    works(found.supporter, (1, 9, 12), notice_minutes=26 * 60)
    assert offered(found) == ["Tue 11:00"]
    assert len(offered(found, own=True)) == 5


def test_days_that_differ(ash: Organisation) -> None:
    found = booked.thread(ash)
    owner = Owner(membership_id=found.supporter.pk)
    works(found.supporter, (1, 9, 12))
    differ(owner, "ill", booked.at(TUESDAY, time(8)), booked.at(TUESDAY, time(11)), ash.pk)
    differ(owner, "extra", booked.at(TUESDAY, time(20, 10)), booked.at(TUESDAY, time(21)), ash.pk)
    assert offered(found) == ["Tue 11:00", "Tue 20:10"]


def test_a_room_has_hours_of_its_own(ash: Organisation) -> None:
    found = booked.thread(ash)
    owner = Owner(room_id=found.room.pk)
    works(found.supporter, (1, 9, 12))
    hours(owner, (1, 10, 11), by=factories.member(found.coordinator))
    differ(owner, "extra", booked.at(TUESDAY, time(11)), booked.at(TUESDAY, time(11, 20)), ash.pk)
    assert offered(found, room_id=found.room.pk) == ["Tue 10:00", "Tue 10:30"]
    assert len(offered(found)) == 5


def test_the_number_and_the_rhythm_bound_what_is_offered(ash: Organisation) -> None:
    found = booked.thread(ash, number=2, rhythm="weekly")
    works(found.supporter, (1, 9, 10), (3, 9, 10))
    assert offered(found, days=14) == ["Tue 09:00", "Thu 09:00"] * 2
    row = book(found, TUESDAY, time(9))
    assert offered(found, days=14) == ["Tue 09:00", "Thu 09:00"]
    assert offered(found, days=7, besides=row.pk) == ["Tue 09:00", "Thu 09:00"]
    book(found, TUESDAY + timedelta(days=7), time(9))
    assert offered(found, days=28) == []


def test_a_full_week_is_not_offered(ash: Organisation) -> None:
    found = booked.thread(ash)
    works(found.supporter, (1, 9, 10), (3, 9, 10), most_a_week=1)
    book(found, TUESDAY, time(9))
    assert offered(found, days=14) == ["Tue 09:00", "Thu 09:00"]
    assert [f"{slot:%d}" for slot in _days(found)] == ["19", "21"]


def _days(found: Thread) -> list[datetime]:
    rows = slots.for_pairing(
        found.pairing, minutes=50, room_id=None, first_on=TUESDAY, days=14, now=NOW, own=False
    )
    return [row.starts_at for row in rows]


def test_through_both_changes_of_the_clock(ash: Organisation) -> None:
    found = booked.thread(ash)
    works(found.supporter, (6, 0.5, 3))
    for day, expected in (
        (date(2026, 3, 29), ["Sun 00:30", "Sun 02:00"]),
        (date(2026, 10, 25), ["Sun 00:30", "Sun 01:00", "Sun 01:30", "Sun 01:00", "Sun 01:30", "Sun 02:00"]),
    ):
        now = booked.at(day, time(0)) - timedelta(days=2)
        assert offered(found, first_on=day, days=1, now=now) == expected


def test_the_hour_that_comes_twice_is_told_apart() -> None:
    start = datetime(2026, 10, 25, 0, 0, tzinfo=UTC)
    rows = [slots.Slot(start + timedelta(hours=hour), start + timedelta(hours=hour + 1)) for hour in range(3)]
    day = slots.by_day(rows, LONDON, NEW_YORK)[0]
    assert [slot.label for slot in day.slots] == ["01:00 BST", "01:00 GMT", "02:00"]
    assert [slot.theirs for slot in day.slots] == [
        f"{clock} for them" for clock in ("20:00", "21:00", "22:00")
    ]
    assert [slots.read_slot(slot.value) for slot in day.slots] == [row.starts_at for row in rows]


def test_near_looks_on_and_then_back(ash: Organisation) -> None:
    found = booked.thread(ash)
    works(found.supporter, (1, 9, 11))
    wish: dict[str, Any] = {"room_id": None, "minutes": 50, "now": NOW, "own": False}
    rows = slots.near(found.pairing, around=booked.at(TUESDAY, time(9, 40)), **wish)
    assert [f"{row.starts_at.astimezone(LONDON):%d %H:%M}" for row in rows] == [
        "12 10:00",
        "19 09:00",
        "19 09:30",
    ]
    differ(
        Owner(membership_id=found.supporter.pk),
        "away",
        booked.at(date(2026, 5, 13), time(0)),
        booked.at(date(2026, 8, 1), time(0)),
        ash.pk,
    )
    rows = slots.near(found.pairing, around=booked.at(TUESDAY, time(9, 40)), **wish)
    assert [f"{row.starts_at.astimezone(LONDON):%H:%M}" for row in rows] == ["09:00", "09:30", "10:00"]


def test_two_queries_however_much_is_booked(ash: Organisation) -> None:
    found = booked.thread(ash)
    for days in (1, 2, 3):
        with CaptureQueriesContext(connection) as queries:
            offered(found, days=28, room_id=found.room.pk)
        assert len(queries) == 2
        book(found, TUESDAY + timedelta(days=days), time(9))


# What is refused --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clock", "words"),
    [
        (time(8, 30), "cannot be booked at that time"),
        (time(11, 30), "cannot be booked at that time"),
        (time(9), "needs to know earlier"),
    ],
)
def test_outside_of_hours_and_too_soon(ash: Organisation, clock: time, words: str) -> None:
    found = booked.thread(ash)
    works(found.supporter, (1, 9, 12), notice_minutes=25 * 60)
    with pytest.raises(Refused, match=words) as caught:
        book(found, TUESDAY, clock)
    assert caught.value.field == "start"
    assert PeerSession.objects.count() == 0
    assert book(found, TUESDAY, clock, own=True).state == "booked"


def test_rest_before_and_after(ash: Organisation) -> None:
    found = booked.thread(ash)
    works(found.supporter, (1, 9, 14), rest_minutes=30)
    row = book(found, TUESDAY, time(11))
    for clock in (time(9, 50), time(12, 10)):
        with pytest.raises(Refused, match="no rest between two sessions"):
            book(found, TUESDAY, clock)
    book(found, TUESDAY, time(9, 40))
    book(found, TUESDAY, time(12, 20))
    by = factories.member(found.coordinator)
    with pytest.raises(Refused, match="no rest"):
        moved(row, by, time(11, 10))


def moved(row: PeerSession, by: Actor, clock: time, **changes: Any) -> PeerSession:
    wish: dict[str, Any] = {
        "minutes": 50,
        "setting": "walk",
        "room_id": None,
        "meeting_point": "Gate",
    } | changes
    starts_at = booked.at(TUESDAY, clock)
    return moving.move(
        peer_session_id=row.pk, sequence=row.sequence, starts_at=starts_at, by=by, now=NOW, **wish
    )


def test_a_move_keeps_to_hours_as_a_booking_does(ash: Organisation) -> None:
    found = booked.thread(ash, rhythm="weekly")
    works(found.supporter, (1, 9, 12))
    row = book(found, TUESDAY, time(11))
    coordinator, supporter = factories.member(found.coordinator), factories.member(found.supporter)
    with pytest.raises(Refused, match="cannot be booked at that time"):
        moved(row, coordinator, time(12))
    moved(row, coordinator, time(10, 30))  # its own time stands in nobody's way, nor its own week
    row.refresh_from_db()
    moved(row, supporter, time(18))
    row.refresh_from_db()
    moved(row, coordinator, time(18), meeting_point="At the door")  # only the place


def test_a_full_week_takes_no_more_from_others(ash: Organisation) -> None:
    found = booked.thread(ash)
    works(found.supporter, *((day, 9, 12) for day in range(5)), most_a_week=1)
    book(found, TUESDAY, time(9))
    with pytest.raises(Refused, match="as many sessions that week as they can"):
        book(found, TUESDAY + timedelta(days=1), time(9))
    book(found, TUESDAY + timedelta(days=6), time(9))
    assert book(found, TUESDAY + timedelta(days=1), time(9), own=True).state == "booked"


def test_whoever_is_away_cannot_be_booked_though_they_set_no_hours(ash: Organisation) -> None:
    found = booked.thread(ash)
    owner = Owner(membership_id=found.supporter.pk)
    differ(owner, "ill", booked.at(TUESDAY, time(8)), booked.at(TUESDAY, time(12)), ash.pk)
    with pytest.raises(Refused, match="cannot be booked at that time") as caught:
        book(found, TUESDAY, time(11, 30))
    assert "ill" not in str(caught.value)
    assert book(found, TUESDAY, time(12)).state == "booked"


def test_a_room_is_had_in_its_hours_by_everybody(ash: Organisation) -> None:
    found = booked.thread(ash)
    hours(Owner(room_id=found.room.pk), (1, 9, 12), by=factories.member(found.coordinator), rest_minutes=10)
    place = {"setting": "room", "room_id": found.room.pk, "meeting_point": ""}
    for own in (True, False):
        with pytest.raises(Refused, match="This room cannot be had then") as caught:
            book(found, TUESDAY, time(12), own=own, **place)
        assert caught.value.field == "room"
    book(found, TUESDAY, time(9), own=True, **place)
    with pytest.raises(Refused, match="This room cannot be had then"):
        book(found, TUESDAY, time(9, 55), own=True, **place)
    assert book(found, TUESDAY, time(12)).state == "booked"


@pytest.mark.parametrize(
    ("rhythm", "days_apart", "words"),
    [
        ("weekly", 5, "once a week, and that week has a session already"),
        ("weekly", 6, None),  # the next Monday
        ("fortnightly", 12, "every two weeks, and there is a session nearer than that"),
        ("fortnightly", 13, None),
        ("monthly", 26, "once a month, and there is a session nearer than that"),
        ("monthly", 27, None),
        ("each_time", 0, None),
    ],
)
def test_not_more_often_than_agreed(
    ash: Organisation, rhythm: str, days_apart: int, words: str | None
) -> None:
    found = booked.thread(ash, rhythm=rhythm)
    first, later = TUESDAY + timedelta(days=28), timedelta(days=days_apart)
    book(found, first, time(9), own=True)
    for clock in (time(10),):
        if words:
            with pytest.raises(Refused, match=words):
                book(found, first + later, clock, own=True)
        else:
            book(found, first + later, clock, own=True)
    if rhythm == "weekly" and not words:
        with pytest.raises(Refused, match="once a week"):
            book(found, first - timedelta(days=1), time(9))


def test_weeks_are_those_of_the_peers_clock(ash: Organisation) -> None:
    found = booked.thread(ash, rhythm="weekly")
    found.peer.zone = "America/New_York"
    found.peer.save()
    monday = date(2026, 5, 18)
    book(found, TUESDAY, time(9), own=True)
    with pytest.raises(Refused, match="once a week"):
        book(found, monday, time(3), own=True)  # Sunday evening for them
    assert book(found, monday, time(6), own=True).state == "booked"


def test_what_did_not_take_place_does_not_count(ash: Organisation) -> None:
    found = booked.thread(ash, rhythm="weekly")
    row = book(found, TUESDAY, time(9))
    outcomes.cancel(peer_session_id=row.pk, why="time", by=factories.member(found.supporter), now=NOW)
    assert book(found, TUESDAY, time(10)).state == "booked"
