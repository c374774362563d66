"""Looking for a time: who is free when, in order, a page at a time, with as many queries for one as for many."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from lib import wall
from lib.ids import new_id
from people.models import Membership, Organisation
from sessions.actions import availability
from sessions.actions.availability import Owner
from sessions.free_time import Stretch
from sessions.queries import find_a_time
from sessions.queries.find_a_time import Asked, read_mark
from tests import factories
from tests.sessions import booked

PAGE = "/o/ash/find-a-time/"
TUESDAY = date(2026, 5, 12)
NOW = datetime(2026, 5, 12, 8, 7, tzinfo=UTC)  # seven past nine in London


@pytest.fixture(autouse=True)
def _tuesday_morning(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("people.access.timezone.now", lambda: NOW)


def somebody(
    organisation: Organisation, name: str, *hours: tuple[int, int, int], **limits: Any
) -> Membership:
    """A supporter with these hours: weekday, from and to in hours."""
    row = factories.supporter(organisation, person=factories.user(name))
    weekly = [Stretch(weekday, first * 60, last * 60) for weekday, first, last in hours]
    values = {"notice_minutes": 0, "rest_minutes": 0, "most_a_week": None} | limits
    with wall.inside(organisation.pk):
        by, owner = factories.member(row), Owner(membership_id=row.pk)
        availability.set_hours(owner=owner, revision=0, weekly=weekly, by=by, now=NOW, **values)
    return row


def shown(client: Client, **asked: Any) -> list[str]:
    """What a page shows, as lines."""
    answer = client.get(PAGE, asked)
    assert answer.status_code == 200
    return [
        f"{day.label}: {row.when} {row.name}{row.theirs and ' ' + row.theirs}"
        for day in answer.context["found"].days
        for row in day.rows
    ]


def differ(row: Membership, kind: str, first: datetime, last: datetime) -> None:
    with wall.inside(row.organisation_id):
        availability.add_exception(
            once=new_id(),
            owner=Owner(membership_id=row.pk),
            kind=kind,
            starts_at=first,
            ends_at=last,
            by=factories.member(row),
            now=NOW,
        )


def test_by_time_and_then_by_name(ash: Organisation, elm: Organisation) -> None:
    somebody(ash, "Zoe", (1, 14, 16), (2, 9, 10))
    somebody(ash, "Ada", (1, 14, 15), (1, 8, 11))
    somebody(elm, "Elm", (1, 14, 15))
    wall.enter(ash.pk)
    client = factories.signed_in(factories.coordinator(ash))
    assert shown(client) == [
        "Tuesday 12 May: 09:15 – 11:00 Ada",
        "Tuesday 12 May: 14:00 – 15:00 Ada",
        "Tuesday 12 May: 14:00 – 16:00 Zoe",
        "Wednesday 13 May: 09:00 – 10:00 Zoe",
        "Tuesday 19 May: 08:00 – 11:00 Ada",
        "Tuesday 19 May: 14:00 – 15:00 Ada",
        "Tuesday 19 May: 14:00 – 16:00 Zoe",
        "Wednesday 20 May: 09:00 – 10:00 Zoe",
    ]


def test_what_can_be_asked(ash: Organisation) -> None:
    full = somebody(ash, "Bo", (1, 18, 20))
    full.most_peers = 0
    full.save()
    somebody(ash, "Ada", (1, 9, 20), (2, 9, 10))
    client = factories.signed_in(factories.coordinator(ash))
    assert len(shown(client, on="2026-05-13")) == 1
    assert shown(client, on="2026-05-12", part="evening") == [
        "Tuesday 12 May: 17:00 – 20:00 Ada",
        "Tuesday 12 May: 18:00 – 20:00 Bo",
    ]
    assert shown(client, on="2026-05-12", part="afternoon")[0].endswith("12:00 – 17:50 Ada")
    assert shown(client, on="2026-05-12", with_room="on") == ["Tuesday 12 May: 09:15 – 20:00 Ada"]
    assert shown(client, on="2026-05-13", minutes="60") == ["Wednesday 13 May: 09:00 – 10:00 Ada"]
    assert shown(client, on="2026-05-13", minutes="61") == []


def test_what_is_left_between_sessions_with_rest(ash: Organisation) -> None:
    found = booked.thread(ash)
    owner = Owner(membership_id=found.supporter.pk)
    booked.session(found, booked.at(TUESDAY, time(14)), now=NOW)
    by = factories.member(found.supporter)
    weekly = [Stretch(1, 780, 1080)]
    limits = {"notice_minutes": 0, "rest_minutes": 10, "most_a_week": None}
    availability.set_hours(owner=owner, revision=0, weekly=weekly, by=by, now=NOW, **limits)  # type: ignore[arg-type]
    client = factories.signed_in(found.coordinator)
    assert shown(client, on="2026-05-12") == [
        "Tuesday 12 May: 13:00 – 13:50 Supporter",
        "Tuesday 12 May: 15:00 – 18:00 Supporter",
    ]
    assert len(shown(client, on="2026-05-12", minutes="51")) == 1
    differ(found.supporter, "ill", booked.at(TUESDAY, time(13)), booked.at(TUESDAY, time(16)))
    differ(found.supporter, "extra", booked.at(TUESDAY, time(20)), booked.at(TUESDAY, time(21)))
    assert shown(client, on="2026-05-12") == [
        "Tuesday 12 May: 16:00 – 18:00 Supporter",
        "Tuesday 12 May: 20:00 – 21:00 Supporter",
    ]


@pytest.mark.parametrize(("most", "days"), [(None, 4), (2, 4), (1, 2), (0, 0)])
def test_a_full_week(ash: Organisation, most: int | None, days: int) -> None:
    found = booked.thread(ash)
    booked.session(found, booked.at(date(2026, 5, 15), time(14)), now=NOW)
    by, owner = factories.member(found.supporter), Owner(membership_id=found.supporter.pk)
    weekly = [Stretch(1, 780, 1080), Stretch(2, 780, 1080)]
    availability.set_hours(
        owner=owner,
        revision=0,
        weekly=weekly,
        notice_minutes=0,
        rest_minutes=0,
        most_a_week=most,
        by=by,
        now=NOW,
    )
    lines = shown(factories.signed_in(found.coordinator))
    assert len(lines) == days
    if most == 1:
        assert lines[0].startswith("Tuesday 19 May")


def test_who_is_not_there_is_not_found(ash: Organisation) -> None:
    paused = somebody(ash, "Paused", (1, 9, 20))
    paused.paused_until = NOW + timedelta(days=30)
    left = somebody(ash, "Left", (1, 9, 20))
    left.ends_at, left.ended_by = NOW - timedelta(days=1), "operator"
    for row in (paused, left):
        row.save()
    somebody(ash, "Late", (1, 9, 20), notice_minutes=60 * 24 * 8)
    lines = shown(factories.signed_in(factories.coordinator(ash)))
    assert lines == []
    somebody(ash, "Soon", (1, 9, 20), notice_minutes=60 * 24 * 2)
    assert len(shown(factories.signed_in(factories.coordinator(ash)))) == 1


def test_whoever_set_no_hours_is_offered_by_day(ash: Organisation) -> None:
    factories.supporter(ash, person=factories.user("Open"))
    lines = shown(factories.signed_in(factories.coordinator(ash)))
    assert lines[:2] == ["Tuesday 12 May: 09:15 – 21:00 Open", "Wednesday 13 May: 08:00 – 21:00 Open"]
    assert len(lines) == 14


def test_another_clock_is_said(ash: Organisation) -> None:
    row = somebody(ash, "Far", (1, 9, 10))
    row.user.zone = "America/New_York"
    row.user.save()
    lines = shown(factories.signed_in(factories.coordinator(ash)))
    assert lines[0] == "Tuesday 12 May: 14:00 – 15:00 Far 09:00 – 10:00 for them"


def test_another_clock_may_show_another_day(ash: Organisation) -> None:
    row = somebody(ash, "Far", (0, 7, 9))
    row.user.zone = "Pacific/Auckland"
    row.user.save()
    lines = shown(factories.signed_in(factories.coordinator(ash)))
    assert lines[0] == "Sunday 17 May: 20:00 – 22:00 Far 07:00 – 09:00 for them"


def test_through_the_night_the_clocks_change(ash: Organisation) -> None:
    somebody(ash, "Night", (6, 0, 4))
    member = factories.member(factories.coordinator(ash))
    for day, hours in ((date(2026, 3, 29), 3), (date(2026, 10, 25), 5)):
        now = booked.at(day, time(0)) - timedelta(days=1)
        asked = Asked(minutes=50, on=day, part="", with_room=False)
        found = find_a_time.find(member, asked, after="", now=now)
        assert [row.when for each in found.days for row in each.rows] == ["00:00 – 04:00"]
        asked = Asked(minutes=hours * 60, on=day, part="", with_room=False)
        assert find_a_time.find(member, asked, after="", now=now).days
        asked = Asked(minutes=hours * 60 + 1, on=day, part="", with_room=False)
        assert not find_a_time.find(member, asked, after="", now=now).days


def test_pages_follow_each_other_without_gap_or_repeat(ash: Organisation) -> None:
    for number in range(13):
        somebody(ash, f"Robin{number:02}", (1, 14, 16), (2, 14, 16))
    client = factories.signed_in(factories.coordinator(ash))
    lines, after = [], ""
    for _page in range(3):
        answer = client.get(PAGE, {"after": after, "minutes": "50"})
        found = answer.context["found"]
        lines += [f"{day.label} {row.name}" for day in found.days for row in day.rows]
        after = found.next
    assert after == ""
    assert len(lines) == len(set(lines)) == 52
    assert lines[24:27] == [
        "Wednesday 13 May Robin11",
        "Wednesday 13 May Robin12",
        "Tuesday 19 May Robin00",
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {"minutes": "0"},
        {"minutes": "-50"},
        {"minutes": "٥٠"},
        {"minutes": "🙂"},
        {"minutes": "999999999999"},
        {"on": "0001-01-01"},
        {"on": "9999-12-31"},
        {"on": "\x00"},
        {"part": "night"},
        {"after": "x"},
        {"after": f"0001-01-01T00:00:00+14:00,{UUID(int=0)}"},
        {"after": f"2026-05-12T00:00:00,{UUID(int=0)}"},
        {"after": "2026-05-12T00:00:00+00:00,x"},
    ],
)
def test_what_makes_no_sense_is_not_asked(ash: Organisation, asked: dict[str, str]) -> None:
    somebody(ash, "Ada", (1, 9, 20))
    client = factories.signed_in(factories.coordinator(ash))
    assert len(shown(client, **asked)) == 2
    assert read_mark(asked.get("after", "")) is None


def test_a_day_that_has_passed_has_nothing(ash: Organisation) -> None:
    somebody(ash, "Ada", (0, 9, 20))
    client = factories.signed_in(factories.coordinator(ash))
    assert shown(client, on="2026-05-11") == []
    assert shown(client, on="2027-05-10") == ["Monday 10 May: 09:00 – 20:00 Ada"]


def test_only_coordinators_look(ash: Organisation, elm: Organisation) -> None:
    foreign = factories.coordinator(elm)
    wall.enter(ash.pk)
    for row in (factories.supporter(ash), factories.supervisor(ash)):
        assert factories.signed_in(row).get(PAGE).status_code == 403
    assert factories.signed_in(foreign).get(PAGE).status_code == 404
    assert factories.signed_in(factories.coordinator(ash)).post(PAGE).status_code == 405


@pytest.mark.parametrize("rows", [1, 3])
def test_the_same_queries_at_one_row_and_at_three(
    ash: Organisation, django_assert_num_queries: Any, rows: int
) -> None:
    for number in range(rows):
        somebody(ash, f"Robin{number}", (1, 14, 16), most_a_week=5)
    client = factories.signed_in(factories.coordinator(ash))
    with django_assert_num_queries(8):  # two are the savepoint of the request, three are the search
        assert len(shown(client)) == 2 * rows
