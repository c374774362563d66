"""The meetings of a group, and the page of one: who sees them, what they say, and with how many questions."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from lib import wall
from lib.ids import new_id
from people.models import Organisation, Supervision
from sessions.actions import facilitating, meetings
from tests import factories
from tests.sessions import booked, planned


def now() -> datetime:
    return datetime.now(UTC)


@pytest.mark.parametrize("rows", [1, 3])
def test_the_same_questions_at_one_row_and_at_three(
    ash: Organisation, django_assert_num_queries: Any, rows: int
) -> None:
    found = planned.gathering(ash)
    made = planned.again(found, planned.soon(length=7 * (rows - 1), place=planned.where(found)), now=now())
    for who in (found.coordinator, found.first):
        client = factories.signed_in(who)
        with django_assert_num_queries(2 + 7):  # two are the savepoint of the request
            page = client.get(found.url()).context["page"]
        assert len(page.rows) == rows
        with django_assert_num_queries(2 + 7):
            series = client.get(found.url("series", made.series.pk)).context["page"]
        assert len(series.meetings.rows) == rows


def test_one_meeting_takes_few_questions(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found, planned.soon(place=planned.where(found)), now=now())
    for who in (found.coordinator, found.first):
        client = factories.signed_in(who)
        with planned.statements(10):
            assert client.get(found.url("meeting", made.meetings[0].pk)).status_code == 200


def test_what_the_list_says(ash: Organisation) -> None:
    found = planned.gathering(ash)
    near = planned.meeting(found, planned.ahead(2), now=now(), place=planned.where(found, places=10))
    far = planned.meeting(found, planned.ahead(30), now=now())
    by = factories.member(found.first)
    meetings.cancel_meeting(peer_session_id=far.pk, why="time", by=by, now=now())
    facilitating.step_out(peer_session_id=near.pk, membership_id=found.first.pk, by=by, now=now())
    rows = factories.signed_in(found.first).get(found.url()).context["page"].rows
    assert [(row.place, row.lacks, row.places, row.state.words) for row in rows] == [
        ("The Mill, Large room", ["One facilitator only"], "0 of 10 taken", "Planned"),
        ("A walk: At the gate", [], "0 of 12 taken", "Called off"),
    ]
    assert rows[0].facilitators == found.second.user.preferred_name


def test_those_that_were(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found)  # in January
    client = factories.signed_in(found.first)
    assert "No meeting is planned" in client.get(found.url()).content.decode()
    rows = client.get(f"{found.url()}?past=yes").context["page"].rows
    assert [row.url for row in rows] == [found.url("meeting", row.pk) for row in reversed(made.meetings)]


def test_a_long_list_goes_on(ash: Organisation) -> None:
    found = planned.gathering(ash)
    planned.again(found, planned.soon(length=400), now=now())
    planned.again(found, planned.soon(8, length=400), now=now())
    client = factories.signed_in(found.coordinator)
    first = client.get(found.url())
    assert len(first.context["page"].rows) == 25
    assert "Every week on" in first.content.decode()
    seen = {row.url for row in first.context["page"].rows}
    rest = client.get(found.url(), {"after": first.context["page"].next}).context["page"]
    assert len(rest.rows) == 25
    assert seen.isdisjoint({row.url for row in rest.rows})
    nonsense = client.get(found.url(), {"after": "x"}).context["page"]
    assert {row.url for row in nonsense.rows} == seen


def test_who_sees_what(ash: Organisation, elm: Organisation) -> None:
    found, other = planned.gathering(ash), planned.gathering(elm)
    wall.enter(ash.pk)
    made = planned.again(found, planned.soon(), now=now())
    theirs, stranger = factories.supervisor(ash), factories.supervisor(ash)
    Supervision.objects.create(
        organisation=ash, supervisor=theirs, supporter=found.first, starts_at=factories.START
    )
    pages = (found.url(), found.url("meeting", made.meetings[0].pk), found.url("series", made.series.pk))
    for who, status in (
        (found.coordinator, 200),
        (found.first, 200),
        (theirs, 200),
        (stranger, 404),
        (factories.supporter(ash), 404),
        (other.coordinator, 404),
    ):
        client = factories.signed_in(who)
        assert [client.get(page).status_code for page in pages] == [status] * 3
    shown = factories.signed_in(theirs).get(pages[1]).content.decode()
    for words in ("Call it off", "Change only this one", "I will be there", "I cannot be there"):
        assert words not in shown
    assert Client().get(pages[0])["Location"].startswith("/account/login/")
    boss = factories.signed_in(found.coordinator)
    for name in ("meetings", "meeting", "series"):
        assert boss.get(found.url(name, new_id())).status_code == 404
    assert boss.post(pages[1]).status_code == 405


def test_a_session_of_two_is_no_meeting(ash: Organisation) -> None:
    thread = booked.thread(ash)
    row = booked.ahead(thread)
    client = factories.signed_in(thread.coordinator)
    found = planned.gathering(ash)
    for name in ("meeting", "move_meeting", "cancel_meeting", "step_in", "step_out"):
        assert client.get(found.url(name, row.pk)).status_code == 404


def test_the_page_of_one(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(
        found, planned.soon(place=planned.where(found, side_room_id=found.side_room.pk)), now=now()
    )
    row = made.meetings[1]
    events = Event.objects.count()
    shown = factories.signed_in(found.first).get(found.url("meeting", row.pk)).content.decode()
    for words in (
        "The Mill, Large room",
        "The Mill, Side room",
        "1 Mill Lane",
        "90 minutes",
        "Change only this one",
        "Change this and all that follow",
        f"{found.url('change_series', made.series.pk)}?from={row.occurs_on}",
        "Every week on",
    ):
        assert words in shown
    assert "<title>Groups" in shown  # and never the group
    assert Event.objects.count() == events


def test_names_are_words_and_nothing_else(ash: Organisation) -> None:
    found = planned.gathering(ash)
    found.first.user.preferred_name = '<i>"{}"'
    found.first.user.save()
    place = planned.where(meeting_point="<b>{0}</b> %s")
    row = planned.meeting(found, planned.ahead(), now=now(), place=place)
    client = factories.signed_in(found.coordinator)
    for page in (found.url(), found.url("meeting", row.pk)):
        shown = client.get(page).content.decode()
        assert "&lt;i&gt;&quot;{}&quot;" in shown
        assert "A walk: &lt;b&gt;{0}&lt;/b&gt; %s" in shown


def test_a_meeting_that_has_begun(ash: Organisation) -> None:
    found = planned.gathering(ash)
    starts_at = now().replace(microsecond=0) - timedelta(minutes=10)
    row = planned.meeting(found, starts_at, now=starts_at - timedelta(days=1))
    client = factories.signed_in(found.first)
    shown = client.get(found.url("meeting", row.pk)).content.decode()
    assert "Change time or place" not in shown
    assert "Call it off" in shown
    assert [one.url for one in client.get(found.url()).context["page"].rows] == [found.url("meeting", row.pk)]
