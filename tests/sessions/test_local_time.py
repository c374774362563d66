"""Times on the clock become one moment, or say why they cannot."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as some

from sessions.local_time import Trouble, Unclear, beginning, moment, zone_words

LONDON, BERLIN, LORD_HOWE = (
    ZoneInfo(name) for name in ("Europe/London", "Europe/Berlin", "Australia/Lord_Howe")
)


@pytest.mark.parametrize(
    ("day", "at", "zone", "trouble"),
    [
        (date(2026, 3, 29), time(1, 0), LONDON, Trouble.NEVER),
        (date(2026, 3, 29), time(1, 59), LONDON, Trouble.NEVER),
        (date(2026, 10, 25), time(1, 0), LONDON, Trouble.TWICE),
        (date(2026, 10, 25), time(2, 30), BERLIN, Trouble.TWICE),
        (date(2026, 10, 4), time(2, 15), LORD_HOWE, Trouble.NEVER),
    ],
)
def test_the_clock_change_makes_it_unclear(day: date, at: time, zone: ZoneInfo, trouble: Trouble) -> None:
    with pytest.raises(Unclear) as caught:
        moment(day, at, zone)
    assert caught.value.trouble is trouble


@pytest.mark.parametrize(
    ("day", "at", "there"),
    [
        (date(2026, 3, 29), time(0, 59), datetime(2026, 3, 29, 0, 59, tzinfo=UTC)),
        (date(2026, 3, 29), time(2, 0), datetime(2026, 3, 29, 1, 0, tzinfo=UTC)),
        (date(2026, 10, 25), time(0, 59), datetime(2026, 10, 24, 23, 59, tzinfo=UTC)),
        (date(2026, 10, 25), time(2, 0), datetime(2026, 10, 25, 2, 0, tzinfo=UTC)),
    ],
)
def test_just_beside_it_all_is_clear(day: date, at: time, there: datetime) -> None:
    assert moment(day, at, LONDON) == there


@given(
    wall_time=some.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1)),
    zone=some.sampled_from(
        [LONDON, BERLIN, LORD_HOWE, ZoneInfo("Asia/Kathmandu"), ZoneInfo("America/Sao_Paulo")]
    ),
)
def test_what_is_clear_reads_back_as_it_was_typed(wall_time: datetime, zone: ZoneInfo) -> None:
    try:
        there = moment(wall_time.date(), wall_time.time(), zone)
    except Unclear:
        return
    assert there.astimezone(zone).replace(tzinfo=None) == wall_time


@given(
    day=some.dates(date(2000, 1, 1), date(2037, 1, 1)),
    zone=some.sampled_from([LONDON, LORD_HOWE, ZoneInfo("America/Sao_Paulo"), ZoneInfo("Asia/Beirut")]),
)
def test_days_follow_each_other_without_a_gap(day: date, zone: ZoneInfo) -> None:
    length = beginning(day + timedelta(days=1), zone) - beginning(day, zone)
    assert timedelta(hours=22) < length < timedelta(hours=26)


def test_zones_in_words() -> None:
    assert [zone_words(zone) for zone in ("Europe/London", "America/New_York", "UTC")] == [
        "London time",
        "New York time",
        "UTC time",
    ]
