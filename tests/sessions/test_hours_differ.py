"""Days on which somebody's hours differ: noted, taken back, refused."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import transaction

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Organisation
from sessions.actions import availability as actions
from sessions.actions.availability import Owner
from sessions.free_time import Stretch
from sessions.models import Availability, HoursException
from tests import factories
from tests.sessions import booked
from tests.sessions.test_hold import many_connections, race
from tests.sessions.test_hours import differs, set_hours, stretches

__all__ = ["many_connections"]
HOURS, DIFFER = "/o/ash/hours/", "/o/ash/hours/differ/"
NINE_TO_FIVE = {
    f"day{day}_0_{end}": at for day in range(5) for end, at in (("from", "09:00"), ("to", "17:00"))
}


@pytest.mark.parametrize(
    ("changes", "first", "last"),
    [
        ({}, (7, time(0)), (8, time(0))),
        ({"last_on": booked.day_ahead(9)}, (7, time(0)), (10, time(0))),
        ({"first_at": "14:00", "last_at": "16:30"}, (7, time(14)), (7, time(16, 30))),
        ({"first_at": "14:00"}, (7, time(14)), (8, time(0))),
        ({"last_at": "9:00"}, (7, time(0)), (7, time(9))),
    ],
)
def test_from_when_to_when(
    ash: Organisation, changes: dict[str, Any], first: tuple[int, time], last: tuple[int, time]
) -> None:
    client = factories.signed_in(factories.supporter(ash))
    assert client.post(DIFFER, differs(**changes))["Location"] == HOURS
    during = HoursException.objects.get().during
    assert during.lower == booked.at(booked.day_ahead(first[0]), first[1])
    assert during.upper == booked.at(booked.day_ahead(last[0]), last[1])


def test_times_are_on_ones_own_clock(ash: Organisation) -> None:
    row = factories.supporter(ash)
    row.user.zone = "America/New_York"
    row.user.save()
    factories.signed_in(row).post(DIFFER, differs(first_on="2027-01-20", first_at="14:00", last_at="15:00"))
    assert HoursException.objects.get().during.lower == datetime(2027, 1, 20, 19, 0, tzinfo=UTC)


BAD_DAYS: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    ({"kind": ""}, {"kind": ["This field is required."]}),
    ({"kind": "lazy"}, {"kind": ["Select a valid choice. lazy is not one of the available choices."]}),
    ({"first_on": ""}, {"first_on": ["This field is required."]}),
    ({"first_on": "2026-02-30"}, {"first_on": ["Enter a valid date."]}),
    ({"first_on": "0001-01-01"}, {"first_on": ["This day lies too far back."]}),
    ({"last_on": "9999-12-31"}, {"last_on": ["Please choose a day within the next two years."]}),
    (
        {"last_on": booked.day_ahead(6)},
        {"last_on": ["This ends before it begins. Please choose a later end."]},
    ),
    (
        {"first_at": "14:00", "last_at": "13:00"},
        {"last_on": ["This ends before it begins. Please choose a later end."]},
    ),
    ({"first_at": "14:00", "last_at": "25:00"}, {"last_at": ["Enter a valid time."]}),
    (
        {"first_on": booked.day_ahead(-9), "last_on": booked.day_ahead(-8)},
        {"last_on": ["This is over already. Please choose a later end."]},
    ),
]


@pytest.mark.parametrize(("changes", "errors"), BAD_DAYS)
def test_what_is_wrong_with_a_day(
    ash: Organisation, changes: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    form = differs(**changes)
    answer = factories.signed_in(factories.supporter(ash)).post(DIFFER, form)
    assert answer.status_code == 422
    assert answer.context["form"].errors == errors
    assert f'value="{form["once"]}"' in answer.content.decode()
    assert HoursException.objects.count() == 0


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 3, 29), "The clocks go forward that day and jump over this time."),
        (date(2026, 10, 25), "The clocks go back that day and this time comes twice."),
    ],
)
def test_times_a_clock_change_takes_or_doubles(
    ash: Organisation, monkeypatch: pytest.MonkeyPatch, day: date, words: str
) -> None:
    client = factories.signed_in(factories.supporter(ash))
    monkeypatch.setattr("people.access.timezone.now", lambda: datetime(2026, 3, 1, tzinfo=UTC))
    answer = client.post(DIFFER, differs(first_on=day, first_at="01:30", last_at="04:00"))
    assert answer.context["form"].errors == {
        "first_at": [f"{words} Please choose an earlier or a later one."]
    }


def test_two_that_overlap_are_refused(ash: Organisation) -> None:
    client = factories.signed_in(factories.supporter(ash))
    client.post(DIFFER, differs())
    answer = client.post(DIFFER, differs(kind="extra", first_at="20:00", last_at="21:00"))
    said = ["Something is noted for that time already. Take it away first, or choose another time."]
    assert (answer.status_code, answer.context["form"].errors) == (422, {"first_on": said})
    client.post("/o/ash/hours/differ/remove/", {"exception": HoursException.objects.get().pk})
    assert client.post(DIFFER, differs(kind="extra", first_at="20:00", last_at="21:00")).status_code == 302


def test_the_same_note_twice_is_one(ash: Organisation) -> None:
    client, form = factories.signed_in(factories.supporter(ash)), differs()
    for _ in range(2):
        assert client.post(DIFFER, form).status_code == 302
    assert HoursException.objects.count() == 1


def test_what_is_booked_then_stays_and_is_said(ash: Organisation) -> None:
    found = booked.thread(ash)
    made = booked.ahead(found)
    answer = factories.signed_in(found.supporter).post(DIFFER, differs(), follow=True)
    assert "1 session is booked in that time." in answer.content.decode()
    made.refresh_from_db()
    assert made.state == "booked"


def test_taking_back_twice_does_nothing_and_others_ids_are_unknown(
    ash: Organisation, elm: Organisation
) -> None:
    row, other, foreign = factories.supporter(ash), factories.supporter(ash), factories.supporter(elm)
    client = factories.signed_in(row)
    client.post(DIFFER, differs())
    mine = HoursException.objects.get()
    remove = "/o/ash/hours/differ/remove/"
    for somebody in (other, factories.coordinator(ash)):
        factories.signed_in(somebody).post(remove, {"exception": mine.pk})
    for wrong in (new_id(), "x", "", "\x00"):
        assert client.post(remove, {"exception": wrong})["Location"] == HOURS
    assert client.get(remove).status_code == 405
    mine.refresh_from_db()
    assert mine.removed_at is None
    for _ in range(2):
        assert client.post(remove, {"exception": mine.pk})["Location"] == HOURS
    assert Event.objects.filter(verb="sessions.remove_exception").count() == 1
    assert foreign.pk != row.pk


@pytest.mark.parametrize("rows", [1, 3])
def test_the_same_queries_at_one_row_and_at_three(
    ash: Organisation, django_assert_num_queries: Any, rows: int
) -> None:
    row = factories.supporter(ash)
    client = factories.signed_in(row)
    for number in range(rows):
        client.post(DIFFER, differs(first_on=booked.day_ahead(7 + number)))
    client.get(HOURS)  # what was said after the forms is read, and gone
    with django_assert_num_queries(9):  # two are the savepoint of the request
        assert len(client.get(HOURS).context["exceptions"]) == rows


# At once ----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("many_connections")
def test_two_pages_at_once_set_one_after_the_other() -> None:
    """Without the named lock both find no hours yet, and one runs into the key of the other."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        row = factories.supporter(ash)
    owner = Owner(membership_id=row.pk)
    wishes = [[Stretch(0, 60 * hour, 60 * hour + 30)] for hour in range(8)]
    results = race(ash, [lambda wish=wish: set_hours(owner, row, wish) for wish in wishes])  # type: ignore[misc]
    assert sum(isinstance(one, Availability) for one in results) == 1
    assert sum(isinstance(one, Refused) for one in results) == len(wishes) - 1, results
    with wall.inside(ash.pk):
        assert len(stretches()) == 1


@pytest.mark.usefixtures("many_connections")
def test_notes_that_overlap_at_once_leave_one() -> None:
    with transaction.atomic():
        ash = factories.organisation("ash")
        row = factories.supporter(ash)
    now = datetime.now(UTC)

    def note(number: int) -> HoursException:
        return actions.add_exception(
            once=new_id(),
            owner=Owner(membership_id=row.pk),
            kind="away",
            starts_at=now + timedelta(hours=number),
            ends_at=now + timedelta(hours=number + 10),
            by=factories.member(row),
            now=now,
        )

    results = race(ash, [lambda number=number: note(number) for number in range(8)])  # type: ignore[misc]
    assert sum(isinstance(one, HoursException) for one in results) == 1
    assert sum(isinstance(one, Refused) for one in results) == 7, results
