"""Places taken, awaited, offered, given back and left at random, beside a plain model of a line of people.

The model is a list and some words. Each step is done to it and for real; after each the rows are held against it.
"""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from sessions.actions import offers, places
from sessions.models import Hold, MeetingPlace, PeerSession
from sessions.states import BOOKED
from tests import factories
from tests.sessions import gathered

START = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
HOUR = timedelta(hours=1)
PEOPLE, AHEAD = 6, 48 * HOUR
who = st.integers(min_value=0, max_value=PEOPLE - 1)


class Line:
    """Who has what, told as one would tell it: a day to answer, never past two hours before, half an hour at least."""

    def __init__(self, seats: int) -> None:
        self.seats, self.begins = seats, START + AHEAD
        self.state = dict.fromkeys(range(PEOPLE), "")
        self.until: dict[int, datetime] = {}
        self.line: list[int] = []
        self.left: set[int] = set()

    def free(self) -> int:
        """Places that nobody has or is asked about."""
        return self.seats - sum(state in ("taken", "offered") for state in self.state.values())

    def put(self, number: int, state: str) -> None:
        """Somebody's state; the line follows it."""
        self.state[number] = state
        if number in self.line:
            self.line.remove(number)
        if state == "waiting":
            self.line.append(number)

    def settle(self, now: datetime) -> None:
        """Leavers out, offers over, free places to the first in line."""
        for number, state in list(self.state.items()):
            if number in self.left and state in ("taken", "offered", "waiting"):
                self.put(number, "given_back")
            elif state == "offered" and self.until[number] <= now:
                self.put(number, "lapsed")
        until = min(now + 24 * HOUR, self.begins - 2 * HOUR)
        while until - now >= HOUR / 2 and self.line and self.free() > 0:
            number = self.line[0]
            self.put(number, "offered")
            self.until[number] = until

    def take(self, number: int, now: datetime) -> None:
        """They come, or wait for it."""
        self.settle(now)
        if self.state[number] == "offered" or (self.state[number] != "taken" and self.free() > 0):
            self.put(number, "taken")
        elif self.state[number] not in ("taken", "waiting"):
            self.put(number, "waiting")

    def wait(self, number: int, now: datetime) -> None:
        """They stand in line."""
        if self.state[number] in ("", "given_back", "lapsed"):
            self.put(number, "waiting")
        self.settle(now)

    def give_back(self, number: int, now: datetime) -> None:
        """They do not come."""
        if self.state[number] != "lapsed":
            self.put(number, "given_back")
        self.settle(now)


class Evening(RuleBasedStateMachine):
    """Six people, one or two places, two days until it begins."""

    @initialize(seats=st.integers(min_value=2, max_value=3))
    def plan(self, seats: int) -> None:
        """A fresh organisation, in a transaction that is undone at the end."""
        self.point = transaction.savepoint()
        organisation = factories.organisation(f"line-{str(new_id())[-12:]}")
        wall.enter(organisation.pk)
        self.made = gathered.circle(organisation, people=PEOPLE, seats=seats, ahead=AHEAD, now=START)
        self.by = factories.member(self.made.facilitator)
        self.model, self.now = Line(seats), START

    def teardown(self) -> None:
        """Nothing stays."""
        if hasattr(self, "point"):
            transaction.savepoint_rollback(self.point)

    def _may(self, number: int) -> bool:
        return number not in self.model.left and self.now < self.model.begins

    def _say(self, verb: str, number: int) -> None:
        act = getattr(places, verb)
        what = {"peer_session_id": self.made.meeting.pk, "member": self.made.members[number]}
        if not self._may(number):
            with pytest.raises(Refused):
                act(**what, by=self.by, now=self.now)
            return
        act(**what, by=self.by, now=self.now)

    @rule(number=who)
    def take(self, number: int) -> None:
        """Somebody comes."""
        self._say("take_place", number)
        if self._may(number):
            self.model.take(number, self.now)

    @rule(number=who)
    def wait(self, number: int) -> None:
        """Somebody stands in line."""
        self._say("await_place", number)
        if self._may(number):
            self.model.wait(number, self.now)

    @rule(number=who)
    def give_back(self, number: int) -> None:
        """Somebody does not come."""
        self._say("give_back", number)
        if self._may(number):
            self.model.give_back(number, self.now)

    @rule(number=who)
    def leave(self, number: int) -> None:
        """Somebody leaves the group."""
        if number not in self.model.left:
            gathered.leave(self.made, number)
            self.model.left.add(number)

    @rule(hours=st.sampled_from([0.25, 1, 5, 12, 24]))
    def time_passes(self, hours: float) -> None:
        """And the clock has run."""
        self.now += hours * HOUR
        offers.pass_on(peer_session_id=self.made.meeting.pk, now=self.now)
        if self.now < self.model.begins:
            self.model.settle(self.now)

    @rule()
    def one_more_place(self) -> None:
        """The meeting takes one more, and the clock has run."""
        rows = PeerSession.objects.filter(pk=self.made.meeting.pk, state=BOOKED)
        self.model.seats += rows.update(places=self.model.seats + 1)
        offers.pass_on(peer_session_id=self.made.meeting.pk, now=self.now)
        if self.now < self.model.begins:
            self.model.settle(self.now)

    @invariant()
    def the_rows_say_what_the_model_says(self) -> None:
        """States, line, count and held time; and never more than there are."""
        if not hasattr(self, "made"):
            return
        assert self.made.states() == [self.model.state[number] for number in range(PEOPLE)]
        rows = MeetingPlace.objects.filter(peer_session=self.made.meeting).order_by("asked_at", "pk")
        numbers = {member.peer_id: number for number, member in enumerate(self.made.members)}
        line = [numbers[pk] for pk in rows.filter(state="waiting").values_list("peer_id", flat=True)]
        assert line == self.model.line
        occupied = sum(state in ("taken", "offered") for state in self.model.state.values())
        assert self.made.taken() == occupied <= self.model.seats
        held = Hold.objects.filter(
            peer_session=self.made.meeting, peer__isnull=False, released_at__isnull=True
        )
        assert {numbers[pk] for pk in held.values_list("peer_id", flat=True) if pk is not None} == {
            number for number, state in self.model.state.items() if state == "taken"
        }


@pytest.mark.django_db
def test_a_line_keeps_to_its_model() -> None:
    run_state_machine_as_test(
        Evening,
        settings=settings(
            max_examples=25,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
