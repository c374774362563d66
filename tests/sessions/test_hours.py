"""Hours: set by whoever they are of, read by coordinators, kept on the owner's own clock."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Membership, Organisation
from sessions.actions import availability as actions
from sessions.actions.availability import Owner
from sessions.forms.availability import CLOCK
from sessions.free_time import DAY_END, Stretch
from sessions.models import Availability, HoursException, WeeklyHours
from tests import factories
from tests.sessions import booked
from tests.sessions.test_hold import many_connections

__all__ = ["many_connections"]
HOURS, DIFFER = "/o/ash/hours/", "/o/ash/hours/differ/"
NINE_TO_FIVE = {
    f"day{day}_0_{end}": at for day in range(5) for end, at in (("from", "09:00"), ("to", "17:00"))
}


def typed(revision: Any = 0, **changes: Any) -> dict[str, str]:
    """What the form of weekly hours sends: three rows a day, most of them empty."""
    form: dict[str, Any] = {
        f"day{day}_{row}_{end}": "" for day in range(7) for row in range(3) for end in ("from", "to")
    }
    form |= {
        "revision": revision,
        "notice_minutes": 1440,
        "rest_minutes": 15,
        "most_a_week": "",
        **NINE_TO_FIVE,
    }
    return {key: str(value) for key, value in (form | changes).items()}


def differs(**changes: Any) -> dict[str, str]:
    day = booked.day_ahead()
    form: dict[str, Any] = {
        "once": new_id(),
        "kind": "away",
        "first_on": day,
        "first_at": "",
        "last_on": "",
        "last_at": "",
    }
    return {key: str(value) for key, value in (form | changes).items()}


def stretches() -> list[tuple[int, int, int]]:
    rows = WeeklyHours.objects.order_by("weekday", "from_minute")
    return list(rows.values_list("weekday", "from_minute", "to_minute"))


def set_hours(
    owner: Owner, by: Membership, weekly: list[Stretch], revision: int = 0, **limits: Any
) -> Availability:
    values = {"notice_minutes": 0, "rest_minutes": 0, "most_a_week": None} | limits
    who = factories.member(by)
    return actions.set_hours(
        owner=owner, revision=revision, weekly=weekly, by=who, now=datetime.now(UTC), **values
    )


# Weekly hours -----------------------------------------------------------------------------------------------


def test_a_supporter_sets_their_hours(ash: Organisation) -> None:
    row = factories.supporter(ash)
    answer = factories.signed_in(row).post(HOURS, typed(most_a_week=6))
    assert (answer.status_code, answer["Location"]) == (302, HOURS)
    made = Availability.objects.get()
    assert (made.membership_id, made.room_id, made.revision) == (row.pk, None, 1)
    assert (made.notice_minutes, made.rest_minutes, made.most_a_week) == (1440, 15, 6)
    assert stretches() == [(day, 540, 1020) for day in range(5)]
    assert Event.objects.get(verb="sessions.set_hours").object_id == str(made.pk)


def test_hours_may_end_at_midnight_and_go_on_after_it(ash: Organisation) -> None:
    client = factories.signed_in(factories.supporter(ash))
    late = {"day5_0_from": "20:00", "day5_0_to": "00:00", "day6_0_from": "00:00", "day6_0_to": "02:30"}
    assert client.post(HOURS, typed(**late)).status_code == 302
    assert stretches()[5:] == [(5, 1200, DAY_END), (6, 0, 150)]
    shown = client.get(HOURS).content.decode()
    assert (
        'name="day5_0_to" type="time" value="00:00"' in shown.replace("\n", " ") or 'value="00:00"' in shown
    )
    late["day5_0_to"] = "24:00"
    assert client.post(HOURS, typed(1, **late)).status_code == 302
    assert stretches()[5:] == [(5, 1200, DAY_END), (6, 0, 150)]
    assert Availability.objects.get().revision == 1


def test_mondays_hours_can_be_copied(ash: Organisation) -> None:
    client = factories.signed_in(factories.supporter(ash))
    monday = {"day0_0_to": "12:00", "day0_1_from": "13:00", "day0_1_to": "16:00", "day2_0_from": "11:00"}
    client.post(HOURS, typed(copy_monday="on", day4_0_from="", day4_0_to="", **monday))
    assert stretches() == [(day, *one) for day in range(5) for one in ((540, 720), (780, 960))]


BAD: list[tuple[dict[str, Any], dict[str, list[str]]]] = [
    (
        {"day0_0_to": "08:00"},
        {"day0_0_to": ["This is before it begins. After midnight the next day’s hours begin."]},
    ),
    (
        {"day0_0_to": "09:00"},
        {"day0_0_to": ["This is before it begins. After midnight the next day’s hours begin."]},
    ),
    ({"day0_0_to": ""}, {"day0_0_to": ["Please write both times, or none."]}),
    ({"day6_1_to": "10:00"}, {"day6_1_from": ["Please write both times, or none."]}),
    ({"day6_1_from": "0:00"}, {"day6_1_to": ["Please write both times, or none."]}),
    ({"day0_0_from": "25:00"}, {"day0_0_from": ["Please write a time like 9:30."]}),
    ({"day0_0_from": "24:01"}, {"day0_0_from": ["Please write a time like 9:30."]}),
    ({"day0_0_from": "🕘"}, {"day0_0_from": ["Please write a time like 9:30."]}),
    ({"day0_0_from": "٩:٠٠"}, {"day0_0_from": ["Please write a time like 9:30."]}),
    ({"day0_0_from": "a\x00b"}, {"day0_0_from": ["Please write a time like 9:30."]}),
    (
        {"day0_1_from": "16:59", "day0_1_to": "18:00"},
        {"day0_1_from": ["This overlaps with other hours of that day."]},
    ),
    (
        {"day0_6_from": "22:00", "day0_6_to": "23:00"},
        {"__all__": ["A day can have 6 stretches at most. Please put some together."]},
    ),
    ({"rest_minutes": "-1"}, {"rest_minutes": ["Ensure this value is greater than or equal to 0."]}),
    ({"rest_minutes": "721"}, {"rest_minutes": ["Ensure this value is less than or equal to 720."]}),
    ({"most_a_week": "101"}, {"most_a_week": ["Ensure this value is less than or equal to 100."]}),
    (
        {"notice_minutes": "7"},
        {"notice_minutes": ["Select a valid choice. 7 is not one of the available choices."]},
    ),
]


@pytest.mark.parametrize(("changes", "errors"), BAD)
def test_what_is_wrong_is_said_beside_its_field(
    ash: Organisation, changes: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    answer = factories.signed_in(factories.supporter(ash)).post(HOURS, typed(day1_0_from="09:05", **changes))
    assert answer.status_code == 422
    assert answer.context["form"].errors == errors
    assert 'value="09:05"' in answer.content.decode()
    assert Availability.objects.count() == 0


def test_stretches_may_touch(ash: Organisation) -> None:
    client = factories.signed_in(factories.supporter(ash))
    assert client.post(HOURS, typed(day0_1_from="17:00", day0_1_to="18:00")).status_code == 302
    assert stretches()[:2] == [(0, 540, 1020), (0, 1020, 1080)]


def test_more_rows_than_are_shown_are_kept(ash: Organisation) -> None:
    row = factories.supporter(ash)
    weekly = [Stretch(0, hour * 60, hour * 60 + 30) for hour in range(8, 13)]
    set_hours(Owner(membership_id=row.pk), row, weekly)
    form = factories.signed_in(row).get(HOURS).context["form"]
    assert [len(day.rows) for day in form.days()] == [5, 1, 1, 1, 1, 1, 1]
    assert len(form.days()[0].more) == 1


def test_no_hours_at_all_is_said_plainly(ash: Organisation) -> None:
    client = factories.signed_in(factories.supporter(ash))
    assert "others can book you at any time" in client.get(HOURS).content.decode()
    none = dict.fromkeys(NINE_TO_FIVE, "")
    answer = client.post(HOURS, typed(**none), follow=True)
    assert "only extra hours can be booked" in answer.content.decode()
    assert stretches() == []


def test_the_same_form_twice_changes_once(ash: Organisation) -> None:
    client = factories.signed_in(factories.supporter(ash))
    for _ in range(2):
        assert client.post(HOURS, typed()).status_code == 302
    assert (Availability.objects.get().revision, Event.objects.filter(verb="sessions.set_hours").count()) == (
        1,
        1,
    )


def test_a_stale_page_is_refused_and_keeps_what_was_typed(ash: Organisation) -> None:
    row = factories.supporter(ash)
    client = factories.signed_in(row)
    client.post(HOURS, typed())
    answer = client.post(HOURS, typed(0, day0_0_from="10:10"))
    assert answer.status_code == 422
    assert "Somebody changed this while you had the page open" in answer.content.decode()
    assert 'value="10:10"' in answer.content.decode()
    assert stretches()[0] == (0, 540, 1020)
    assert client.post(HOURS, typed(1, day0_0_from="10:10")).status_code == 302
    assert stretches()[0] == (0, 610, 1020)


def test_opening_the_page_writes_nothing(ash: Organisation) -> None:
    client = factories.signed_in(factories.supporter(ash))
    assert client.get(HOURS).status_code == 200
    assert client.put(HOURS).status_code == 405
    assert Availability.objects.count() == 0


def test_everybody_who_works_here_has_hours_of_their_own(ash: Organisation) -> None:
    for row in (factories.coordinator(ash), factories.supervisor(ash), factories.supporter(ash)):
        assert factories.signed_in(row).post(HOURS, typed()).status_code == 302
        assert Availability.objects.filter(membership=row).count() == 1
    assert Client().get(HOURS)["Location"].startswith("/account/login/")


def test_the_action_refuses_what_the_form_would(ash: Organisation) -> None:
    row = factories.supporter(ash)
    owner = Owner(membership_id=row.pk)
    for weekly in ([Stretch(0, 600, 600)], [Stretch(7, 0, 10)], [Stretch(0, 0, 1441)]):
        with pytest.raises(Refused, match="begin and end on its day"):
            set_hours(owner, row, weekly)
    with pytest.raises(Refused, match="overlap"):
        set_hours(owner, row, [Stretch(0, 0, 60), Stretch(0, 30, 90)])
    for limits in ({"notice_minutes": -1}, {"rest_minutes": 721}, {"most_a_week": 101}):
        with pytest.raises(Refused):
            set_hours(owner, row, [], **limits)
    assert Availability.objects.count() == 0


@given(st.integers(0, DAY_END))
def test_every_minute_reads_as_it_is_written(minute: int) -> None:
    found = CLOCK.fullmatch(f"{minute // 60:02}:{minute % 60:02}")
    assert found is not None
    assert int(found[1]) * 60 + int(found[2]) == minute


def test_how_many_statements_setting_hours_takes(ash: Organisation) -> None:
    client = factories.signed_in(factories.supporter(ash))
    client.post(HOURS, typed())
    with CaptureQueriesContext(connection) as queries:
        assert client.post(HOURS, typed(1, day0_0_from="10:00")).status_code == 302
    assert sum("SAVEPOINT" not in query["sql"] for query in queries) <= 14
    with CaptureQueriesContext(connection) as queries:
        assert client.get(HOURS).status_code == 200
    assert sum("SAVEPOINT" not in query["sql"] for query in queries) <= 8


# Rooms, and what coordinators read ---------------------------------------------------------------------------


def test_a_coordinator_sets_a_rooms_hours(ash: Organisation) -> None:
    room = booked.room(ash)
    page = f"/o/ash/rooms/{room.pk}/hours/"
    client = factories.signed_in(factories.coordinator(ash))
    assert "can be booked at any time" in client.get(page).content.decode()
    assert client.post(page, typed())["Location"] == page
    made = Availability.objects.get()
    assert (made.room_id, made.membership_id) == (room.pk, None)
    differ = f"{page}differ/"
    assert client.get(differ).status_code == 200
    assert client.post(differ, differs())["Location"] == page
    assert "Closed" in client.get(page).content.decode()
    remove = {"exception": HoursException.objects.get().pk}
    assert client.post(f"{differ}remove/", remove)["Location"] == page
    assert HoursException.objects.get().removed_at is not None


def test_who_may_not_set_a_rooms_hours(ash: Organisation, elm: Organisation) -> None:
    room, foreign = booked.room(ash), booked.room(elm)
    wall.enter(ash.pk)
    for tail in ("", "differ/", "differ/remove/"):
        page = f"/o/ash/rooms/{room.pk}/hours/{tail}"
        for who in (factories.supporter(ash), factories.supervisor(ash)):
            assert factories.signed_in(who).post(page, typed()).status_code == 403
        theirs = f"/o/ash/rooms/{foreign.pk}/hours/{tail}"
        assert factories.signed_in(factories.coordinator(ash)).post(theirs, typed()).status_code == 404
    room.closed_at = datetime.now(UTC)
    room.save()
    assert (
        factories.signed_in(factories.coordinator(ash)).get(f"/o/ash/rooms/{room.pk}/hours/").status_code
        == 404
    )
    assert Availability.objects.count() == 0


def test_a_coordinator_reads_a_supporters_hours_and_never_that_they_were_ill(ash: Organisation) -> None:
    row = factories.supporter(ash)
    client = factories.signed_in(row)
    client.post(HOURS, typed(most_a_week=4))
    client.post(DIFFER, differs(kind="ill"))
    assert "Ill; others read" in client.get(HOURS).content.decode()
    shown = (
        factories.signed_in(factories.coordinator(ash)).get(f"/o/ash/team/{row.pk}/hours/").content.decode()
    )
    assert "09:00 – 17:00" in shown
    assert "0 of 5 people" in shown
    assert "Away" in shown
    assert "ill" not in shown.split("<main")[1].split("</main>")[0].lower().replace("will", "")
    assert Event.objects.get(verb="sessions.add_exception").detail == {"owner": str(row.pk)}


def test_nobody_else_reads_them(ash: Organisation, elm: Organisation) -> None:
    row, foreign = factories.supporter(ash), factories.supporter(elm)
    wall.enter(ash.pk)
    for who in (factories.supporter(ash), factories.supervisor(ash), row):
        assert factories.signed_in(who).get(f"/o/ash/team/{row.pk}/hours/").status_code == 403
    client = factories.signed_in(factories.coordinator(ash))
    assert client.get(f"/o/ash/team/{foreign.pk}/hours/").status_code == 404
    assert client.post(f"/o/ash/team/{row.pk}/hours/", typed()).status_code == 405
