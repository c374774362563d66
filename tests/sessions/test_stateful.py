"""Bookings, moves and cancellations at random, beside a simple model of who is where when.

The model knows intervals and nothing else. Each step asks it first what must come of it, then does it for real; after
each step the rows are held against it, and the holds against each other in plain SQL.
"""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Organisation
from sessions.actions import bookings, logs, moving, outcomes, pairings
from sessions.models import Pairing, PeerSession
from sessions.states import CANCELLED, CONFIRMED, ENDED, HELD, MISSED, UPCOMING
from tests import factories
from tests.sessions import booked

MONDAY = datetime(2026, 3, 23, 8, 0, tzinfo=UTC)  # the clocks go forward at the end of that week
STEP = timedelta(minutes=30)
OVERLAPS = """
    SELECT count(*) FROM peer_sessions_hold a JOIN peer_sessions_hold b
        ON a.holder_id = b.holder_id AND a.id < b.id AND a.during && b.during
    WHERE a.released_at IS NULL AND b.released_at IS NULL
"""
HELD_TIMES = """
    SELECT peer_session_id, holder_id, lower(during), upper(during)
    FROM peer_sessions_hold WHERE released_at IS NULL
"""
steps = st.integers(min_value=0, max_value=24)
lengths = st.sampled_from([30, 50, 60, 90])
which = st.integers(min_value=0, max_value=30)


@dataclass(frozen=True)
class Kept:
    """What the model knows of one session."""

    holders: frozenset[UUID]
    pairing: UUID
    starts_at: datetime
    ends_at: datetime
    state: str
    sequence: int = 0

    def takes(self, other: "Kept") -> bool:
        """Whether both need the same somebody at the same time. What is over keeps its time."""
        shares = self.holders & other.holders
        return bool(shares) and self.starts_at < other.ends_at and other.starts_at < self.ends_at


class Diary(RuleBasedStateMachine):
    """Two supporters, two peers, three pairings between them, and two rooms."""

    organisation: Organisation

    @initialize()
    def found(self) -> None:
        """A fresh organisation, in a transaction that is undone at the end."""
        self.point = transaction.savepoint()
        self.organisation = factories.organisation(f"diary-{str(new_id())[-12:]}")
        wall.enter(self.organisation.pk)
        first = booked.thread(self.organisation, number=60)
        other = factories.supporter(self.organisation)
        second_peer = factories.peer(self.organisation)
        self.pairings = [
            first.pairing,
            booked.pairing(first, second_peer, number=60),
            booked.pairing(first, first.peer, other, number=60),
        ]
        self.rooms = [first.room, booked.room(self.organisation, "Green room")]
        self.by = Operator(self.organisation.pk)
        self.member = {
            row.pk: factories.member(row.supporter)
            for row in Pairing.objects.select_related("supporter__organisation", "supporter__user")
        }
        self.now = MONDAY
        self.model: dict[UUID, Kept] = {}
        self.ended: set[UUID] = set()

    def teardown(self) -> None:
        """Nothing stays."""
        if hasattr(self, "point"):
            transaction.savepoint_rollback(self.point)

    def _wish(self, pairing: Pairing, step: int, minutes: int, room: int) -> tuple[Kept, dict[str, Any]]:
        starts_at = self.now + STEP * step
        place = self.rooms[room] if room < len(self.rooms) else None
        holders = {pairing.supporter_id, pairing.peer_id} | ({place.pk} if place else set())
        wish = Kept(
            frozenset(holders), pairing.pk, starts_at, starts_at + timedelta(minutes=minutes), "booked"
        )
        return wish, {
            "starts_at": starts_at,
            "minutes": minutes,
            "setting": "room" if place else "walk",
            "room_id": place.pk if place else None,
            "meeting_point": "" if place else "At the gate",
        }

    def _is_taken(self, wish: Kept, besides: UUID | None = None) -> bool:
        live = (row for pk, row in self.model.items() if pk != besides and row.state != CANCELLED)
        return any(wish.takes(row) for row in live)

    def _pick(self, number: int) -> UUID | None:
        keys = sorted(self.model)
        return keys[number % len(keys)] if keys else None

    @rule(pair=st.integers(min_value=0, max_value=2), step=steps, minutes=lengths, room=st.integers(0, 3))
    def book(self, pair: int, step: int, minutes: int, room: int) -> None:
        """Booked exactly where nobody and nothing that it needs is taken."""
        pairing = self.pairings[pair]
        wish, values = self._wish(pairing, step, minutes, room)
        refused = step == 0 or pairing.pk in self.ended or self._is_taken(wish)
        once = new_id()
        try:
            bookings.book(once=once, pairing_id=pairing.pk, by=self.by, now=self.now, **values)
        except Refused:
            assert refused
        else:
            assert not refused
            self.model[once] = wish

    @rule(number=which, step=steps, minutes=lengths, room=st.integers(0, 3), stale=st.booleans())
    def move(self, number: int, step: int, minutes: int, room: int, stale: bool) -> None:
        """Moved exactly where it is free, from a page that shows how things stand; else all stays as it was."""
        pk = self._pick(number)
        if pk is None:
            return
        before = self.model[pk]
        pairing = next(row for row in self.pairings if row.pk == before.pairing)
        wish, values = self._wish(pairing, step, minutes, room)
        row = PeerSession.objects.get(pk=pk)
        same = all(getattr(row, name) == value for name, value in values.items() if name != "minutes")
        refused = (
            stale
            or step == 0
            or pairing.pk in self.ended
            or before.state not in UPCOMING
            or before.starts_at <= self.now
            or (same and wish.ends_at == before.ends_at)
            or self._is_taken(wish, besides=pk)
        )
        sequence = before.sequence + 1 if stale else before.sequence
        try:
            moving.move(peer_session_id=pk, sequence=sequence, by=self.by, now=self.now, **values)
        except Refused:
            assert refused
        else:
            assert not refused
            self.model[pk] = replace(wish, sequence=before.sequence + 1)

    @rule(number=which)
    def cancel(self, number: int) -> None:
        """Called off as long as it waits; its time is free again."""
        pk = self._pick(number)
        if pk is None:
            return
        refused = self.model[pk].state not in UPCOMING
        try:
            row = outcomes.cancel(peer_session_id=pk, why="other", by=self.by, now=self.now)
        except Refused:
            assert refused
        else:
            assert not refused
            self.model[pk] = replace(self.model[pk], state=CANCELLED, sequence=row.sequence)

    @rule(number=which)
    def confirm(self, number: int) -> None:
        """Confirmed before it begins, once."""
        pk = self._pick(number)
        if pk is None:
            return
        before = self.model[pk]
        refused = before.state != "booked" or before.starts_at <= self.now
        try:
            outcomes.confirm(peer_session_id=pk, by=self.by, now=self.now)
        except Refused:
            assert refused
        else:
            assert not refused
            self.model[pk] = replace(before, state=CONFIRMED)

    @rule(number=which, came=st.booleans())
    def close(self, number: int, came: bool) -> None:
        """Noted as held or missed once it has begun, once."""
        pk = self._pick(number)
        if pk is None:
            return
        before = self.model[pk]
        refused = before.state not in UPCOMING or before.starts_at > self.now
        member = self.member[before.pairing]
        try:
            if came:
                words: dict[str, Any] = {**booked.WORDS, "fit": "same", "shown_to_peer": True}
                logs.log(once=new_id(), peer_session_id=pk, by=member, now=self.now, **words)
            else:
                outcomes.miss(peer_session_id=pk, by=member, now=self.now)
        except Refused:
            assert refused
        else:
            assert not refused
            self.model[pk] = replace(before, state=HELD if came else MISSED)

    @rule(hours=st.integers(min_value=1, max_value=9))
    def wait(self, hours: int) -> None:
        """Time passes."""
        self.now += timedelta(hours=hours)

    @rule(pair=st.integers(min_value=0, max_value=40))
    def end(self, pair: int) -> None:
        """A pairing ends now and then: what was to come is off, what has begun stays."""
        if pair >= len(self.pairings):
            return
        ending = self.pairings[pair].pk
        pairings.end(pairing_id=ending, by=self.by, now=self.now)
        for pk, row in self.model.items():
            coming = row.pairing == ending and row.state in UPCOMING and row.starts_at > self.now
            if coming and ending not in self.ended:
                self.model[pk] = replace(row, state=CANCELLED, sequence=-1)
        self.ended.add(ending)

    @invariant()
    def rows_are_as_the_model_says(self) -> None:
        """Each row: its state, its time, how often it changed."""
        rows = {row.pk: row for row in PeerSession.objects.all()}
        assert set(rows) == set(self.model)
        for pk, kept in self.model.items():
            row = rows[pk]
            assert (row.state, row.starts_at, row.ends_at) == (kept.state, kept.starts_at, kept.ends_at)
            assert kept.sequence in (-1, row.sequence)

    @invariant()
    def holds_are_as_the_model_says(self) -> None:
        """Whoever is needed is held from start to end; what was called off holds nobody; no two overlap."""
        with connection.cursor() as cursor:
            cursor.execute(OVERLAPS)
            assert cursor.fetchone() == (0,)
            cursor.execute(HELD_TIMES)
            found = set(cursor.fetchall())
        assert found == {
            (pk, holder, kept.starts_at, kept.ends_at)
            for pk, kept in self.model.items()
            if kept.state != CANCELLED
            for holder in kept.holders
        }

    @invariant()
    def ended_pairings_have_nothing_to_come(self) -> None:
        """Nothing outlives an ending."""
        left = PeerSession.objects.filter(pairing__state=ENDED, state__in=UPCOMING, starts_at__gt=self.now)
        assert not left.exists()


@pytest.mark.django_db
def test_bookings_at_random() -> None:
    """Many diaries, each of many steps."""
    run_state_machine_as_test(
        Diary,
        settings=settings(
            max_examples=25,
            stateful_step_count=30,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
