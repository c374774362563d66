"""The week: a page at a time, on the reader's own clock, with the same number of queries however full it is."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from lib import wall
from people.models import Organisation, Peer, Supervision
from sessions.queries.schedule import week_label, week_of
from tests import factories
from tests.sessions import booked


def page(organisation: Organisation, week: str = "") -> str:
    return f"/o/{organisation.slug}/calendar/{week and '?week=' + week}"


@pytest.mark.parametrize("rows", [1, 3])
def test_the_same_queries_at_one_row_and_at_three(
    ash: Organisation, django_assert_num_queries: Any, rows: int
) -> None:
    found = booked.thread(ash)
    monday = _next_monday()
    for day in range(rows):
        starts_at = booked.at(monday + timedelta(days=day), time(14))
        booked.session(found, starts_at, now=datetime.now(UTC), setting="room", room_id=found.room.pk)
    client = factories.signed_in(found.coordinator)
    with django_assert_num_queries(6):  # two are the savepoint of the request
        answer = client.get(page(ash, _name(monday)))
    assert sum(len(day.rows) for day in answer.context["week"].days) == rows


def _next_monday() -> date:
    today = datetime.now(booked.LONDON).date()
    return today + timedelta(days=7 - today.weekday())


def _name(monday: date) -> str:
    return f"{monday:%G-W%V}"


def test_what_each_role_reads(ash: Organisation, elm: Organisation) -> None:
    found, other = booked.thread(ash), booked.thread(elm)
    wall.enter(ash.pk)
    monday = _next_monday()
    booked.session(found, booked.at(monday, time(14)), now=datetime.now(UTC))
    wall.enter(elm.pk)
    booked.session(other, booked.at(monday, time(15)), now=datetime.now(UTC))
    wall.enter(ash.pk)
    stranger, supervisor = factories.supporter(ash), factories.supervisor(ash)
    Supervision.objects.create(
        organisation=ash,
        supervisor=factories.supervisor(ash),
        supporter=found.supporter,
        starts_at=factories.START,
    )
    theirs = Supervision.objects.get().supervisor
    name = found.supporter.user.preferred_name
    for who, sees in (
        (found.coordinator, ("Sam", name)),
        (theirs, ("Sam", name)),
        (found.supporter, ("Sam", None)),
        (stranger, None),
        (supervisor, None),
    ):
        days = factories.signed_in(who).get(page(ash, _name(monday))).context["week"].days
        rows = [row for day in days for row in day.rows]
        assert len(rows) == (1 if sees else 0)
        if sees:
            assert (rows[0].peer, rows[0].place, rows[0].state) == ("Sam", "A walk: At the gate", "Booked")
    assert Client().get(page(ash))["Location"].startswith("/account/login/")
    assert factories.signed_in(other.supporter).get(page(ash)).status_code == 404


def test_names_are_words_and_nothing_else(ash: Organisation) -> None:
    found = booked.thread(ash)
    monday = _next_monday()
    booked.session(found, booked.at(monday, time(14)), now=datetime.now(UTC), meeting_point="<b>{0}</b>")
    Peer.objects.update(name='<i>"{}"')
    for who in (found.coordinator, found.supporter):
        shown = factories.signed_in(who).get(page(ash, _name(monday))).content.decode()
        assert "<bdi>&lt;i&gt;&quot;{}&quot;</bdi>" in shown
        assert "<bdi>A walk: &lt;b&gt;{0}&lt;/b&gt;</bdi>" in shown
    assert 'data-label="Peer supporter"' not in shown


def test_days_are_the_readers_own(ash: Organisation) -> None:
    found = booked.thread(ash)
    found.supporter.user.zone = "Pacific/Auckland"
    found.supporter.user.save()
    sunday = _next_monday() + timedelta(days=6)
    booked.session(found, booked.at(sunday, time(14)), now=datetime.now(UTC))
    client = factories.signed_in(found.supporter)
    assert client.get(page(ash, _name(sunday))).context["week"].days == []
    week = client.get(page(ash, _name(sunday + timedelta(days=1)))).context["week"]
    assert [day.rows[0].day for day in week.days] == [sunday + timedelta(days=1)]


def test_the_weeks_beside_it(ash: Organisation) -> None:
    client = factories.signed_in(factories.coordinator(ash))
    week = client.get(page(ash, "2026-W53")).context["week"]
    assert (week.label, week.previous, week.next) == (
        "28 December to 3 January 2027",
        "2026-W52",
        "2027-W01",
    )
    assert week.is_now is False
    assert "Nothing this week" in client.get(page(ash)).content.decode()


@pytest.mark.parametrize(
    "text", ["", "x", "2026-W99", "2026-W00", "9999-W52", "0001-W01", "2026", "-W", "²-W²"]
)
def test_a_week_that_makes_no_sense_is_this_week(text: str) -> None:
    assert week_of(text, date(2026, 5, 14)) == date(2026, 5, 11)


def test_a_week_in_words() -> None:
    assert week_label(date(2026, 5, 18)) == "18 to 24 May 2026"
    assert week_label(date(2026, 6, 29)) == "29 June to 5 July 2026"


def test_a_full_week_goes_on(ash: Organisation) -> None:
    found = booked.thread(ash, number=60)
    monday = _next_monday()
    for number in range(26):
        starts_at = booked.at(monday + timedelta(days=number // 9), time(9 + number % 9))
        booked.session(found, starts_at, now=datetime.now(UTC))
    client = factories.signed_in(found.coordinator)
    first = client.get(page(ash, _name(monday)))
    assert sum(len(day.rows) for day in first.context["week"].days) == 25
    more = first.context["week"].more
    rest = client.get(page(ash, f"{_name(monday)}&after={more}")).context["week"]
    assert sum(len(day.rows) for day in rest.days) == 1
    assert rest.more is None
