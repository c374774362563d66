"""The week: a page at a time, on the reader's own clock, with the same number of queries however full it is."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from lib import wall
from lib.ids import new_id
from people.models import Organisation, Peer, Supervision
from sessions.models import Hold
from sessions.queries.schedule import week_label, week_of
from tests import factories
from tests.sessions import booked
from tests.sessions.together import facilitates, meeting


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


# Meetings, and looking at a part only ------------------------------------------------------------------------


def rows_of(answer: Any) -> list[Any]:
    return [row for day in answer.context["week"].days for row in day.rows]


def test_meetings_stand_beside_sessions(ash: Organisation) -> None:
    found = booked.thread(ash)
    monday = _next_monday()
    booked.session(found, booked.at(monday, time(14)), now=datetime.now(UTC))
    met = meeting(ash, booked.at(monday, time(18)))
    facilitates(found.supporter, met)
    for who in (found.coordinator, found.supporter):
        session, evening = rows_of(factories.signed_in(who).get(page(ash, _name(monday))))
        assert (session.peer, session.state) == ("Sam", "Booked")
        assert (evening.peer, evening.state, evening.tone) == ("Zabrinsky grief", "Planned", "good")
        assert evening.supporter == found.supporter.user.preferred_name
        assert evening.url == f"/o/{ash.slug}/meetings/{met.pk}/"
    assert rows_of(factories.signed_in(factories.supporter(ash)).get(page(ash, _name(monday)))) == []


def test_facilitators_are_those_who_still_are(ash: Organisation) -> None:
    found = booked.thread(ash)
    monday = _next_monday()
    met = meeting(ash, booked.at(monday, time(18)))
    gone = facilitates(factories.supporter(ash, person=factories.user("Kim")), met)
    facilitates(factories.supporter(ash, person=factories.user("Ada")), met)
    facilitates(factories.supporter(ash, person=factories.user("Zoe")), met)
    Hold.objects.filter(pk=gone.pk).update(released_at=datetime.now(UTC))
    client = factories.signed_in(found.coordinator)
    assert [row.supporter for row in rows_of(client.get(page(ash, _name(monday))))] == ["Ada, Zoe"]


@pytest.fixture
def part(ash: Organisation) -> dict[str, Any]:
    """Two supporters with a session each, one of them in a room; a meeting of a group, which the second facilitates."""
    found, monday = booked.thread(ash), _next_monday()
    other = factories.supporter(ash, person=factories.user("Kim"))
    theirs = booked.pairing(found, factories.peer(ash, name="Noor"), other)
    booked.session(found, booked.at(monday, time(9)), now=datetime.now(UTC))
    booked.session(
        theirs, booked.at(monday, time(10)), now=datetime.now(UTC), setting="room", room_id=found.room.pk
    )
    met = meeting(ash, booked.at(monday, time(18)))
    facilitates(other, met)
    ids = {"supporter": found.supporter.pk, "other": other.pk, "room": found.room.pk, "group": met.group_id}
    return {"week": _name(monday), "found": found, **ids}


@pytest.mark.parametrize(
    ("name", "whose", "shown"),
    [
        ("supporter", "supporter", ["Sam"]),
        ("supporter", "other", ["Noor", "Zabrinsky grief"]),
        ("room", "room", ["Noor"]),
        ("group", "group", ["Zabrinsky grief"]),
    ],
)
def test_a_coordinator_looks_at_a_part(
    ash: Organisation, part: dict[str, Any], name: str, whose: str, shown: list[str]
) -> None:
    client = factories.signed_in(part["found"].coordinator)
    answer = client.get(page(ash, f"{part['week']}&{name}={part[whose]}"))
    assert [row.peer for row in rows_of(answer)] == shown
    html = answer.content.decode()
    assert f'<option value="{part[whose]}" selected>' in html
    week = answer.context["week"]
    for link in (week.previous, week.next):  # it goes on from week to week, and to the month
        assert f"?week={link}&amp;{name}={part[whose]}" in html
    assert f"?month={week.month}&amp;{name}={part[whose]}" in html
    month = client.get(f"/o/{ash.slug}/calendar/month/?month={week.month}&{name}={part[whose]}")
    cells = [row.peer for days in month.context["month"].weeks for day in days for row in day.rows]
    assert [peer for peer in cells if peer in shown] == shown
    assert len(cells) == len(shown)


def test_the_choices_are_read_only_when_asked_for(
    ash: Organisation, part: dict[str, Any], django_assert_num_queries: Any
) -> None:
    client = factories.signed_in(part["found"].coordinator)
    with django_assert_num_queries(6):
        assert client.get(page(ash, part["week"])).context["questions"] == []
    with django_assert_num_queries(9):
        asked = client.get(page(ash, f"{part['week']}&narrow=yes")).context["questions"]
    assert [[one.label for one in question.choices] for question in asked] == [
        ["Kim", "Supporter"],
        ["The Mill, Blue room"],
        ["Zabrinsky grief"],
    ]


def test_the_part_is_kept_from_page_to_page(ash: Organisation) -> None:
    found = booked.thread(ash, number=60)
    monday = _next_monday()
    for number in range(26):
        starts_at = booked.at(monday + timedelta(days=number // 9), time(9 + number % 9))
        booked.session(found, starts_at, now=datetime.now(UTC))
    query = f"{_name(monday)}&supporter={found.supporter.pk}"
    client = factories.signed_in(found.coordinator)
    first = client.get(page(ash, query))
    assert f"&amp;supporter={found.supporter.pk}&amp;after=" in first.content.decode()
    assert len(rows_of(client.get(page(ash, f"{query}&after={first.context['week'].more}")))) == 1


def test_parts_that_are_none(ash: Organisation, elm: Organisation, part: dict[str, Any]) -> None:
    """Words are no ids; an id of nothing, or of another organisation's, leaves nothing, and both look alike."""
    client = factories.signed_in(part["found"].coordinator)
    for text in ("x", "🌿", "%00", "9" * 400, ""):
        assert len(rows_of(client.get(page(ash, f"{part['week']}&supporter={text}")))) == 3
    for pk in (new_id(), factories.supporter(elm).pk):
        wall.enter(ash.pk)
        answer = client.get(page(ash, f"{part['week']}&supporter={pk}"))
        assert rows_of(answer) == []
        assert "Nothing of that this week" in answer.content.decode()


def test_nobody_else_looks_at_a_part(ash: Organisation, part: dict[str, Any]) -> None:
    """A supporter sees their own anyway; what stands in the address changes nothing."""
    client = factories.signed_in(part["found"].supporter)
    answer = client.get(page(ash, f"{part['week']}&supporter={part['other']}&narrow=yes"))
    assert ([row.peer for row in rows_of(answer)], answer.context["questions"]) == (["Sam"], [])
    assert "Show only a part of it" not in answer.content.decode()
