"""Who came: one tap for each person, on a phone, by two at once, also late; and who is new today."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.actions import groups as group_actions
from people.models import GroupMember, Organisation
from sessions.actions import attendance, meetings
from sessions.models import MeetingPlace
from tests import factories
from tests.sessions import gathered
from tests.sessions.test_hold import many_connections, race

__all__ = ["many_connections"]
PAGE_QUERIES = 7


def tap(made: gathered.Circle, number: int, mark: str, was: str = "") -> dict[str, str]:
    """What a tap sends."""
    return {"who": str(made.members[number].pk), "mark": mark, "was": was}


def marks(made: gathered.Circle) -> list[str]:
    """What is noted of everybody."""
    found = dict(MeetingPlace.objects.filter(peer_session=made.meeting).values_list("peer_id", "attended"))
    return [found.get(member.peer_id, "-") for member in made.members]


def test_one_tap_for_each_person(ash: Organisation) -> None:
    made = gathered.begun(ash)
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "attendance")
    shown = client.get(page)
    assert shown.status_code == 200
    assert [row.name for row in shown.context["attendance"].rows] == ["Wanda 000", "Wanda 001", "Wanda 002"]
    assert not MeetingPlace.objects.exists()
    answer = client.post(page, tap(made, 0, "came"))
    assert answer["Location"] == f"{page}#m-{made.members[0].pk}"
    client.post(page, tap(made, 1, "stayed_away"))
    assert marks(made) == ["came", "stayed_away", "-"]
    event = Event.objects.filter(verb="sessions.attendance").first()
    assert event is not None
    assert event.detail == {"attended": "came"}


def test_who_came_without_a_place_is_noted_and_takes_none(ash: Organisation) -> None:
    made = gathered.begun(ash)
    early = made.meeting.starts_at - timedelta(hours=5)
    for number in range(2):
        gathered.take(made, number, now=early)
    factories.signed_in(made.facilitator).post(gathered.address(made, "attendance"), tap(made, 2, "came"))
    assert marks(made) == ["", "", "came"]
    assert made.taken() == 2


def test_a_tap_can_be_taken_back_and_changed(ash: Organisation) -> None:
    made = gathered.begun(ash)
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "attendance")
    client.post(page, tap(made, 0, "introduced"))
    client.post(page, tap(made, 0, "stayed_away", was="came"))
    place = made.place(0)
    assert place is not None
    assert (place.attended, place.introduced_at) == ("stayed_away", None)
    client.post(page, tap(made, 0, "clear", was="stayed_away"))
    assert marks(made)[0] == ""


def test_the_same_tap_twice_is_one(ash: Organisation) -> None:
    made = gathered.begun(ash)
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "attendance")
    assert [client.post(page, tap(made, 0, "came")).status_code for _press in range(2)] == [302, 302]
    assert Event.objects.filter(verb="sessions.attendance").count() == 1


def test_two_with_different_marks_are_told(ash: Organisation) -> None:
    made = gathered.begun(ash)
    page = gathered.address(made, "attendance")
    factories.signed_in(made.facilitator).post(page, tap(made, 0, "came"))
    other = factories.signed_in(made.coordinator)
    answer = other.post(page, tap(made, 0, "stayed_away"))
    assert answer.status_code == 422
    row = answer.context["attendance"].rows[0]
    assert (row.attended, row.trouble) == (
        "came",
        "Somebody has noted something else meanwhile. Tap again to change it.",
    )
    assert marks(made)[0] == "came"
    other.post(page, tap(made, 0, "stayed_away", was=row.attended))
    assert marks(made)[0] == "stayed_away"


def test_it_can_be_noted_late_and_after_closing(ash: Organisation) -> None:
    made = gathered.begun(ash)
    by = factories.member(made.facilitator)
    meetings.close_meeting(peer_session_id=made.meeting.pk, by=by, now=datetime.now(UTC))
    factories.signed_in(made.facilitator).post(gathered.address(made, "attendance"), tap(made, 0, "came"))
    assert marks(made)[0] == "came"


def test_who_is_new_is_welcomed_once(ash: Organisation) -> None:
    made = gathered.begun(ash)
    client = factories.signed_in(made.facilitator)
    earlier = gathered.meeting(made.group, made.meeting.starts_at - timedelta(days=7))
    attendance.note_attendance(
        peer_session_id=earlier.pk,
        member=made.members[0],
        attended="came",
        was="",
        by=factories.member(made.facilitator),
        now=datetime.now(UTC),
    )
    page = gathered.address(made, "attendance")
    for number in range(2):
        client.post(page, tap(made, number, "came"))
    shown = client.get(page)
    assert [row.is_new for row in shown.context["attendance"].rows] == [False, True, True]
    assert [row.name for row in shown.context["attendance"].newcomers] == ["Wanda 001"]
    assert "pronouns they want to be called by" in shown.content.decode()
    for _press in range(2):
        client.post(page, tap(made, 1, "introduced", was="came"))
    place = made.place(1)
    assert place is not None
    assert place.introduced_at is not None
    assert Event.objects.filter(verb="sessions.introduce").count() == 1
    assert client.get(page).context["attendance"].newcomers[0].introduced


def test_introducing_somebody_says_that_they_came(ash: Organisation) -> None:
    made = gathered.begun(ash)
    factories.signed_in(made.facilitator).post(
        gathered.address(made, "attendance"), tap(made, 0, "introduced")
    )
    assert marks(made)[0] == "came"


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("early", "This meeting has not begun yet."),
        ("off", "This meeting was called off."),
        ("left", "They do not belong to this group any more."),
    ],
)
def test_what_cannot_be_noted_is_said(ash: Organisation, what: str, words: str) -> None:
    made = gathered.circle(ash) if what == "early" else gathered.begun(ash)
    if what == "off":
        by = factories.member(made.coordinator)
        meetings.cancel_meeting(peer_session_id=made.meeting.pk, why="other", by=by, now=datetime.now(UTC))
    if what == "left":
        before = made.meeting.starts_at - timedelta(minutes=1)
        GroupMember.objects.filter(pk=made.members[0].pk).update(left_at=before)
    client = factories.signed_in(made.facilitator)
    answer = client.post(gathered.address(made, "attendance"), tap(made, 0, "came"))
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not MeetingPlace.objects.exists()


def test_who_left_after_it_began_can_still_be_noted(ash: Organisation) -> None:
    made = gathered.begun(ash)
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "attendance")
    gathered.leave(made, 0)
    GroupMember.objects.filter(pk=made.members[1].pk).update(left_at=made.meeting.starts_at)
    assert [(row.name, row.has_left) for row in client.get(page).context["attendance"].rows] == [
        ("Wanda 000", True),
        ("Wanda 002", False),
    ]
    answer = client.post(page, tap(made, 0, "came"))
    assert answer["Location"] == f"{page}#m-{made.members[0].pk}"
    assert "has left since" in client.get(page).content.decode()
    assert marks(made) == ["came", "-", "-"]


def test_who_left_and_came_back_stands_there_once(ash: Organisation) -> None:
    made = gathered.begun(ash)
    gathered.leave(made, 0)
    again = group_actions.join(
        group_id=made.group.pk,
        peer=made.members[0].peer,
        by=factories.member(made.coordinator),
        now=datetime.now(UTC),
    )
    rows = (
        factories.signed_in(made.facilitator)
        .get(gathered.address(made, "attendance"))
        .context["attendance"]
        .rows
    )
    assert [row.group_member_id for row in rows if row.name == "Wanda 000"] == [again.pk]


def test_early_birds_can_be_noted(ash: Organisation) -> None:
    made = gathered.circle(ash, ahead=timedelta(minutes=50))
    factories.signed_in(made.facilitator).post(gathered.address(made, "attendance"), tap(made, 0, "came"))
    assert marks(made)[0] == "came"


@pytest.mark.parametrize(
    "changes",
    [{"mark": "flew"}, {"mark": ""}, {"was": "x"}, {"who": "nobody"}, {"who": ""}, {"mark": "a\0b"}],
)
def test_nonsense_changes_nothing(ash: Organisation, changes: dict[str, str]) -> None:
    made = gathered.begun(ash)
    client = factories.signed_in(made.facilitator)
    answer = client.post(gathered.address(made, "attendance"), tap(made, 0, "came") | changes)
    assert answer.status_code == 422
    assert "Please tap again." in answer.content.decode()
    assert not MeetingPlace.objects.exists()


def test_who_may_not(ash: Organisation, elm: Organisation) -> None:
    made, other = gathered.begun(ash), gathered.begun(elm)
    wall.enter(ash.pk)
    neighbours = gathered.begun(ash)
    page = gathered.address(made, "attendance")
    right = {factories.supervisor(ash): 403, factories.supporter(ash): 404, other.facilitator: 404}
    for row, status in right.items():
        wall.enter(ash.pk)
        client = factories.signed_in(row)
        assert (client.get(page).status_code, client.post(page, tap(made, 0, "came")).status_code) == (
            status,
            status,
        )
    assert Client().get(page).status_code == 302
    wall.enter(ash.pk)
    client = factories.signed_in(made.facilitator)
    for member_id in (neighbours.members[0].pk, other.members[0].pk, new_id()):
        answer = client.post(page, {"who": str(member_id), "mark": "came", "was": ""})
        assert answer.status_code == 404
    assert not MeetingPlace.objects.exists()


@pytest.mark.parametrize("people", [1, 3])
def test_how_many_queries_the_page_takes(ash: Organisation, people: int) -> None:
    made = gathered.begun(ash, people=people)
    client = factories.signed_in(made.facilitator)
    for number in range(people):
        client.post(gathered.address(made, "attendance"), tap(made, number, "came"))
    with CaptureQueriesContext(connection) as caught:
        client.get(gathered.address(made, "attendance"))
    asked = [one["sql"] for one in caught.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) == PAGE_QUERIES, "\n".join(asked)


@pytest.mark.usefixtures("many_connections")
def test_two_facilitators_at_once_lose_nothing() -> None:
    with transaction.atomic():
        made = gathered.begun(factories.organisation("ash"), people=12, many=True)
        runners = [_noting(made, number % 12) for number in range(20)]
    results = race(made.organisation, runners)
    assert all(isinstance(one, MeetingPlace) for one in results), results
    with wall.inside(made.organisation.pk):
        assert marks(made) == ["came"] * 12


@pytest.mark.usefixtures("many_connections")
def test_of_two_different_marks_at_once_one_is_refused() -> None:
    with transaction.atomic():
        made = gathered.begun(factories.organisation("ash"), people=1)
        runners = [_noting(made, 0), _noting(made, 0, "stayed_away")]
    results = race(made.organisation, runners)
    assert sorted(type(one).__name__ for one in results) == ["MeetingPlace", "Refused"]
    assert any(isinstance(one, Refused) for one in results)


def _noting(made: gathered.Circle, number: int, attended: str = "came") -> Any:
    by, now = factories.member(made.facilitator), datetime.now(UTC)
    return lambda: attendance.note_attendance(
        peer_session_id=made.meeting.pk,
        member=made.members[number],
        attended=attended,
        was="",
        by=by,
        now=now,
    )
