"""The daily task: meetings 26 weeks ahead, each day once, however often and however much at once it runs."""

import threading
import time as clock
from datetime import date, timedelta
from typing import Any

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from audit.actions import Clock, Operator
from audit.models import Event
from lib import wall
from people.actions import groups
from people.models import Facilitator, Organisation
from sessions import tasks
from sessions.actions import facilitating, meetings, series
from sessions.models import Hold, MeetingSeries, PeerSession
from sessions.recurrence import Kind, Recurrence
from tests import factories
from tests.sessions import planned
from tests.sessions.test_hold import many_connections, race  # noqa: F401
from tests.sessions.test_plan_meeting import holders
from venues.actions import rooms

LATER = planned.START + timedelta(weeks=10)
YEAR = planned.plan(until_on=date(2026, 12, 29))


def occurring(made: series.Made) -> list[date | None]:
    return list(made.series.meetings.order_by("occurs_on").values_list("occurs_on", flat=True))


def test_what_has_come_within_half_a_year_is_made(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found, YEAR)
    before = len(made.meetings)
    tasks.make_meetings_of(ash.pk, LATER)
    made.series.refresh_from_db()
    assert made.series.made_until == LATER.date() + timedelta(weeks=26)
    assert occurring(made) == [planned.TUESDAY + timedelta(days=7 * week) for week in range(before + 10)]
    newest = made.series.meetings.latest("occurs_on")
    assert holders(newest) == {found.first.pk, found.second.pk}
    events = Event.objects.filter(verb="sessions.make_ahead")
    assert [(one.actor, one.detail["meetings"]) for one in events] == [("clock", 10)]
    tasks.make_meetings_of(ash.pk, LATER)  # again
    assert (len(occurring(made)), events.count()) == (before + 10, 1)
    tasks.make_meetings_of(ash.pk, LATER + timedelta(weeks=16))
    assert occurring(made)[-1] == date(2026, 12, 29)


def test_what_has_passed_is_not_made(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found, YEAR)
    tasks.make_meetings_of(ash.pk, planned.START + timedelta(weeks=40))  # as if nobody had run it for months
    late = made.series.meetings.filter(booked_by="clock").order_by("occurs_on")
    assert next(row.occurs_on for row in late) == date(2026, 10, 13)


def test_a_meeting_that_was_moved_or_called_off_stays_as_it_is(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found, YEAR)
    by = factories.member(found.first)
    moved, off = made.meetings[1], made.meetings[2]
    meetings.move_meeting(
        peer_session_id=moved.pk,
        sequence=0,
        starts_at=moved.starts_at + timedelta(days=40),
        minutes=60,
        where=planned.where(),
        by=by,
        now=planned.START,
    )
    meetings.cancel_meeting(peer_session_id=off.pk, why="time", by=by, now=planned.START)
    MeetingSeries.objects.update(made_until=None)  # as if nothing had been made
    with wall.inside(ash.pk):
        again = series.make_ahead(series_id=made.series.pk, by=Clock(ash.pk), now=planned.START)
    assert again.meetings == []
    assert PeerSession.objects.get(pk=off.pk).state == "cancelled"
    assert PeerSession.objects.get(pk=moved.pk).starts_at == moved.starts_at + timedelta(days=40)


def test_ended_series_and_groups_that_were_put_away_get_none(ash: Organisation) -> None:
    found, other = planned.gathering(ash), planned.gathering(ash)
    ended, away = planned.again(found, YEAR), planned.again(other, YEAR)
    by = factories.member(found.coordinator)
    series.end_series(series_id=ended.series.pk, revision=0, why="other", by=by, now=planned.START)
    groups.archive_group(group_id=other.group.pk, by=Operator(ash.pk), now=planned.START)
    count = PeerSession.objects.count()
    tasks.make_meetings_of(ash.pk, LATER)
    for one in (ended, away):
        with wall.inside(ash.pk):
            assert series.make_ahead(series_id=one.series.pk, by=Clock(ash.pk), now=LATER).meetings == []
    assert PeerSession.objects.count() == count


def test_a_room_that_was_closed_meanwhile(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found, planned.plan(planned.where(found), until_on=date(2026, 12, 29)))
    rooms.close_room(room_id=found.room.pk, by=Operator(ash.pk), now=planned.START)
    tasks.make_meetings_of(ash.pk, LATER)
    newest = made.series.meetings.latest("occurs_on")
    assert (newest.setting, newest.room_id) == ("room", None)
    assert holders(newest) == {found.first.pk, found.second.pk}
    assert made.meetings[0].room_id == found.room.pk


def test_one_series_that_goes_wrong_does_not_hold_up_the_others(
    ash: Organisation, caplog: pytest.LogCaptureFixture
) -> None:
    found = planned.gathering(ash)
    wrong, right = planned.again(found, YEAR), planned.again(found, YEAR)
    MeetingSeries.objects.filter(pk=wrong.series.pk).update(rule="FREQ=SECONDLY")
    tasks.make_meetings_of(ash.pk, LATER)
    assert len(occurring(right)) == len(right.meetings) + 10
    assert f"meetings of series {wrong.series.pk} could not be made" in caplog.text


def test_every_organisation_is_served_inside_its_own_wall(
    ash: Organisation, elm: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = {}
    for organisation in (ash, elm):
        wall.enter(organisation.pk)
        made[organisation.pk] = planned.again(planned.gathering(organisation), YEAR)
    monkeypatch.setattr(timezone, "now", lambda: LATER)
    tasks.make_meetings()
    for organisation in (ash, elm):
        wall.enter(organisation.pk)
        one = made[organisation.pk]
        assert len(occurring(one)) == len(one.meetings) + 10


def test_it_runs_once_a_day() -> None:
    assert {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()} >= {tasks.make_meetings.name}


@pytest.mark.usefixtures("many_connections")
def test_many_at_once_make_each_day_once() -> None:
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = planned.gathering(ash)
        made = planned.again(found, planned.plan(planned.where(found), until_on=date(2026, 12, 29)))

    def run() -> Any:
        return series.make_ahead(series_id=made.series.pk, by=Clock(ash.pk), now=LATER)

    results = race(ash, [run] * 8)
    assert all(isinstance(one, series.Made) for one in results), results
    assert sorted(len(one.meetings) for one in results if isinstance(one, series.Made)) == [0] * 7 + [10]
    with wall.inside(ash.pk):
        every = occurring(made)
        assert len(every) == len(set(every)) == len(made.meetings) + 10
        assert Hold.objects.filter(released_at__isnull=True).count() == 3 * len(every)


@pytest.mark.usefixtures("many_connections")
def test_who_stops_facilitating_meanwhile_is_down_for_nothing() -> None:
    """The task waits in the group's line until the ending is done; without the line it would hold the old people."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = planned.gathering(ash)
        made = planned.again(found, YEAR)
        facilitator = Facilitator.objects.get(membership=found.first)
    done: list[object] = []

    def run() -> None:
        try:
            with wall.inside(ash.pk):
                done.append(series.make_ahead(series_id=made.series.pk, by=Clock(ash.pk), now=LATER))
        except Exception as error:
            done.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    with wall.inside(ash.pk):
        by = factories.member(found.coordinator)
        facilitating.end_facilitating(facilitator_id=facilitator.pk, by=by, now=planned.START)
        thread.start()
        clock.sleep(1)
        assert done == []  # it waits
    thread.join(30)
    assert isinstance(done[0], series.Made), done
    with wall.inside(ash.pk):
        assert not Hold.objects.filter(supporter=found.first, released_at__isnull=True).exists()
        assert Hold.objects.filter(supporter=found.second).count() == len(made.meetings) + 10


def test_a_month_without_its_day_is_left_out(ash: Organisation) -> None:
    found = planned.gathering(ash)
    wish = planned.plan(recurrence=Recurrence(Kind.MONTH_DAY, month_day=31), until_on=date(2026, 6, 30))
    assert [str(day) for day in occurring(planned.again(found, wish))] == [
        "2026-01-31",
        "2026-03-31",
        "2026-05-31",
    ]
