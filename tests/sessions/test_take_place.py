"""Taking a place: while there is one; and otherwise in line. Their time is held, and nobody else's page is needed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import GroupMember, Organisation
from sessions.actions import meetings, places
from sessions.models import Hold, MeetingPlace
from tests import factories
from tests.sessions import booked, gathered
from tests.sessions.test_hold import many_connections, race

__all__ = ["many_connections"]
MANY = 20


def test_places_are_taken_first_come_and_then_there_is_a_line(ash: Organisation) -> None:
    made = gathered.circle(ash, people=4, seats=2)
    assert [gathered.take(made, number).state for number in range(4)] == [
        "taken",
        "taken",
        "waiting",
        "waiting",
    ]
    assert made.taken() == 2
    held = Hold.objects.filter(peer_session=made.meeting, peer__isnull=False, released_at__isnull=True)
    assert set(held.values_list("peer_id", flat=True)) == {member.peer_id for member in made.members[:2]}


def test_a_facilitator_says_so_with_one_tap(ash: Organisation) -> None:
    made = gathered.circle(ash)
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "take_place", 0)
    assert client.get(page).status_code == 200
    assert made.place(0) is None
    answer = client.post(page)
    assert answer["Location"] == gathered.address(made, "meeting") + "#places"
    place = made.place(0)
    assert place is not None
    assert (place.state, place.asked_by) == ("taken", f"member:{made.facilitator.pk}")
    event = Event.objects.get(verb="sessions.take_place")
    assert (event.object_id, event.detail) == (str(place.pk), {"peer_session": str(made.meeting.pk)})


def test_twice_is_once(ash: Organisation) -> None:
    made = gathered.circle(ash)
    client, page = factories.signed_in(made.coordinator), gathered.address(made, "take_place", 0)
    for _press in range(2):
        assert client.post(page).status_code == 302
    assert (made.taken(), MeetingPlace.objects.count()) == (1, 1)
    assert Event.objects.filter(verb="sessions.take_place").count() == 1


def test_somebody_in_line_who_asks_again_stays_where_they_are(ash: Organisation) -> None:
    made = gathered.circle(ash, people=4, seats=2)
    for number in range(4):
        gathered.take(made, number)
    before = made.place(2)
    assert gathered.take(made, 2).asked_at == getattr(before, "asked_at", None)


def test_an_offered_place_is_taken(ash: Organisation) -> None:
    made = gathered.circle(ash)
    for number in range(3):
        gathered.take(made, number)
    gathered.give_back(made, 0)
    assert made.states() == ["given_back", "taken", "offered"]
    assert gathered.take(made, 2).state == "taken"
    assert made.taken() == 2


def test_who_said_no_changes_their_mind(ash: Organisation) -> None:
    made = gathered.circle(ash)
    gathered.take(made, 0)
    gathered.give_back(made, 0)
    assert gathered.take(made, 0).state == "taken"
    assert Hold.objects.filter(peer_id=made.members[0].peer_id, released_at__isnull=True).count() == 1


def test_an_answer_after_the_offer_lapsed_puts_them_in_line_and_loses_nothing(ash: Organisation) -> None:
    made = gathered.circle(ash, people=4, seats=2)
    for number in range(4):
        gathered.take(made, number)
    gathered.give_back(made, 0)
    later = datetime.now(UTC) + timedelta(hours=25)
    place = gathered.take(made, 2, now=later)
    assert place.state == "waiting"
    assert made.states() == ["given_back", "taken", "waiting", "offered"]
    assert made.taken() == 2


def test_late_and_nobody_else_waits_they_have_it(ash: Organisation) -> None:
    made = gathered.circle(ash)
    for number in range(3):
        gathered.take(made, number)
    gathered.give_back(made, 0)
    assert gathered.take(made, 2, now=datetime.now(UTC) + timedelta(hours=25)).state == "taken"


def test_time_that_is_taken_by_something_else_is_refused_without_saying_by_what(ash: Organisation) -> None:
    made = gathered.circle(ash)
    found = booked.thread(ash)
    made.members[0].peer = found.peer
    GroupMember.objects.filter(pk=made.members[0].pk).update(peer=found.peer)
    booked.session(found, made.meeting.starts_at, now=datetime.now(UTC))
    client = factories.signed_in(made.facilitator)
    answer = client.post(gathered.address(made, "take_place", 0), follow=False)
    assert answer.status_code == 302
    with pytest.raises(Refused, match=r"^They have something else at that time.$"):
        gathered.take(made, 0)
    with pytest.raises(Refused, match=r"^You have something else at that time.$"):
        gathered.take(made, 0, by=gathered.holder(made, 0))
    assert made.taken() == 0
    assert not MeetingPlace.objects.exists()


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ("begun", "This meeting has begun already."),
        ("off", "This meeting was called off."),
        ("left", "They do not belong to this group any more."),
    ],
)
def test_too_late_is_said_in_words(ash: Organisation, what: str, words: str) -> None:
    made = gathered.begun(ash) if what == "begun" else gathered.circle(ash)
    by = factories.member(made.coordinator)
    if what == "off":
        meetings.cancel_meeting(peer_session_id=made.meeting.pk, why="other", by=by, now=datetime.now(UTC))
    if what == "left":
        gathered.leave(made, 0)
    with pytest.raises(Refused) as no:
        gathered.take(made, 0)
    assert str(no.value) == words
    client = factories.signed_in(made.coordinator)
    assert client.post(gathered.address(made, "take_place", 0)).status_code == 302
    assert not MeetingPlace.objects.exists()


def test_who_may_not(ash: Organisation, elm: Organisation) -> None:
    made, other = gathered.circle(ash), gathered.circle(elm)
    wall.enter(ash.pk)
    page = gathered.address(made, "take_place", 0)
    right = {
        factories.supervisor(ash): 403,
        factories.supporter(ash): 404,
        other.facilitator: 404,
        other.coordinator: 404,
    }
    for row, status in right.items():
        wall.enter(ash.pk)
        assert factories.signed_in(row).post(page).status_code == status
    assert Client().post(page).status_code == 302
    wall.enter(ash.pk)
    client = factories.signed_in(made.facilitator)
    for member_id in (other.members[0].pk, new_id()):
        assert client.post(_for(made, member_id)).status_code == 404
    assert not MeetingPlace.objects.exists()


def _for(made: gathered.Circle, member_id: UUID) -> str:
    return gathered.address(made, "take_place", 0).replace(str(made.members[0].pk), str(member_id))


def test_how_many_statements_it_takes(ash: Organisation) -> None:
    made = gathered.circle(ash)
    client = factories.signed_in(made.facilitator)
    client.post(gathered.address(made, "take_place", 0))
    with CaptureQueriesContext(connection) as caught:
        client.post(gathered.address(made, "take_place", 1))
    asked = [one["sql"] for one in caught.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) == 13, "\n".join(asked)


@pytest.mark.usefixtures("many_connections")
def test_many_at_once_get_as_many_places_as_there_are() -> None:
    """Each has its own connection; taken one after another under the meeting's lock, in one order."""
    with transaction.atomic():
        made = gathered.circle(factories.organisation("ash"), people=MANY, seats=5, many=True)
        runners = [_taking(made, number) for number in range(MANY)]
    results = race(made.organisation, runners)
    states = [one.state for one in results if isinstance(one, MeetingPlace)]
    assert (states.count("taken"), states.count("waiting")) == (5, MANY - 5), results
    with wall.inside(made.organisation.pk):
        assert made.taken() == 5
        rows = list(MeetingPlace.objects.order_by("asked_at", "pk").values_list("state", flat=True))
    assert rows == ["taken"] * 5 + ["waiting"] * (MANY - 5)


def _taking(made: gathered.Circle, number: int) -> Any:
    # Who waited longest carries the oldest `now`, and still stands where they came to the lock.
    now = datetime.now(UTC) + timedelta(seconds=MANY - number)
    by = factories.member(made.facilitator)
    return lambda: places.take_place(
        peer_session_id=made.meeting.pk, member=made.members[number], by=by, now=now
    )


@pytest.mark.usefixtures("many_connections")
def test_the_same_peer_many_times_at_once_has_one_place() -> None:
    with transaction.atomic():
        made = gathered.circle(factories.organisation("ash"), people=1)
        runners = [_taking(made, 0)] * 8
    results = race(made.organisation, runners)
    assert all(isinstance(one, MeetingPlace) for one in results), results
    assert len({one.pk for one in results if isinstance(one, MeetingPlace)}) == 1
    with wall.inside(made.organisation.pk):
        held = Hold.objects.filter(peer__isnull=False)
        assert (made.taken(), MeetingPlace.objects.count(), held.count()) == (1, 1, 1)
