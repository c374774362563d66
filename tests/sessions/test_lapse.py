"""An offer that nobody answers ends, and the next in line is asked: by the clock, as often as it runs."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from audit.models import Event
from lib import wall
from people.models import Organisation
from reminders.models import Message
from sessions.actions import offers
from sessions.actions.line import Line
from sessions.tasks import pass_places_on
from tests import factories
from tests.sessions import gathered
from tests.sessions.test_hold import many_connections, race

__all__ = ["many_connections"]
A_DAY = timedelta(hours=24)


def offered(organisation: Organisation, now: datetime) -> gathered.Circle:
    """Three people want one place; the first gave it back, the second is asked."""
    made = gathered.circle(organisation, people=3, seats=1, now=now)
    for number in range(3):
        gathered.reachable(made.members[number].peer)
        gathered.take(made, number, now=now)
    gathered.give_back(made, 0, now=now)
    return made


def test_it_stays_until_its_time_and_then_passes_on(ash: Organisation) -> None:
    now = datetime.now(UTC)
    made = offered(ash, now)
    assert gathered.clock(now + A_DAY - timedelta(seconds=1)) == 0
    wall.enter(ash.pk)
    assert made.states() == ["given_back", "offered", "waiting"]
    assert gathered.clock(now + A_DAY) == 1
    wall.enter(ash.pk)
    assert made.states() == ["given_back", "lapsed", "offered"]
    place = made.place(2)
    assert place is not None
    assert place.offer_ends_at == now + 2 * A_DAY
    assert made.taken() == 1
    assert Event.objects.get(verb="sessions.lapse").actor == "clock"


def test_the_old_message_is_taken_back_and_the_new_one_goes_out(ash: Organisation) -> None:
    now = datetime.now(UTC)
    made = offered(ash, now)
    gathered.clock(now + A_DAY)
    wall.enter(ash.pk)
    messages = dict(Message.objects.filter(kind="place_offered").values_list("recipient_id", "state"))
    assert messages == {made.members[1].peer_id: "cancelled", made.members[2].peer_id: "queued"}


def test_a_second_run_does_nothing_more(ash: Organisation) -> None:
    now = datetime.now(UTC)
    offered(ash, now)
    assert [gathered.clock(now + A_DAY) for _run in range(3)] == [1, 0, 0]
    wall.enter(ash.pk)
    assert Event.objects.filter(verb="sessions.lapse").count() == 1


def test_when_the_line_is_empty_the_place_is_simply_free(ash: Organisation) -> None:
    now = datetime.now(UTC)
    made = offered(ash, now)
    gathered.give_back(made, 2, now=now)
    gathered.clock(now + A_DAY)
    wall.enter(ash.pk)
    assert (made.states(), made.taken()) == (["given_back", "lapsed", "given_back"], 0)


def test_near_the_meeting_everybody_in_line_hears_of_it(ash: Organisation) -> None:
    now = datetime.now(UTC)
    made = gathered.circle(ash, people=4, seats=1, ahead=timedelta(hours=4), now=now)
    for number in range(4):
        gathered.reachable(made.members[number].peer)
        gathered.take(made, number, now=now)
    gathered.give_back(made, 0, now=now)
    gathered.clock(now + timedelta(hours=2))
    wall.enter(ash.pk)
    assert made.states() == ["given_back", "lapsed", "waiting", "waiting"]
    assert Message.objects.filter(kind="place_free").count() == 2


def test_a_meeting_that_went_wrong_does_not_hold_up_another(
    ash: Organisation, elm: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = datetime.now(UTC)
    bad = offered(ash, now)
    wall.enter(elm.pk)
    good = offered(elm, now)
    settle = offers.settle

    def stumble(line: Line) -> None:
        if line.meeting.pk == bad.meeting.pk:
            raise ZeroDivisionError
        settle(line)

    monkeypatch.setattr(offers, "settle", stumble)
    assert gathered.clock(now + A_DAY) == 1
    wall.enter(elm.pk)
    assert good.states() == ["given_back", "lapsed", "offered"]


def test_the_task_runs_it_each_minute(ash: Organisation, settings: object) -> None:
    made = offered(ash, datetime.now(UTC) - A_DAY)
    pass_places_on()
    wall.enter(ash.pk)
    assert made.states() == ["given_back", "lapsed", "offered"]
    schedule = getattr(settings, "CELERY_BEAT_SCHEDULE", {})["pass places on"]
    assert (schedule["task"], schedule["schedule"]) == ("sessions.pass_places_on", 60.0)


@pytest.mark.usefixtures("many_connections")
def test_two_clocks_at_once_pass_it_on_once() -> None:
    now = datetime.now(UTC)
    with transaction.atomic():
        made = offered(factories.organisation("ash"), now)
    results = race(made.organisation, [lambda: gathered.clock(now + A_DAY)] * 6)
    assert all(isinstance(one, int) for one in results), results
    with wall.inside(made.organisation.pk):
        assert made.states() == ["given_back", "lapsed", "offered"]
        assert Event.objects.filter(verb="sessions.lapse").count() == 1
        assert Event.objects.filter(verb="sessions.offer_place").count() == 2


@pytest.mark.usefixtures("many_connections")
def test_an_answer_at_the_very_moment_it_lapses_is_one_or_the_other() -> None:
    now = datetime.now(UTC)
    with transaction.atomic():
        made = offered(factories.organisation("ash"), now)
        by = factories.member(made.facilitator)
    late = now + A_DAY - timedelta(milliseconds=1)
    race(
        made.organisation,
        [
            lambda: gathered.take(made, 1, by=by, now=late),
            *[lambda: gathered.clock(now + A_DAY)] * 3,
        ],
    )
    with wall.inside(made.organisation.pk):
        assert made.states()[1:] in (["taken", "waiting"], ["waiting", "offered"])
        assert made.taken() == 1
