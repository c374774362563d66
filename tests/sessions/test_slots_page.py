"""The page that offers free times."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from lib import wall
from people.models import Membership, Organisation
from tests import factories
from tests.sessions import booked
from tests.sessions.booked import Thread
from tests.sessions.test_slots import book, works

NOW = datetime(2026, 5, 11, 8, 0, tzinfo=UTC)  # a Monday, nine in London
TUESDAY = date(2026, 5, 12)
NEW_YORK = ZoneInfo("America/New_York")


@pytest.fixture
def _monday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("people.access.timezone.now", lambda: NOW)


def page(found: Thread, who: Membership, **asked: str) -> dict[str, list[str]]:
    answer = factories.signed_in(who).get(booked.address(found, "book"), asked)
    assert answer.status_code == 200
    days = answer.context["form"].fields["slot"].days
    return {
        day.label: [f"{slot.label}{slot.theirs and ', ' + slot.theirs}" for slot in day.slots] for day in days
    }


@pytest.mark.usefixtures("_monday")
def test_the_page_offers_free_times_and_both_clocks(ash: Organisation) -> None:
    found = booked.thread(ash)
    found.peer.zone = "America/New_York"
    found.peer.save()
    works(found.supporter, (1, 9, 10.5), notice_minutes=60 * 48)
    assert page(found, found.coordinator, day="2026-05-19") == {
        "Tuesday 19 May": ["09:00, 04:00 for them", "09:30, 04:30 for them"],
        "Tuesday 26 May": ["09:00, 04:00 for them", "09:30, 04:30 for them"],
        "Tuesday 2 June": ["09:00, 04:00 for them", "09:30, 04:30 for them"],
        "Tuesday 9 June": ["09:00, 04:00 for them", "09:30, 04:30 for them"],
    }
    assert next(iter(page(found, found.coordinator))) == "Tuesday 19 May"
    assert next(iter(page(found, found.supporter))) == "Tuesday 12 May"


@pytest.mark.usefixtures("_monday")
@pytest.mark.parametrize("asked", ["x", "0001-01-01", "9999-12-31", "2026-02-30", "\x00"])
def test_a_day_that_makes_no_sense(ash: Organisation, asked: str) -> None:
    found = booked.thread(ash)
    assert len(page(found, found.supporter, day=asked)) <= 7


@pytest.mark.usefixtures("_monday")
def test_a_day_with_many_times_shows_some_of_them(ash: Organisation) -> None:
    found = booked.thread(ash)
    days = page(found, found.supporter, day="2026-05-12")
    assert len(days) == 7
    assert days["Tuesday 12 May"] == [f"{hour:02}:00" for hour in range(8, 21)]


@pytest.mark.usefixtures("_monday")
def test_a_page_of_free_times_is_cheap(ash: Organisation, django_assert_num_queries: Any) -> None:
    found = booked.thread(ash)
    client = factories.signed_in(found.supporter)
    with django_assert_num_queries(10):  # two are the savepoint of the request
        client.get(booked.address(found, "book"))


@pytest.mark.usefixtures("_monday")
def test_another_time_by_hand_is_refused_with_the_next_free_ones(
    ash: Organisation, elm: Organisation
) -> None:
    wall.enter(ash.pk)
    found = booked.thread(ash)
    works(found.supporter, (1, 9, 10.5))
    client = factories.signed_in(found.coordinator)
    form = booked.typed(day=TUESDAY, start="18:00", meeting_point="שער 🌳")
    answer = client.post(booked.address(found, "book"), form)
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "start": ["The supporter cannot be booked at that time. Please choose another one."]
    }
    assert 'value="שער 🌳"' in shown
    assert 'value="18:00"' in shown
    days = answer.context["form"].fields["slot"].days
    assert [day.label for day in days] == ["Tuesday 19 May", "Tuesday 26 May"]


@pytest.mark.usefixtures("_monday")
def test_all_used_up_is_said(ash: Organisation) -> None:
    found = booked.thread(ash, number=1)
    book(found, TUESDAY, time(9))
    shown = factories.signed_in(found.supporter).get(booked.address(found, "book")).content.decode()
    assert "All sessions you agreed on are held or booked." in shown
    assert 'type="radio" name="slot"' not in shown
