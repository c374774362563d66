"""Not this time: the place goes on, the time is theirs again, and nobody has to explain."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from people.actions import groups as group_actions
from people.models import Organisation
from reminders.models import Reminder
from sessions.actions import offers, places
from sessions.models import Hold, MeetingPlace
from tests import factories
from tests.sessions import gathered
from tests.sessions.test_hold import many_connections, race

__all__ = ["many_connections"]


def test_a_place_is_given_back_and_the_time_is_free(ash: Organisation) -> None:
    made = gathered.circle(ash)
    gathered.take(made, 0)
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "give_back", 0)
    assert client.get(page).status_code == 200
    assert made.taken() == 1
    for _press in range(2):
        assert client.post(page)["Location"] == gathered.address(made, "meeting") + "#places"
    assert (made.states()[0], made.taken()) == ("given_back", 0)
    assert not Hold.objects.filter(peer__isnull=False, released_at__isnull=True).exists()
    assert Event.objects.filter(verb="sessions.give_back").count() == 1


def test_who_steps_out_of_line_lets_the_next_move_up(ash: Organisation) -> None:
    made = gathered.circle(ash, people=4, seats=1)
    for number in range(4):
        gathered.take(made, number)
    gathered.give_back(made, 1)
    gathered.give_back(made, 0)
    assert made.states() == ["given_back", "given_back", "offered", "waiting"]


def test_who_declines_an_offer_lets_it_pass_on_at_once(ash: Organisation) -> None:
    made = gathered.circle(ash, people=4, seats=1)
    for number in range(4):
        gathered.take(made, number)
    gathered.give_back(made, 0)
    gathered.give_back(made, 1)
    assert made.states() == ["given_back", "given_back", "offered", "waiting"]
    assert made.taken() == 1


def test_somebody_can_say_no_before_they_were_asked(ash: Organisation) -> None:
    made = gathered.circle(ash)
    gathered.give_back(made, 0)
    gathered.give_back(made, 0)
    assert made.states() == ["given_back", "", ""]
    assert Event.objects.filter(verb="sessions.give_back").count() == 1


def test_once_it_has_begun_it_is_too_late(ash: Organisation) -> None:
    made = gathered.begun(ash)
    before = made.meeting.starts_at - timedelta(hours=1)
    gathered.take(made, 0, now=before)
    with pytest.raises(Refused, match="has begun"):
        gathered.give_back(made, 0)
    assert made.states()[0] == "taken"


@pytest.mark.parametrize("how", ["leaves", "archived"])
def test_who_leaves_the_group_is_out_within_a_minute(ash: Organisation, how: str) -> None:
    made = gathered.circle(ash, people=4, seats=2)
    for number in range(4):
        gathered.take(made, number)
    by, now = factories.member(made.coordinator), datetime.now(UTC)
    if how == "leaves":
        gathered.leave(made, 0)
        gathered.leave(made, 3)
    else:
        group_actions.archive_group(group_id=made.group.pk, by=by, now=now)
    assert (gathered.clock(now), gathered.clock(now)) == (1, 0)
    wall.enter(ash.pk)
    left = ["given_back", "taken", "offered", "given_back"]
    assert made.states() == (left if how == "leaves" else ["given_back"] * 4)
    holds = Hold.objects.filter(peer__isnull=False, released_at__isnull=True)
    assert holds.count() == (1 if how == "leaves" else 0)
    assert Event.objects.filter(verb="sessions.give_back", actor="clock").count() == (
        2 if how == "leaves" else 4
    )


def test_who_left_is_out_before_anybody_else_is_counted(ash: Organisation) -> None:
    """Whoever asks first after it does not have to wait for the clock."""
    made = gathered.circle(ash, people=3, seats=2)
    for number in range(2):
        gathered.take(made, number)
    gathered.leave(made, 0)
    assert gathered.take(made, 2).state == "taken"
    assert made.states() == ["given_back", "taken", "taken"]


def test_their_reminder_goes_with_the_place(ash: Organisation) -> None:
    made = gathered.circle(ash, ahead=timedelta(days=3))
    for member in made.members[:2]:
        gathered.reachable(member.peer)
    gathered.take(made, 0)
    gathered.take(made, 1)
    offers.remind_due(now=made.meeting.starts_at - timedelta(hours=23))
    wall.enter(ash.pk)
    gathered.give_back(made, 0, now=made.meeting.starts_at - timedelta(hours=22))
    peers = {member.peer_id: number for number, member in enumerate(made.members)}
    rows = Reminder.objects.filter(kind="session_tomorrow", recipient_id__in=peers)
    states = {peers[row.recipient_id]: row.state for row in rows}
    assert states == {0: "cancelled", 1: "waiting"}


def test_who_may_not(ash: Organisation, elm: Organisation) -> None:
    made, other = gathered.circle(ash), gathered.circle(elm)
    wall.enter(ash.pk)
    gathered.take(made, 0)
    page = gathered.address(made, "give_back", 0)
    right = {factories.supervisor(ash): 403, factories.supporter(ash): 404, other.coordinator: 404}
    for row, status in right.items():
        wall.enter(ash.pk)
        assert factories.signed_in(row).post(page).status_code == status
    assert Client().post(page).status_code == 302
    wall.enter(ash.pk)
    assert made.states()[0] == "taken"


def test_how_many_statements_it_takes(ash: Organisation) -> None:
    made = gathered.circle(ash)
    for number in range(2):
        gathered.take(made, number)
    client = factories.signed_in(made.facilitator)
    with CaptureQueriesContext(connection) as caught:
        client.post(gathered.address(made, "give_back", 0))
    asked = [one["sql"] for one in caught.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) == 14, "\n".join(asked)


@pytest.mark.usefixtures("many_connections")
def test_all_give_back_at_once_and_each_place_is_offered_to_somebody_else() -> None:
    with transaction.atomic():
        made = gathered.circle(factories.organisation("ash"), people=18, seats=6, many=True)
        for number in range(18):
            gathered.take(made, number)
        runners = [_giving_back(made, number) for number in range(6)]
    results = race(made.organisation, runners)
    assert all(isinstance(one, MeetingPlace) for one in results), results
    with wall.inside(made.organisation.pk):
        assert made.states() == ["given_back"] * 6 + ["offered"] * 6 + ["waiting"] * 6
        assert made.taken() == 6


def _giving_back(made: gathered.Circle, number: int) -> Any:
    by, now = factories.member(made.facilitator), datetime.now(UTC)
    return lambda: places.give_back(
        peer_session_id=made.meeting.pk, member=made.members[number], by=by, now=now
    )
