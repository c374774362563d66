"""What is offered, held against a plain count of quarters of an hour: all that is free, and nothing else."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from sessions.fitting import AROUND, THEIR_OWN, Misfit, Need
from sessions.free_time import ANY_DAY, STEP, WEEKS_APART, Hours, Span, Stretch, united, week_of

QUARTER = timedelta(minutes=15)
DAYS = 3
# Days before both changes of the clock, days after them, and a quiet one.
FIRST_DAYS = [date(2026, 3, 27), date(2026, 10, 23), date(2026, 5, 12), date(2026, 9, 4), date(2026, 4, 3)]
ZONES = ["Europe/London", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "America/Santiago"]
zones = st.sampled_from(ZONES).map(ZoneInfo)
quarters = st.integers(min_value=0, max_value=96)


@st.composite
def stretches(draw: st.DrawFn) -> tuple[Stretch, ...]:
    found = []
    for weekday in range(7):
        ends = sorted(draw(st.lists(quarters, max_size=4, unique=True)))
        found += [
            Stretch(weekday, first * 15, last * 15)
            for first, last in zip(ends[::2], ends[1::2], strict=False)
        ]
    return tuple(found)


@st.composite
def some_spans(draw: st.DrawFn, first: datetime, most: int = 3) -> tuple[Span, ...]:
    starts = draw(st.lists(st.integers(-96, 96 * (DAYS + 1)), max_size=most))
    lengths = [draw(st.integers(1, 24)) for _ in starts]
    made = [
        (first + start * QUARTER, first + (start + length) * QUARTER)
        for start, length in zip(starts, lengths, strict=True)
    ]
    return tuple(united(made))


@st.composite
def hours(draw: st.DrawFn, first: datetime) -> Hours:
    return Hours(
        zone=draw(zones),
        weekly=draw(st.one_of(st.none(), stretches())),
        closed=draw(some_spans(first)),
        extra=draw(some_spans(first, most=1)),
        taken=draw(some_spans(first)),
        notice=draw(st.sampled_from([timedelta(0), timedelta(hours=5), timedelta(days=1)])),
        rest=draw(st.sampled_from([timedelta(0), timedelta(minutes=30)])),
        most_a_week=draw(st.sampled_from([None, 0, 1, 2])),
    )


@st.composite
def cases(draw: st.DrawFn) -> tuple[Need, datetime]:
    day = draw(st.sampled_from(FIRST_DAYS))
    first = datetime(day.year, day.month, day.day, tzinfo=UTC)
    supporter = draw(hours(first))
    met = draw(st.lists(st.integers(-3, 3), max_size=2))
    need = Need(
        supporter=supporter,
        peer=Hours(zone=draw(zones), taken=draw(some_spans(first))),
        room=draw(st.one_of(st.none(), hours(first))),
        rhythm=draw(st.sampled_from(sorted(WEEKS_APART))),
        weeks_met=frozenset(week_of(first, supporter.zone) + each for each in met),
    )
    return need, first


def is_open(one: Hours, moment: datetime) -> bool:
    """Whether a quarter of an hour lies inside somebody's hours, as one reads it off the clock on their wall."""
    if any(start <= moment < end for start, end in one.extra):
        return True
    if any(start <= moment < end for start, end in one.closed):
        return False
    wall = moment.astimezone(one.zone)
    minute = wall.hour * 60 + wall.minute
    weekly = ANY_DAY if one.weekly is None else one.weekly
    return any(
        each.weekday == wall.weekday() and each.from_minute <= minute < each.to_minute for each in weekly
    )


def clashes(one: Hours, start: datetime, end: datetime) -> bool:
    return any(begins < end and start < ends for begins, ends in one.taken)


def sessions_that_week(one: Hours, start: datetime) -> int:
    monday = start.astimezone(one.zone).date()
    monday -= timedelta(days=monday.weekday())
    days = [begins.astimezone(one.zone).date() for begins, _ends in one.taken]
    return sum(monday <= day < monday + timedelta(days=7) for day in days)


def fits(need: Need, start: datetime, end: datetime, now: datetime, *, own: bool) -> bool:
    """The rules once more, one after another."""
    owners = [need.supporter] + ([need.room] if need.room else [])
    if start <= now or any(clashes(one, start, end) for one in [*owners, need.peer]):
        return False
    week = week_of(start, need.peer.zone)
    if any(abs(week - met) < WEEKS_APART[need.rhythm] for met in need.weeks_met):
        return False
    for one in owners:
        notice = timedelta(0) if own and one is need.supporter else one.notice
        full = one.most_a_week is not None and sessions_that_week(one, start) >= one.most_a_week
        if start - now < notice or full or clashes(one, start - one.rest, end + one.rest):
            return False
    return True


def expected(
    need: Need, first: datetime, last: datetime, length: timedelta, now: datetime, *, own: bool
) -> list[Span]:
    """Each run of open quarters, from its beginning, half an hour by half an hour."""
    owners = [need.supporter] + ([need.room] if need.room else [])
    found, moment, run = [], first - AROUND, None
    while moment < last + AROUND:
        is_open_now = all(is_open(one, moment) for one in owners)
        run = (run or moment) if is_open_now else None
        if run is not None and (moment - run) % STEP == timedelta(0):
            found.append(moment)
        moment += QUARTER

    def stays_open(start: datetime) -> bool:
        steps = int(length / QUARTER)
        return start + length <= last + AROUND and all(
            is_open(one, start + step * QUARTER) for step in range(steps) for one in owners
        )

    return [
        (start, start + length)
        for start in found
        if first <= start < last and stays_open(start) and fits(need, start, start + length, now, own=own)
    ]


@settings(max_examples=200, deadline=None)
@given(cases(), st.sampled_from([1, 2, 4, 12]), st.booleans(), st.integers(-48, 200))
def test_all_that_is_free_and_nothing_else(
    case: tuple[Need, datetime], length: int, own: bool, now: int
) -> None:
    need, first = case
    last, clock = first + timedelta(days=DAYS), first + now * QUARTER
    found = list(need.free(first, last, length=length * QUARTER, now=clock, own=own))
    assert found == expected(need, first, last, length * QUARTER, clock, own=own)


@settings(max_examples=100, deadline=None)
@given(cases(), st.integers(0, 96 * DAYS), st.integers(1, 8))
def test_what_is_not_offered_has_a_reason(case: tuple[Need, datetime], start: int, length: int) -> None:
    """The same rules refuse a time that is typed by hand, at any minute."""
    need, first = case
    begins = first + start * QUARTER
    ends = begins + length * QUARTER
    now = first - timedelta(days=3)
    reasons = set(need.misfits(begins, ends, now=now))
    inside = all(
        is_open(one, begins + step * QUARTER) if one.weekly is not None else True
        for step in range(length)
        for one in [need.supporter]
    )
    if need.supporter.weekly is not None:
        assert (Misfit.OUTSIDE not in reasons) == inside
    assert (not reasons - {Misfit.OUTSIDE, Misfit.ROOM_OUTSIDE}) == fits(need, begins, ends, now, own=False)
    assert THEIR_OWN.isdisjoint({Misfit.TAKEN, Misfit.TOO_OFTEN, Misfit.ROOM_OUTSIDE})


def test_what_is_taken_is_not_called_a_want_of_rest() -> None:
    two = datetime(2026, 6, 1, 14, tzinfo=UTC)
    length, now, zone = timedelta(minutes=50), two - timedelta(days=3), ZoneInfo("UTC")
    supporter = Hours(zone=zone, rest=timedelta(minutes=15), taken=[(two, two + length)])
    need = Need(supporter, Hours(zone=zone), None, "each_time", frozenset())
    for minutes, reason in ((20, Misfit.TAKEN), (55, Misfit.REST)):
        begins = two + timedelta(minutes=minutes)
        assert list(need.misfits(begins, begins + length, now=now)) == [reason]
