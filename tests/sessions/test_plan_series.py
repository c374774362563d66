"""Planning meetings that come again: which days, on whose clock, and what is made when something is taken."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit.actions import Operator
from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.actions import groups
from people.models import Organisation
from reminders.models import Reminder
from sessions.models import Hold, MeetingSeries, PeerSession
from sessions.recurrence import Recurrence
from tests import factories
from tests.sessions import booked, planned
from tests.sessions.test_plan_meeting import holders
from tests.sessions.test_recurrence import recurrences, zones
from venues.actions import rooms

NEW_YORK = ZoneInfo("America/New_York")


def days(rows: list[PeerSession]) -> list[str]:
    return [row.occurs_on.isoformat() for row in rows if row.occurs_on]


def test_planning(ash: Organisation) -> None:
    found = planned.gathering(ash)
    client, page = factories.signed_in(found.first), found.url("plan_series")
    initial = client.get(page).context["form"].initial
    assert (initial["zone"], initial["places"]) == ("Europe/London", 12)
    sent = planned.series_typed(setting="room", room=found.room.pk, side_room=found.side_room.pk)
    answer = client.post(page, sent)
    made = MeetingSeries.objects.get()
    assert answer["Location"] == found.url("series", made.pk)
    meetings = list(made.meetings.order_by("starts_at"))
    first = booked.day_ahead()
    assert [row.occurs_on for row in meetings] == [first + timedelta(days=7 * week) for week in range(4)]
    for row in meetings:
        assert row.starts_at.astimezone(planned.LONDON).time() == time(18)
        assert holders(row) == {found.first.pk, found.second.pk, found.room.pk, found.side_room.pk}
    assert Reminder.objects.filter(kind="session_tomorrow").count() == 8
    assert (made.first_on, made.made_until) == (first, made.until_on)
    weekday = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"][first.weekday()]
    assert made.rule.startswith(f"FREQ=WEEKLY;INTERVAL=1;BYDAY={weekday};UNTIL=")
    assert client.post(page, sent)["Location"] == answer["Location"]  # twice is once
    assert PeerSession.objects.count() == 4
    assert Event.objects.filter(verb="sessions.plan_series", object_id=str(made.pk)).count() == 1
    shown = client.get(answer["Location"]).content.decode()
    assert "Every week on" in shown
    assert "Planned: 4 meetings so far." in shown


def test_what_is_not_due_for_half_a_year_is_made_later(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found, planned.plan(until_on=date(2028, 1, 4)))
    assert made.series.made_until == planned.START.date() + timedelta(weeks=26)
    assert days(made.meetings)[-1] == "2026-06-30"  # the 26 weeks end on a Monday, 6 July
    assert len(made.meetings) == 25
    shown = factories.signed_in(found.first).get(found.url("series", made.series.pk)).content.decode()
    assert "later ones follow by themselves" in shown


def test_through_the_clock_changes(ash: Organisation) -> None:
    found = planned.gathering(ash)
    wish = planned.plan(from_on=date(2026, 3, 15), until_on=date(2026, 4, 10), recurrence=planned.weekly(6))
    made = planned.again(found, wish)
    shown = [(row.starts_at.hour, row.starts_at.astimezone(planned.LONDON).hour) for row in made.meetings]
    assert shown == [(18, 18), (18, 18), (17, 18), (17, 18)]
    night = planned.plan(
        from_on=date(2026, 3, 29),
        until_on=date(2026, 4, 10),
        starts=time(1, 30),
        recurrence=planned.weekly(6),
    )
    early = planned.again(found, night)
    assert early.meetings[0].starts_at == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)  # 02:30 there
    page = factories.signed_in(found.first).get(found.url("series", early.series.pk)).content.decode()
    assert "On 29 March 2026 the clocks jump over this time. The meeting begins at 02:30." in page


def test_a_clock_elsewhere(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(
        found, planned.plan(zone=NEW_YORK, from_on=date(2026, 3, 3), until_on=date(2026, 3, 31))
    )
    # Their clocks go forward three weeks before London's.
    assert [row.starts_at.hour for row in made.meetings] == [23, 22, 22, 22, 22]
    assert {row.starts_at.astimezone(NEW_YORK).hour for row in made.meetings} == {18}


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(recurrences, st.integers(0, 360), st.integers(0, 740), zones, st.integers(0, 1439))
def test_meetings_of_any_rule_keep_the_walls_clock(
    ash: Organisation, wish: Recurrence, later: int, length: int, zone: ZoneInfo, minute: int
) -> None:
    group = _GROUPS.get(ash.pk) or _GROUPS.setdefault(ash.pk, planned.gathering(ash))
    from_on = planned.START.date() + timedelta(days=1 + later)
    clock = time(minute // 60, minute % 60)
    plan = planned.plan(
        recurrence=wish,
        from_on=from_on,
        until_on=from_on + timedelta(days=length),
        starts=clock,
        zone=zone,
        minutes=10,
    )
    try:
        made = planned.again(group, plan)
    except Refused:  # why it may be refused is tried in test_recurrence
        return
    last = planned.START.date() + timedelta(weeks=26)
    expected = [day for day in wish.days(made.series.first_on, plan.until_on) if day <= last]
    stored = list(made.series.meetings.order_by("occurs_on"))
    assert [row.occurs_on for row in stored] == expected
    for row in stored:
        shown = row.starts_at.astimezone(zone)
        assert (shown.date(), shown.time()) == (row.occurs_on, clock) or _is_jumped_over(row, clock, zone)


_GROUPS: dict[Any, planned.Gathering] = {}


def _is_jumped_over(row: PeerSession, clock: time, zone: ZoneInfo) -> bool:
    assert row.occurs_on is not None
    naive = datetime.combine(row.occurs_on, clock)
    return naive.replace(tzinfo=zone).astimezone(UTC).astimezone(zone).replace(tzinfo=None) != naive


def test_where_something_is_taken_the_meeting_is_made_without(ash: Organisation) -> None:
    found = planned.gathering(ash)
    first, third = booked.day_ahead(), booked.day_ahead(21)
    now = datetime.now(UTC)
    planned.meeting(found, planned.at(first), now=now, place=planned.where(found))
    pairing = booked.pairing(booked.thread(ash), factories.peer(ash), found.first)
    booked.session(pairing, planned.at(third), now=now)
    client = factories.signed_in(found.coordinator)
    sent = planned.series_typed(setting="room", room=found.room.pk)
    answer = client.post(found.url("plan_series"), sent, follow=True)
    page = answer.content.decode()
    assert "1 meeting has no room yet, because it is taken then" in page
    assert page.count("No room yet") == 1
    # On the first day both are at the other meeting; on the last one of them is booked.
    assert (page.count("No facilitator yet"), page.count("One facilitator only")) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"until_on": ""}, "until_on", "required"),
        ({"until_on": "2020-01-01"}, "until_on", "must not be before"),
        ({"until_on": "2040-01-01"}, "until_on", "two years at most"),
        ({"until_on": "9999-12-31"}, "until_on", "two years at most"),
        ({"from_on": "2020-01-01"}, "from_on", "has passed"),
        ({"from_on": "9999-12-31", "until_on": "9999-12-31"}, "from_on", "within the next year"),
        ({"weekdays": []}, "weekdays", "at least one day"),
        ({"weekdays": ["9"]}, "weekdays", "valid choice"),
        ({"every": 0}, "every", "greater than or equal to 1"),
        ({"every": 99}, "every", "less than or equal to 12"),
        ({"again": "yearly"}, "again", "valid choice"),
        ({"again": "month_day", "month_day": ""}, "month_day", "a day of the month"),
        ({"again": "month_day", "month_day": 32}, "month_day", "valid choice"),
        ({"zone": "Mars/Base"}, "zone", "valid choice"),
        ({"start": ""}, "start", "required"),
        ({"minutes": 9}, "minutes", "greater than"),
        ({"meeting_point": "x\u202ey"}, "meeting_point", "cannot be shown"),
        ({"places": 0}, "places", "greater than"),
    ],
)
def test_what_is_typed_wrongly_is_kept(
    ash: Organisation, changes: dict[str, Any], field: str, said: str
) -> None:
    found = planned.gathering(ash)
    sent = planned.series_typed(**{"meeting_point": "‏שלום 🎨", **changes})
    answer = factories.signed_in(found.coordinator).post(found.url("plan_series"), sent)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert said in str(form.errors[field])
    assert form["meeting_point"].value() == sent["meeting_point"]
    assert form["until_on"].value() == sent["until_on"]
    assert (MeetingSeries.objects.count(), PeerSession.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    ("changes", "now", "field", "said"),
    [
        (
            {"recurrence": planned.weekly(*range(7)), "until_on": date(2026, 12, 31)},
            None,
            "until_on",
            "than 200",
        ),
        ({"recurrence": planned.weekly(5), "until_on": date(2026, 1, 16)}, None, "until_on", "no such day"),
        ({"until_on": planned.TUESDAY}, datetime(2026, 1, 13, 20, tzinfo=UTC), "until_on", "have passed"),
        ({"minutes": 481}, None, "minutes", "between 10 minutes and 8 hours"),
    ],
)
def test_too_many_and_none(
    ash: Organisation, changes: dict[str, Any], now: datetime | None, field: str, said: str
) -> None:
    found = planned.gathering(ash)
    with pytest.raises(Refused, match=said) as refused:
        planned.again(found, planned.plan(**changes), now=now or planned.START)
    assert refused.value.field == field


def test_rooms_and_groups_that_cannot_be(ash: Organisation, elm: Organisation) -> None:
    found, foreign = planned.gathering(ash), booked.room(elm)
    wall.enter(ash.pk)
    closed = booked.room(ash, "Closed")
    rooms.close_room(room_id=closed.pk, by=Operator(ash.pk), now=planned.START)
    client = factories.signed_in(found.coordinator)
    for room_id in (foreign.pk, closed.pk, new_id()):
        sent = planned.series_typed(setting="room", room=room_id)
        answer = client.post(found.url("plan_series"), sent)
        assert "can no longer be booked" in str(answer.context["form"].errors["room"])
    groups.archive_group(group_id=found.group.pk, by=Operator(ash.pk), now=planned.START)
    answer = client.post(found.url("plan_series"), planned.series_typed())
    assert "This group has been put away" in str(answer.context["form"].errors)
    assert MeetingSeries.objects.count() == 0


def test_who_may(ash: Organisation, elm: Organisation) -> None:
    found, other = planned.gathering(ash), planned.gathering(elm)
    wall.enter(ash.pk)
    for who, status in (
        (factories.supporter(ash), 404),
        (factories.supervisor(ash), 403),
        (other.coordinator, 404),
        (found.second, 302),
    ):
        sent = planned.series_typed()
        assert factories.signed_in(who).post(found.url("plan_series"), sent).status_code == status


def test_half_a_year_takes_as_few_statements_as_a_month(ash: Organisation) -> None:
    found = planned.gathering(ash)
    client = factories.signed_in(found.coordinator)
    until_on = booked.day_ahead(700).isoformat()
    sent = planned.series_typed(setting="room", room=found.room.pk, until_on=until_on)
    with planned.statements(16):
        assert client.post(found.url("plan_series"), sent).status_code == 302
    assert PeerSession.objects.count() >= 25
    assert Hold.objects.count() >= 75
