"""When somebody is free: their own clock, also where it changes, and spans that are united, taken and shared."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessions.free_time import (
    Hours,
    Span,
    Stretch,
    both,
    is_too_often,
    on_clock,
    starts_in,
    united,
    week_number,
    week_of,
    without,
)

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
FORWARD, BACK = date(2026, 3, 29), date(2026, 10, 25)  # in London, both from Saturday to Sunday at one in UTC


def utc(day: date, clock: str) -> datetime:
    return datetime.fromisoformat(f"{day}T{clock}:00+00:00")


def at(hour: float) -> datetime:
    return datetime(2026, 5, 12, tzinfo=UTC) + timedelta(hours=hour)


def spans(*hours: tuple[float, float]) -> list[Span]:
    return [(at(start), at(end)) for start, end in hours]


@pytest.mark.parametrize(
    ("day", "first", "last", "expected"),
    [
        (date(2026, 1, 12), 540, 720, [("09:00", "12:00")]),
        (date(2026, 5, 12), 540, 720, [("08:00", "11:00")]),
        (FORWARD, 540, 720, [("08:00", "11:00")]),  # the wall's clock holds, whatever the change
        (BACK, 540, 720, [("09:00", "12:00")]),
        (FORWARD, 0, 300, [("00:00", "04:00")]),  # five hours on paper are four that day
        (FORWARD, 75, 105, []),  # 1:15 to 1:45 never comes
        (FORWARD, 90, 150, [("01:00", "01:30")]),  # 1:30 never comes, 2:00 to 2:30 does
        (FORWARD, 30, 90, [("00:30", "01:00")]),
    ],
)
def test_a_stretch_on_the_clock(day: date, first: int, last: int, expected: list[tuple[str, str]]) -> None:
    assert list(on_clock(day, first, last, LONDON)) == [(utc(day, a), utc(day, b)) for a, b in expected]


def test_a_stretch_that_comes_twice() -> None:
    night = BACK - timedelta(days=1)
    twice = [(utc(BACK, "00:30"), utc(BACK, "01:00")), (utc(BACK, "01:30"), utc(BACK, "02:00"))]
    assert list(on_clock(BACK, 90, 120, LONDON)) == twice
    whole = (utc(night, "23:00"), utc(BACK, "00:00") + timedelta(days=1))
    assert united(on_clock(BACK, 0, 1440, LONDON)) == [whole]


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("America/Santiago", date(2026, 9, 6), 23),  # the change takes midnight away
        ("America/Santiago", date(2026, 4, 4), 25),  # and gives the last hour twice
        ("America/Havana", date(2026, 11, 1), 25),  # or the first
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),  # half an hour is a change too
        ("Pacific/Apia", date(2011, 12, 30), 0),  # a day that never was
    ],
)
def test_whole_days_have_the_hours_they_have(zone: str, day: date, hours: float) -> None:
    found = on_clock(day, 0, 1440, ZoneInfo(zone))
    assert sum((end - start for start, end in found), timedelta(0)) == timedelta(hours=hours)


def test_every_moment_belongs_to_one_day() -> None:
    for zone in (LONDON, ZoneInfo("America/Santiago"), ZoneInfo("Africa/Cairo"), ZoneInfo("Asia/Beirut")):
        days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
        found = [span for day in days for span in on_clock(day, 0, 1440, zone)]
        assert united(found) == [(found[0][0], found[-1][1])]
        assert sum((end - start for start, end in found), timedelta(0)) == found[-1][1] - found[0][0]


def test_spans() -> None:
    assert united(spans((3, 4), (1, 2), (2, 3), (6, 8), (7, 7.5))) == spans((1, 4), (6, 8))
    assert without(spans((1, 8)), spans((2, 3), (2.5, 4), (7, 9))) == spans((1, 2), (4, 7))
    assert without(spans((1, 2), (3, 4)), spans((0, 5))) == []
    assert without(spans((1, 2), (3, 4)), spans((2, 3))) == spans((1, 2), (3, 4))
    assert both(spans((1, 4), (6, 8)), spans((2, 3), (3.5, 7))) == spans((2, 3), (3.5, 4), (6, 7))


def test_times_begin_where_open_time_does() -> None:
    found = list(starts_in(spans((9.25, 10.75), (12, 12.5)), timedelta(minutes=50)))
    assert found == [at(9.25), at(9.75)]


def test_days_that_differ() -> None:
    hours = Hours(
        zone=LONDON,
        weekly=(Stretch(1, 540, 720),),
        closed=spans((8, 9)),
        extra=spans((10.5, 13), (20, 21)),
    )
    assert hours.open(at(0), at(24)) == spans((9, 13), (20, 21))
    assert hours.lets(at(9), at(13))
    assert not hours.lets(at(8.5), at(9.5))
    assert not hours.lets(at(12.5), at(13.5))


def test_who_set_no_hours_can_be_booked_at_any_and_is_offered_some() -> None:
    hours = Hours(zone=LONDON, closed=spans((8, 9)))
    assert hours.open(at(0), at(23)) == spans((7, 8), (9, 20))
    assert hours.lets(at(2), at(3))
    assert not hours.lets(at(7.5), at(8.25))


def test_hours_until_midnight_go_on_after_it() -> None:
    hours = Hours(zone=LONDON, weekly=(Stretch(1, 1320, 1440), Stretch(2, 0, 60)))
    assert hours.open(at(0), at(48)) == spans((21, 24))
    assert hours.lets(at(22.5), at(23.5))


def test_rest_and_full_weeks() -> None:
    taken = tuple(spans((9, 10), (33, 34)))
    hours = Hours(zone=LONDON, taken=taken, rest=timedelta(minutes=30), most_a_week=2)
    assert hours.rests(at(10.5), at(11))
    assert not hours.rests(at(10.25), at(11))
    assert not hours.rests(at(8), at(8.75))
    assert hours.is_full(at(60))
    assert not hours.is_full(at(24 * 6))


def test_weeks_begin_on_monday_on_ones_own_clock() -> None:
    sunday_night = datetime(2026, 5, 18, 1, 0, tzinfo=UTC)
    assert week_of(sunday_night, LONDON) == week_of(sunday_night, NEW_YORK) + 1
    assert week_number(date(2026, 5, 18)) == week_number(date(2026, 5, 17)) + 1
    assert week_number(date(2026, 5, 18)) == week_number(date(2026, 5, 24))


@pytest.mark.parametrize(
    ("rhythm", "apart"), [("weekly", 1), ("fortnightly", 2), ("monthly", 4), ("each_time", 0)]
)
def test_how_far_two_sessions_are_apart(rhythm: str, apart: int) -> None:
    for distance in range(6):
        assert is_too_often(100 + distance, {100}, rhythm) == (distance < apart)
        assert is_too_often(100 - distance, {100}, rhythm) == (distance < apart)
