"""Days that come again: what is accepted, what is refused, and the wall's clock through every change of the clocks."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr
from hypothesis import given
from hypothesis import strategies as st

from sessions.recurrence import (
    LAST,
    LONGEST,
    MOST,
    BadRule,
    Fault,
    Kind,
    Recurrence,
    moment_of,
    odd_days,
    planned,
    read,
)
from sessions.recurrence_words import FAULTS, line, words

LONDON, NEW_YORK = ZoneInfo("Europe/London"), ZoneInfo("America/New_York")
FIRST = date(2026, 1, 13)  # a Tuesday


def weekly(*days: int, every: int = 1) -> Recurrence:
    return Recurrence(Kind.WEEKLY, every, days)


recurrences = st.one_of(
    st.builds(
        Recurrence,
        st.just(Kind.WEEKLY),
        st.integers(1, 12),
        st.sets(st.integers(0, 6), min_size=1).map(lambda found: tuple(sorted(found))),
    ),
    st.builds(
        lambda every, day: Recurrence(Kind.MONTH_DAY, every, month_day=day),
        st.integers(1, 12),
        st.sampled_from([LAST, *range(1, 32)]),
    ),
    st.builds(
        lambda every, day, nth: Recurrence(Kind.MONTH_WEEKDAY, every, (day,), nth=nth),
        st.integers(1, 12),
        st.integers(0, 6),
        st.sampled_from([LAST, 1, 2, 3, 4]),
    ),
)
zones = st.sampled_from(
    ["Europe/London", "America/New_York", "Australia/Lord_Howe", "Pacific/Auckland", "Asia/Kolkata", "UTC"]
).map(ZoneInfo)
starts = st.dates(date(2026, 1, 1), date(2027, 12, 31))


@given(recurrences, starts, st.integers(0, 740), zones, st.times(timezones=st.none()))
def test_any_wish_keeps_the_walls_clock_and_its_limits(
    wish: Recurrence, from_on: date, length: int, zone: ZoneInfo, clock: time
) -> None:
    clock = clock.replace(second=0, microsecond=0, fold=0)
    until_on = from_on + timedelta(days=length)
    try:
        days = planned(wish, from_on, until_on)
    except BadRule as bad:
        _is_right(bad.fault, wish, from_on, until_on)
        return
    assert from_on <= days[0]
    assert days[-1] <= until_on <= from_on + LONGEST
    assert len(days) == len(set(days)) <= MOST
    text = wish.rule(until_on, zone)
    assert read(text) == wish
    # Another reading of the same rule: as any calendar has it, from a first meeting on a clock that changes.
    first = datetime.combine(days[0], clock, tzinfo=zone)
    others = [one.replace(tzinfo=None) for one in rrulestr(text, dtstart=first)]
    assert [one.date() for one in others] == days
    assert {one.time() for one in others} == {clock}
    odd = {moment.date() for moment in odd_days(days, clock, zone)}
    for day in days:
        moment = moment_of(day, clock, zone)
        shown = moment.astimezone(zone)
        assert moment.tzinfo is UTC
        if day not in odd:
            assert (shown.date(), shown.time(), shown.fold) == (day, clock, 0)
        else:
            assert shown.replace(tzinfo=None) > datetime.combine(day, clock)


def _is_right(fault: Fault, wish: Recurrence, from_on: date, until_on: date) -> None:
    if fault is Fault.TOO_LONG:
        assert until_on > from_on + LONGEST
    elif fault is Fault.TOO_MANY:
        assert len(list(wish.days(wish.first(from_on, until_on) or from_on, until_on))) > MOST
    else:
        assert fault is Fault.NO_DAY
        assert wish.first(from_on, until_on) is None


@pytest.mark.parametrize(
    ("wish", "until_on", "fault"),
    [
        (weekly(1), date(2026, 1, 12), Fault.ENDS_BEFORE),
        (weekly(1), date(2028, 1, 14), Fault.TOO_LONG),
        (weekly(1), date.max, Fault.TOO_LONG),
        (weekly(0, 1, 2, 3, 4, 5, 6), date(2026, 12, 31), Fault.TOO_MANY),
        (weekly(0), date(2026, 1, 18), Fault.NO_DAY),
        (weekly(), date(2026, 2, 18), Fault.NO_WEEKDAY),
        (weekly(7), date(2026, 2, 18), Fault.NO_WEEKDAY),
        (weekly(1, every=0), date(2026, 2, 18), Fault.EVERY),
        (weekly(1, every=13), date(2026, 2, 18), Fault.EVERY),
        (Recurrence(Kind.MONTH_DAY, month_day=31), date(2026, 1, 30), Fault.NO_DAY),
        (Recurrence(Kind.MONTH_DAY, month_day=32), date(2026, 12, 30), Fault.MONTH_DAY),
        (Recurrence(Kind.MONTH_DAY, month_day=0), date(2026, 12, 30), Fault.MONTH_DAY),
        (Recurrence(Kind.MONTH_WEEKDAY, 1, (1,), nth=5), date(2026, 12, 30), Fault.NO_WEEKDAY),
        (Recurrence(Kind.MONTH_WEEKDAY, 1, (1, 2)), date(2026, 12, 30), Fault.NO_WEEKDAY),
    ],
)
def test_what_cannot_come_again(wish: Recurrence, until_on: date, fault: Fault) -> None:
    with pytest.raises(BadRule) as caught:
        planned(wish, FIRST, until_on)
    assert caught.value.fault is fault
    assert str(FAULTS[fault][1])


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU",  # no end
        "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;COUNT=4",
        "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;UNTIL=20360101T000000Z;COUNT=4",
        "FREQ=DAILY;INTERVAL=1;BYDAY=TU;UNTIL=20270101T000000Z",
        "FREQ=SECONDLY;INTERVAL=1;BYDAY=TU;UNTIL=20270101T000000Z",
        "FREQ=WEEKLY;INTERVAL=99;BYDAY=TU;UNTIL=20270101T000000Z",
        "FREQ=WEEKLY;INTERVAL=1;BYDAY=2TU;UNTIL=20270101T000000Z",
        "FREQ=WEEKLY;INTERVAL=1;BYDAY=XX;UNTIL=20270101T000000Z",
        "FREQ=MONTHLY;INTERVAL=1;BYDAY=TU;UNTIL=20270101T000000Z",
        "FREQ=MONTHLY;INTERVAL=1;BYMONTHDAY=40;UNTIL=20270101T000000Z",
        "FREQ=MONTHLY;INTERVAL=1;BYDAY=5TU;UNTIL=20270101T000000Z",
        "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;UNTIL=20270101",
        "FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;UNTIL=20270101T000000Z\nDTSTART:20000101T000000Z",
        "RRULE:FREQ=WEEKLY;INTERVAL=1;BYDAY=TU;UNTIL=20270101T000000Z",
    ],
)
def test_a_rule_of_elsewhere_is_refused(rule: str) -> None:
    with pytest.raises(BadRule):
        read(rule)


def test_weeks_are_counted_from_the_first_day_that_there_is() -> None:
    days = planned(weekly(1, every=2), date(2026, 1, 14), date(2026, 2, 28))  # from a Wednesday
    assert [day.isoformat() for day in days] == ["2026-01-20", "2026-02-03", "2026-02-17"]


@pytest.mark.parametrize(
    ("wish", "earliest", "first"),
    [
        (weekly(0), date(2026, 1, 7), "2026-01-12"),  # the Monday before is nearer
        (weekly(0), date(2026, 1, 13), "2026-01-19"),  # and has passed
        (weekly(2), date(2026, 1, 7), "2026-01-14"),
        (weekly(1), date(2026, 1, 7), "2026-01-13"),
    ],
)
def test_a_changed_plan_begins_with_the_nearest_day(wish: Recurrence, earliest: date, first: str) -> None:
    assert planned(wish, FIRST, date(2026, 3, 1), earliest=earliest)[0].isoformat() == first


def test_a_time_that_the_clocks_jump_over_comes_as_much_later() -> None:
    days = [date(2026, 3, 28), date(2026, 3, 29), date(2026, 3, 30)]
    shown = [moment_of(day, time(1, 30), LONDON).astimezone(LONDON) for day in days]
    assert [f"{moment:%d %H:%M}" for moment in shown] == ["28 01:30", "29 02:30", "30 01:30"]
    assert odd_days(days, time(1, 30), LONDON) == [shown[1]]


def test_a_time_that_comes_twice_is_taken_the_first_time() -> None:
    moment = moment_of(date(2026, 11, 1), time(1, 30), NEW_YORK)
    assert moment == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)  # an hour later it comes again
    assert odd_days([date(2026, 11, 1)], time(1, 30), NEW_YORK) == []


@pytest.mark.parametrize(
    ("wish", "said"),
    [
        (weekly(1), "Every week on Tuesday"),
        (weekly(3, 1, every=2), "Every 2 weeks on Tuesday and Thursday"),
        (Recurrence(Kind.MONTH_DAY, month_day=12), "Every month on day 12"),
        (Recurrence(Kind.MONTH_DAY, 3, month_day=LAST), "Every 3 months on the last day"),
        (Recurrence(Kind.MONTH_WEEKDAY, 1, (1,), nth=2), "Every month on the second Tuesday"),
        (Recurrence(Kind.MONTH_WEEKDAY, 1, (4,), nth=LAST), "Every month on the last Friday"),
    ],
)
def test_in_words(wish: Recurrence, said: str) -> None:
    assert words(wish) == said


def test_a_line() -> None:
    said = line(weekly(1), time(18), date(2026, 6, 2), LONDON)
    assert said == "Every week on Tuesday at 18:00 (London time), until 2 June 2026"
