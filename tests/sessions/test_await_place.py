"""Standing in line: first come, first asked; nobody steps in front."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from people.models import Organisation
from sessions.models import Hold, MeetingPlace
from tests import factories
from tests.sessions import gathered


def full(ash: Organisation, people: int = 5) -> gathered.Circle:
    """Two places, both taken."""
    made = gathered.circle(ash, people=people, seats=2)
    for number in range(2):
        gathered.take(made, number)
    return made


def test_a_facilitator_puts_somebody_in_line(ash: Organisation) -> None:
    made = full(ash)
    client, page = factories.signed_in(made.facilitator), gathered.address(made, "await_place", 2)
    assert client.get(page).status_code == 200
    assert made.states()[2] == ""
    for _press in range(2):
        assert client.post(page)["Location"] == gathered.address(made, "meeting") + "#places"
    assert made.states() == ["taken", "taken", "waiting", "", ""]
    assert Event.objects.filter(verb="sessions.await_place").count() == 1
    assert not Hold.objects.filter(peer_id=made.members[2].peer_id).exists()


def test_the_line_is_in_the_order_in_which_they_came_to_it(ash: Organisation) -> None:
    """Somebody whose request waited longest carries the oldest time, and still stands at the end."""
    made, now = full(ash), datetime.now(UTC)
    for number, ago in ((4, 0), (3, 30), (2, 60)):
        gathered.wait(made, number, now=now - timedelta(seconds=ago))
    line = MeetingPlace.objects.filter(state="waiting").order_by("asked_at")
    names = [place.peer.name[-1] for place in line.select_related("peer")]
    assert names == ["4", "3", "2"]
    shown = factories.signed_in(made.facilitator).get(gathered.address(made, "meeting"))
    details = {row.name[-1]: row.detail for row in shown.context["places"].rows}
    assert (details["4"], details["2"]) == ("Is next.", "Is number 3.")


def test_who_has_a_place_or_an_offer_keeps_it(ash: Organisation) -> None:
    made = full(ash)
    gathered.wait(made, 2)
    gathered.give_back(made, 0)
    assert [gathered.wait(made, number).state for number in (1, 2)] == ["taken", "offered"]


def test_who_gave_back_waits_again_behind_the_others(ash: Organisation) -> None:
    made = full(ash)
    for number in (2, 3):
        gathered.wait(made, number)
    gathered.give_back(made, 2)
    gathered.wait(made, 2)
    gathered.give_back(made, 0)
    assert made.states() == ["given_back", "taken", "waiting", "offered", ""]


def test_where_a_place_is_free_meanwhile_it_is_kept_for_them(ash: Organisation) -> None:
    made = gathered.circle(ash)
    place = gathered.wait(made, 0)
    assert place.state == "offered"
    assert made.taken() == 1


@pytest.mark.parametrize("what", ["begun", "left"])
def test_too_late(ash: Organisation, what: str) -> None:
    made = gathered.begun(ash) if what == "begun" else gathered.circle(ash)
    if what == "left":
        gathered.leave(made, 0)
    with pytest.raises(Refused):
        gathered.wait(made, 0)
    assert not MeetingPlace.objects.exists()


def test_who_may_not(ash: Organisation, elm: Organisation) -> None:
    made, other = full(ash), gathered.circle(elm)
    wall.enter(ash.pk)
    page = gathered.address(made, "await_place", 2)
    right = {factories.supervisor(ash): 403, factories.supporter(ash): 404, other.facilitator: 404}
    for row, status in right.items():
        wall.enter(ash.pk)
        assert factories.signed_in(row).post(page).status_code == status
    assert Client().post(page).status_code == 302
    wall.enter(ash.pk)
    assert made.states()[2] == ""
