"""Signals: facts with counts and dates, for a supporter and their supervisor, and nobody else."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from psycopg.types.range import Range

from lib import wall
from people.actions.members import begin_supervision
from people.models import Membership, Organisation, Peer, User
from sessions.actions import outcomes, pairings
from sessions.models import Agreement, Availability, HoursException, PeerSession, SessionLog, WeeklyHours
from sessions.queries.signals import LOOK_BACK, signal_page, signals_of
from tests import factories
from tests.people.asking import says
from tests.sessions import booked, met
from tests.sessions.test_pairings import queries, supervised

PAGE = "/o/ash/signals/"
NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)  # a Wednesday


def words(found: booked.Thread, now: datetime = NOW) -> list[str]:
    """What the supporter reads, without the name of the peer."""
    with wall.inside(found.organisation.pk):
        member = factories.member(found.supporter)
        return [signal.words for signal in signals_of(member, [found.supporter.pk], now)]


def at(found: booked.Thread, starts_at: datetime, **changes: Any) -> PeerSession:
    """A session that was booked some days before."""
    return booked.session(found, starts_at, now=starts_at - timedelta(days=3), **changes)


def hours(found: booked.Thread, *stretches: tuple[int, time, time]) -> Availability:
    """The supporter's weekly hours: weekday (Monday is 0), from, to."""
    asks = Availability.objects.create(
        organisation=found.organisation, membership=found.supporter, set_at=booked.START
    )
    for weekday, first, last in stretches:
        WeeklyHours.objects.create(
            organisation=found.organisation,
            availability=asks,
            weekday=weekday,
            from_minute=first.hour * 60 + first.minute,
            to_minute=last.hour * 60 + last.minute if last else 1440,
        )
    return asks


def differs(found: booked.Thread, kind: str, first: datetime, last: datetime, **rest: Any) -> None:
    HoursException.objects.create(
        organisation=found.organisation,
        membership=found.supporter,
        kind=kind,
        during=Range(first, last),
        added_at=booked.START,
        added_by="operator",
        **rest,
    )


def tuesday(clock: time, zone: Any = booked.LONDON) -> datetime:
    return datetime.combine(date(2026, 11, 10), clock, tzinfo=zone).astimezone(UTC)


# Nothing ---------------------------------------------------------------------------------------------------------


def test_nothing_stands_out(ash: Organisation) -> None:
    found = booked.thread(ash)
    at(found, tuesday(time(14)))
    assert words(found) == []
    page = factories.signed_in(found.supporter).get(PAGE)
    assert says(page, "Nothing stands out")
    assert "<title>Signals</title>" in page.content.decode()


# More than agreed ------------------------------------------------------------------------------------------------


def test_more_sessions_than_agreed(ash: Organisation) -> None:
    found = booked.thread(ash)
    for weeks in range(3):
        at(found, tuesday(time(14)) - timedelta(weeks=weeks))
    two = met.Two(ash, found.coordinator, found.supporter, found.peer, found.pairing)
    met.yes(two, met.ready_again(two, sessions_agreed=2, review_on=date(2026, 12, 24), now=NOW), now=NOW)
    assert words(found) == ["1 session more than the 2 you agreed on, the last booked on 7 November 2026."]
    PeerSession.objects.filter(starts_at=tuesday(time(14))).update(
        state="missed", closed_at=NOW, closed_by="x"
    )
    assert words(found) == []  # what did not take place does not count


# Outside the hours -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("starts", "outside"),
    [
        (time(9), False),
        (time(8, 59), True),
        (time(16, 10), False),
        (time(16, 11), True),
        (time(12, 40), False),
    ],
)
def test_outside_ones_own_hours(ash: Organisation, starts: time, outside: bool) -> None:
    """Two stretches that meet are one; a session has to lie in them from its first minute to its last."""
    found = booked.thread(ash)
    at(found, tuesday(starts))
    hours(found, (1, time(9), time(13)), (1, time(13), time(17)))
    said = ["1 session outside the supporter’s own hours in the last 90 days, on 10 November 2026."]
    assert words(found) == (said if outside else [])


def test_without_hours_no_time_is_outside(ash: Organisation) -> None:
    found = booked.thread(ash)
    at(found, tuesday(time(23)))
    assert words(found) == []
    hours(found)
    assert words(found) == []


def test_on_the_supporters_own_clock(ash: Organisation) -> None:
    """Nine in the morning in Auckland is a London evening, the day before."""
    found = booked.thread(ash)
    at(found, tuesday(time(20)))  # Wednesday, 9:00 there
    hours(found, (2, time(9), time(10)))
    assert len(words(found)) == 1
    User.objects.filter(pk=found.supporter.user_id).update(zone="Pacific/Auckland")
    assert words(found) == []


@pytest.mark.parametrize("day", [date(2026, 10, 24), date(2026, 10, 25), date(2026, 10, 31)])
def test_the_hours_follow_the_clock_through_its_change(ash: Organisation, day: date) -> None:
    """On 25 October 2026 the clocks go back in London at two."""
    found = booked.thread(ash)
    hours(found, (day.weekday(), time(9), time(10)))
    start = datetime.combine(day, time(9), tzinfo=booked.LONDON).astimezone(UTC)
    with wall.inside(ash.pk):
        Availability.objects.update(set_at=start)
    PeerSession.objects.all().delete()
    row = _put(found, start)
    assert words(found) == []
    PeerSession.objects.filter(pk=row.pk).update(
        starts_at=start - timedelta(minutes=5), ends_at=start + timedelta(minutes=45)
    )
    assert len(words(found)) == 1


def test_hours_that_a_clock_change_swallows_are_no_trouble(ash: Organisation) -> None:
    """On 29 March 2026 there is no 1:50 in London."""
    found = booked.thread(ash)
    hours(found, (6, time(1, 50), time(2, 10)))
    _put(found, datetime(2026, 3, 29, 1, 0, tzinfo=UTC))
    assert len(words(found, datetime(2026, 4, 1, tzinfo=UTC))) == 1


def _put(found: booked.Thread, start: datetime) -> PeerSession:
    """A session from before the hours were set: put there, for no booking would let it through."""
    return PeerSession.objects.create(
        organisation=found.organisation,
        pairing=found.pairing,
        setting="walk",
        starts_at=start,
        ends_at=start + timedelta(minutes=50),
        booked_at=start - timedelta(days=3),
        booked_by="operator",
    )


def test_extra_hours_and_days_away(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = at(found, tuesday(time(16, 30)))  # till 17:20
    hours(found, (1, time(9), time(17)))
    assert len(words(found)) == 1
    differs(found, "extra", tuesday(time(17)), tuesday(time(18)))
    assert words(found) == []  # the two together hold it
    differs(found, "ill", tuesday(time(8)), tuesday(time(16, 40)), removed_at=NOW)
    assert words(found) == []
    differs(found, "away", tuesday(time(8)), tuesday(time(16, 40)))
    assert len(words(found)) == 1
    PeerSession.objects.filter(pk=row.pk).update(
        starts_at=NOW + timedelta(days=1), ends_at=NOW + timedelta(days=2)
    )
    assert words(found) == []  # what is still to come has not been


# Running over ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("lasted", "over"), [(None, False), (50, False), (60, False), (61, True)])
def test_running_over(ash: Organisation, lasted: int | None, over: bool) -> None:
    found = booked.thread(ash)
    _logged(found, tuesday(time(14)), lasted)
    said = ["1 session in the last 90 days ran 11 minutes over the agreed time, on 10 November 2026."]
    assert words(found) == (said if over else [])


def test_the_length_that_was_agreed_then(ash: Organisation) -> None:
    found = booked.thread(ash)
    _logged(found, tuesday(time(14)), 90)
    _logged(found, tuesday(time(14)) - timedelta(weeks=1), 75)
    assert words(found) == [
        "2 sessions in the last 90 days ran over the agreed time, by up to 40 minutes, "
        "the last on 10 November 2026."
    ]
    two = met.Two(ash, found.coordinator, found.supporter, found.peer, found.pairing)
    draft = met.ready_again(two, minutes=90, review_on=date(2026, 12, 24), now=NOW)
    met.yes(two, draft, now=NOW)
    assert len(words(found)) == 1
    _logged(found, NOW + timedelta(hours=1), 99)
    assert len(words(found, NOW + timedelta(days=1))) == 1
    assert Agreement.objects.count() == 2


def _logged(found: booked.Thread, starts_at: datetime, lasted: int | None) -> None:
    row = at(found, starts_at)
    outcomes.close(row, "log", by=factories.member(found.supporter), now=row.ends_at)
    SessionLog.objects.create(
        organisation=found.organisation,
        peer_session=row,
        fit="same",
        lasted_minutes=lasted,
        written_at=row.ends_at,
        written_by=f"member:{found.supporter.pk}",
    )


# Too many, called off --------------------------------------------------------------------------------------------


def test_too_many_peers(ash: Organisation) -> None:
    found = booked.thread(ash)
    met.pair(found.coordinator, found.supporter, factories.peer(ash))
    assert words(found) == []
    Membership.objects.filter(pk=found.supporter.pk).update(most_peers=1)
    assert words(found) == [
        "2 people at a time, where 1 is set as the most; the last one came on 5 January 2026."
    ]


@pytest.mark.parametrize(("side", "who"), [("peer", "the peer"), ("supporter", "the supporter")])
def test_repeated_cancellations(ash: Organisation, side: str, who: str) -> None:
    found = booked.thread(ash)
    by = factories.member(found.supporter)
    for weeks in range(4):
        row = at(found, tuesday(time(14)) - timedelta(weeks=weeks))
        before = row.starts_at - timedelta(hours=30)
        party = side if weeks else "organisation"
        outcomes.cancel(peer_session_id=row.pk, why="time", side=party, by=by, now=before)
        if weeks < 3:
            assert words(found) == []
    assert words(found) == [
        f"Called off 3 times by {who} in the last 90 days, the last time on 2 November 2026."
    ]
    assert words(found, NOW + LOOK_BACK) == []


@pytest.mark.parametrize(("side", "who"), [("peer", "The peer"), ("supporter", "The supporter"), ("", None)])
def test_repeatedly_not_there(ash: Organisation, side: str, who: str | None) -> None:
    """Whose side nobody knows is nobody's."""
    found = booked.thread(ash)
    by = factories.member(found.supporter)
    for weeks in (1, 2, 3):
        assert words(found) == []
        row = at(found, tuesday(time(14)) - timedelta(weeks=weeks))
        outcomes.miss(peer_session_id=row.pk, side=side, by=by, now=row.ends_at)
    said = [f"{who} could not be there 3 times in the last 90 days, the last time on 3 November 2026."]
    assert words(found) == (said if who else [])
    assert words(found, NOW + LOOK_BACK) == []


def test_called_off_and_not_there_count_together_and_stand_side_by_side(ash: Organisation) -> None:
    found = booked.thread(ash)
    by = factories.member(found.supporter)
    rows = [at(found, tuesday(time(14)) - timedelta(weeks=weeks)) for weeks in (1, 2, 3, 4)]
    outcomes.cancel(peer_session_id=rows[0].pk, why="time", side="peer", by=by, now=rows[0].booked_at)
    outcomes.miss(peer_session_id=rows[1].pk, side="supporter", by=by, now=rows[1].ends_at)
    outcomes.miss(peer_session_id=rows[2].pk, side="peer", by=by, now=rows[2].ends_at)
    assert words(found) == []  # two by one side, one by the other
    outcomes.miss(peer_session_id=rows[3].pk, side="peer", by=by, now=rows[3].ends_at)
    assert words(found) == [
        "Called off once by the peer in the last 90 days, on 31 October 2026.",
        "The peer could not be there 2 times in the last 90 days, the last time on 20 October 2026.",
    ]


# More often than agreed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rhythm", "days", "often"),
    [
        ("weekly", 2, True),  # Tuesday and Thursday
        ("weekly", 6, False),  # Tuesday, and Monday of the next week
        ("fortnightly", 7, True),
        ("fortnightly", 13, False),
        ("monthly", 26, True),
        ("monthly", 27, False),
        ("each_time", 0, False),
    ],
)
def test_more_often_than_agreed(ash: Organisation, rhythm: str, days: int, often: bool) -> None:
    """Calendar weeks count, as they do when somebody books."""
    found = booked.thread(ash, rhythm=rhythm)
    first = tuesday(time(14)) - timedelta(weeks=6)
    _put(found, first)
    _put(found, first + timedelta(days=days, hours=2))
    assert words(found) == (
        [TOO_OFTEN % (first + timedelta(days=days - 3)).strftime("%-d %B %Y")] if often else []
    )
    PeerSession.objects.filter(starts_at=first).update(state="missed", closed_at=NOW, closed_by="x")
    assert words(found) == []


TOO_OFTEN = "1 session, lately or to come, sooner after the one before than you agreed on, since %s."


def test_the_weeks_are_on_the_peers_clock(ash: Organisation) -> None:
    """Sunday evening in London is Monday morning in Auckland."""
    found = booked.thread(ash, rhythm="weekly")
    _put(found, datetime(2026, 11, 8, 20, 0, tzinfo=UTC))
    _put(found, datetime(2026, 11, 10, 20, 0, tzinfo=UTC))
    assert words(found) == []
    Peer.objects.update(zone="Pacific/Auckland")
    assert words(found) == [TOO_OFTEN % "7 November 2026"]


def test_what_was_agreed_then_counts_for_what_was_held_then(ash: Organisation) -> None:
    """What is booked for later has to keep to the newest agreement."""
    found = booked.thread(ash, rhythm="weekly")
    for weeks in (2, 1, 0):
        _put(found, tuesday(time(14)) - timedelta(weeks=weeks))
    _put(found, tuesday(time(14)) + timedelta(weeks=2))
    _put(found, tuesday(time(14)) + timedelta(weeks=3))
    assert words(found) == []
    two = met.Two(ash, found.coordinator, found.supporter, found.peer, found.pairing)
    met.yes(two, met.ready_again(two, rhythm="fortnightly", review_on=date(2026, 12, 24), now=NOW), now=NOW)
    assert words(found) == [TOO_OFTEN % "28 November 2026"]


def test_an_ended_pairing_gives_none(ash: Organisation) -> None:
    found = booked.thread(ash)
    _logged(found, tuesday(time(14)), 90)
    pairings.end(pairing_id=found.pairing.pk, by=factories.member(found.supporter), now=NOW)
    assert words(found) == []


def test_what_is_new(ash: Organisation) -> None:
    found = booked.thread(ash)
    _logged(found, tuesday(time(14)), 90)
    member = factories.member(found.supporter)
    for days, new in ((6, True), (8, False)):
        later = tuesday(time(14)) + timedelta(days=days)
        (group,) = signal_page(member, later).groups
        assert [signal.is_new for signal in group.signals] == [new]


# Who -------------------------------------------------------------------------------------------------------------


def crowd(ash: Organisation, count: int) -> list[booked.Thread]:
    """So many supporters, each with more people than they can carry."""
    made = [booked.thread(ash) for _ in range(count)]
    Membership.objects.update(most_peers=0)
    return made


def test_each_sees_their_own(ash: Organisation, elm: Organisation) -> None:
    mine, others = crowd(ash, 2)
    lead = supervised(ash, others.supporter)
    for row in (mine.supporter, lead):
        page = factories.signed_in(row).get(PAGE).context["page"]
        assert (len(page.groups), page.looked_at) == (1, 1)
    (group,) = factories.signed_in(lead).get(PAGE).context["page"].groups
    assert {signal.supporter_id for signal in group.signals} == {others.supporter.pk}
    assert factories.signed_in(mine.coordinator).get(PAGE).status_code == 403
    assert says(factories.signed_in(factories.supervisor(ash)).get(PAGE), "You do not support anybody yet")
    assert factories.signed_in(factories.supporter(elm)).get(PAGE).status_code == 404
    wall.enter(ash.pk)
    assert factories.signed_in(lead).post(PAGE).status_code == 405


def test_supporters_stand_by_name_whatever_there_is(ash: Organisation) -> None:
    few, many = crowd(ash, 2)
    User.objects.filter(pk=few.supporter.user_id).update(preferred_name="Ada")
    User.objects.filter(pk=many.supporter.user_id).update(preferred_name="Zoe")
    _logged(many, tuesday(time(14)), 90)
    lead = factories.member(supervised(ash, many.supporter))
    two = met.Two(ash, few.coordinator, few.supporter, few.peer, few.pairing)
    met.supervised(two)
    begin_supervision(
        supervisor_id=lead.id,
        supporter_id=few.supporter.pk,
        by=factories.member(few.coordinator),
        now=met.START,
    )
    page = signal_page(lead, NOW)
    assert [(group.name, len(group.signals)) for group in page.groups] == [("Ada", 1), ("Zoe", 2)]


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_for_one_and_for_three(ash: Organisation, count: int) -> None:
    made = crowd(ash, count)
    lead = supervised(ash, made[0].supporter)
    for found in made[1:]:
        by = factories.member(found.coordinator)
        begin_supervision(supervisor_id=lead.pk, supporter_id=found.supporter.pk, by=by, now=met.START)
    client = factories.signed_in(lead)
    assert queries(client, PAGE) == 5
    assert len(client.get(PAGE).context["page"].groups) == count
    assert queries(factories.signed_in(made[0].supporter), PAGE) == 5
