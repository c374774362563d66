"""A place for everybody: one tap, when all fit; never against somebody's no, nor over something else."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from people.models import GroupMember, Organisation
from sessions.actions import places
from sessions.models import Hold, MeetingPlace
from tests import factories
from tests.sessions import booked, gathered


def give(made: gathered.Circle) -> places.Given:
    """Everybody gets one."""
    by = factories.member(made.facilitator)
    return places.give_places(peer_session_id=made.meeting.pk, by=by, now=datetime.now(UTC))


def test_everybody_gets_one_with_one_tap(ash: Organisation) -> None:
    made = gathered.circle(ash, people=4, seats=6)
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "give_places")
    assert client.get(page).status_code == 200
    assert not MeetingPlace.objects.exists()
    for _press in range(2):
        assert client.post(page)["Location"] == gathered.address(made, "meeting") + "#places"
    assert made.states() == ["taken"] * 4
    assert made.taken() == 4
    held = Hold.objects.filter(peer__isnull=False, released_at__isnull=True)
    assert set(held.values_list("peer_id", flat=True)) == {member.peer_id for member in made.members}
    first = Event.objects.filter(verb="sessions.give_places").earliest("number")
    assert sorted(first.detail["places"]) == sorted(
        str(pk) for pk in MeetingPlace.objects.values_list("pk", flat=True)
    )
    assert not Event.objects.filter(verb="sessions.take_place").exists()


def test_who_said_no_is_left_alone_and_who_was_asked_has_it(ash: Organisation) -> None:
    made = gathered.circle(ash, people=4, seats=3)
    for number in range(4):
        gathered.take(made, number)
    gathered.give_back(made, 0)
    assert made.states() == ["given_back", "taken", "taken", "offered"]
    assert give(made) == places.Given(1, [])
    assert made.states() == ["given_back", "taken", "taken", "taken"]


def test_where_they_do_not_all_fit_nobody_gets_one(ash: Organisation) -> None:
    made = gathered.circle(ash, people=4, seats=3)
    with pytest.raises(Refused) as no:
        give(made)
    assert str(no.value) == "Not everybody fits in: 3 places are free, and 4 people have none."
    assert (
        factories.signed_in(made.facilitator).post(gathered.address(made, "give_places")).status_code == 302
    )
    assert not MeetingPlace.objects.exists()


def test_who_has_something_else_is_named_by_number_only(ash: Organisation) -> None:
    made, found = gathered.circle(ash, people=3, seats=6), booked.thread(ash)
    GroupMember.objects.filter(pk=made.members[0].pk).update(peer=found.peer)
    made.members[0].refresh_from_db()
    booked.session(found, made.meeting.starts_at, now=datetime.now(UTC))
    client = factories.signed_in(made.facilitator)
    answer = client.post(gathered.address(made, "give_places"), follow=True)
    assert "1 person has something else at that time, and got no place." in answer.content.decode()
    assert made.states() == ["", "taken", "taken"]


def test_too_late(ash: Organisation) -> None:
    made = gathered.begun(ash)
    with pytest.raises(Refused, match="has begun"):
        give(made)


def test_who_may_not(ash: Organisation, elm: Organisation) -> None:
    made, other = gathered.circle(ash, seats=6), gathered.circle(elm)
    wall.enter(ash.pk)
    page = gathered.address(made, "give_places")
    right = {factories.supervisor(ash): 403, factories.supporter(ash): 404, other.coordinator: 404}
    for row, status in right.items():
        wall.enter(ash.pk)
        assert factories.signed_in(row).post(page).status_code == status
    assert Client().post(page).status_code == 302
    wall.enter(ash.pk)
    assert not MeetingPlace.objects.exists()


@pytest.mark.parametrize("people", [1, 6])
def test_how_many_statements_it_takes(ash: Organisation, people: int) -> None:
    made = gathered.circle(ash, people=people, seats=8)
    client = factories.signed_in(made.facilitator)
    with CaptureQueriesContext(connection) as caught:
        client.post(gathered.address(made, "give_places"))
    asked = [one["sql"] for one in caught.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) == 15, "\n".join(asked)


@pytest.mark.parametrize("people", [1, 3])
def test_how_many_queries_the_meetings_page_takes(ash: Organisation, people: int) -> None:
    made = gathered.circle(ash, people=people, seats=2)
    for number in range(people):
        gathered.take(made, number)
    client = factories.signed_in(made.facilitator)
    with CaptureQueriesContext(connection) as caught:
        client.get(gathered.address(made, "meeting"))
    asked = [one["sql"] for one in caught.captured_queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) <= 10, "\n".join(asked)


def test_the_page_offers_what_can_be_done(ash: Organisation) -> None:
    made = gathered.circle(ash, people=3, seats=2)
    client = factories.signed_in(made.facilitator)
    panel = client.get(gathered.address(made, "meeting")).context["places"]
    assert [(row.may_take, row.may_wait, row.may_give_back) for row in panel.rows] == [
        (True, False, False)
    ] * 3
    assert (panel.taken, panel.waiting, panel.all_fit) == ("0 of 2 places are taken.", "", False)
    for number in range(3):
        gathered.take(made, number)
    panel = client.get(gathered.address(made, "meeting")).context["places"]
    assert [(row.may_take, row.may_wait, row.may_give_back) for row in panel.rows] == [
        (False, False, True)
    ] * 3
    assert (panel.taken, panel.waiting) == ("2 of 2 places are taken.", "1 person is in line.")
    supervisor = factories.supervisor(ash)
    assert factories.signed_in(supervisor).get(gathered.address(made, "meeting")).status_code == 404


def test_once_it_has_begun_the_page_says_who_came(ash: Organisation) -> None:
    made = gathered.begun(ash)
    client = factories.signed_in(made.facilitator)
    for number, mark in enumerate(("came", "stayed_away")):
        sent = {"who": str(made.members[number].pk), "mark": mark, "was": ""}
        client.post(gathered.address(made, "attendance"), sent)
    panel = client.get(gathered.address(made, "meeting")).context["places"]
    assert [str(row.shown.words) for row in panel.rows] == ["Came", "Was not there", "Has not said"]
    assert not panel.may_change


def test_near_the_meeting_the_page_says_that_nothing_is_kept(ash: Organisation) -> None:
    made = gathered.circle(ash, ahead=timedelta(hours=2))
    shown = factories.signed_in(made.facilitator).get(gathered.address(made, "meeting")).content.decode()
    assert "Whoever says yes first has it." in shown
