"""The month: whole weeks on the reader's own clock, a few sessions of each day, and the rest in the week."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from lib import wall
from people.models import Organisation
from sessions.models import PeerSession
from sessions.queries.month import Month, MonthDay, month_of
from tests import factories
from tests.sessions import booked
from tests.sessions.booked import Thread

# A month that never is this one: everything of today's would move the cells.
MAY = date(2027, 5, 1)


def page(organisation: Organisation, month: str = "2027-05") -> str:
    return f"/o/{organisation.slug}/calendar/month/?month={month}"


def of(row: Any, organisation: Organisation, month: str = "2027-05") -> Month:
    found: Month = factories.signed_in(row).get(page(organisation, month)).context["month"]
    return found


def cells(month: Month) -> dict[str, MonthDay]:
    return {day.label: day for week in month.weeks for day in week}


def sit(found: Thread, day: date, clock: time = time(14)) -> PeerSession:
    return booked.session(found, booked.at(day, clock), now=datetime.now(UTC))


@pytest.mark.parametrize("rows", [1, 3])
def test_the_same_queries_at_one_row_and_at_three(
    ash: Organisation, django_assert_num_queries: Any, rows: int
) -> None:
    found = booked.thread(ash)
    for day in range(rows):
        sit(found, MAY + timedelta(days=day))
    client = factories.signed_in(found.coordinator)
    with django_assert_num_queries(7):  # two are the savepoint of the request
        shown = cells(client.get(page(ash)).context["month"])
    assert sum(len(day.rows) for day in shown.values()) == rows


def test_weeks_begin_on_monday(ash: Organisation) -> None:
    month = of(factories.coordinator(ash), ash)
    assert (month.label, month.previous, month.next, month.is_now) == (
        "May 2027",
        "2027-04",
        "2027-06",
        False,
    )
    assert month.weekdays == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert [len(week) for week in month.weeks] == [7] * 6
    first, last = month.weeks[0][0], month.weeks[-1][-1]
    assert (first.label, first.inside, first.week) == ("Monday 26 April", False, "2027-W17")
    assert (last.label, last.inside, month.week) == ("Sunday 6 June", False, "2027-W17")
    assert len(of(factories.coordinator(ash), ash, "2027-02").weeks) == 4  # it begins on a Monday


def test_a_full_day_leads_to_its_week(ash: Organisation) -> None:
    found = booked.thread(ash, number=20)
    for hour in range(9, 17):
        sit(found, MAY, time(hour))
    month = of(found.coordinator, ash)
    day = cells(month)["Saturday 1 May"]
    assert [row.when for row in day.rows] == ["09:00", "10:00", "11:00", "12:00"]
    assert (day.others, {row.peer for row in day.rows}) == (4, {"Sam"})
    html = factories.signed_in(found.coordinator).get(page(ash)).content.decode()
    assert 'calendar/?week=2027-W17">and 4 more' in html


def test_what_was_called_off_is_left_out(ash: Organisation) -> None:
    found = booked.thread(ash)
    sit(found, MAY)
    with wall.inside(ash.pk):
        PeerSession.objects.update(
            state="cancelled", cancelled_at=datetime.now(UTC), cancelled_by="operator", cancelled_why="time"
        )
    month = of(found.coordinator, ash)
    assert (month.is_empty, cells(month)["Saturday 1 May"].rows) == (True, ())


def test_days_are_the_readers_own(ash: Organisation) -> None:
    found = booked.thread(ash)
    found.supporter.user.zone = "Pacific/Auckland"
    found.supporter.user.save()
    sit(found, date(2027, 4, 30))
    assert [row.when for row in cells(of(found.supporter, ash))["Saturday 1 May"].rows] == ["01:00"]
    month = of(found.coordinator, ash)
    assert [row.when for row in cells(month)["Friday 30 April"].rows] == ["14:00"]
    assert month.is_empty  # the day is shown, and is not of this month


def test_the_days_of_clock_changes_have_all_their_sessions(ash: Organisation) -> None:
    """28 March 2027 has 23 hours in London; its last hour belongs to it, and midnight to the next day."""
    found = booked.thread(ash)
    for day, clock in ((28, time(0, 30)), (28, time(23)), (29, time(0))):
        sit(found, date(2027, 3, day), clock)
    shown = cells(of(found.coordinator, ash, "2027-03"))
    assert [row.when for row in shown["Sunday 28 March"].rows] == ["00:30", "23:00"]
    assert [row.when for row in shown["Monday 29 March"].rows] == ["00:00"]


def test_today_is_said_in_words(ash: Organisation) -> None:
    client = factories.signed_in(factories.coordinator(ash))
    answer = client.get(f"/o/{ash.slug}/calendar/month/")
    month = answer.context["month"]
    assert (month.is_now, sum(day.today for week in month.weeks for day in week)) == (True, 1)
    assert '<span class="state state-quiet">today</span>' in answer.content.decode()


def test_what_each_role_sees(ash: Organisation, elm: Organisation) -> None:
    found = booked.thread(ash)
    sit(found, MAY)
    for who, sees in ((found.coordinator, 1), (found.supporter, 1), (factories.supporter(ash), 0)):
        assert len(cells(of(who, ash))["Saturday 1 May"].rows) == sees
    stranger = factories.signed_in(factories.coordinator(elm))
    assert stranger.get(page(ash)).status_code == 404
    assert factories.signed_in(found.supporter).post(page(ash)).status_code == 405


@pytest.mark.parametrize(
    "text",
    [
        "",
        "x",
        "2026-13",
        "2026-00",
        "9999-12",
        "10000-01",
        "0001-01",
        "1999-12",
        "2200-01",
        "2026",
        "-",
        "²-²",
        "2026-05-05",
    ],
)
def test_a_month_that_makes_no_sense_is_this_month(text: str) -> None:
    assert month_of(text, date(2026, 5, 14)) == date(2026, 5, 1)


@pytest.mark.parametrize("text", ["2000-01", "2199-12", "2027-05"])
def test_every_month_there_is_can_be_shown(ash: Organisation, text: str) -> None:
    month = of(factories.coordinator(ash), ash, text)
    assert month.label.endswith(text[:4])


def test_a_page_with_a_strange_month_is_shown(ash: Organisation) -> None:
    client = factories.signed_in(factories.coordinator(ash))
    for text in ("9999-12", "%00", "🌿", "2026-05&supporter=x&group=%00"):
        assert client.get(page(ash, text)).status_code == 200
