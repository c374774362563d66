"""Many move at once: into each other's time, into the same time, while somebody cancels or ends. No deadlock is seen.

The first was tried with the queue taken out of `moving.QUEUE`, the last three without what `end` and `end_membership`
hold first: all met deadlocks.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from audit.actions import Operator
from lib import wall
from lib.refusal import Refused
from people.access import LinkHolder
from people.models import Membership, Organisation, PrivateLink
from sessions.actions import leaving, moving, outcomes, pairings
from sessions.actions.links import open_link
from sessions.models import Hold, PeerSession
from tests import factories
from tests.sessions import booked
from tests.sessions.test_hold import MANY, hesitating, many_connections, race

__all__ = ["hesitating", "many_connections"]
pytestmark = pytest.mark.usefixtures("hesitating")

NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
SOON = NOW + timedelta(days=2)
ROUNDS = 6


def wish(row: PeerSession, starts_at: datetime, room_id: object) -> Callable[[], object]:
    """A move of a session, as its page would ask for it."""
    return lambda: moving.move(
        peer_session_id=row.pk,
        sequence=row.sequence,
        starts_at=starts_at,
        minutes=50,
        setting="room",
        room_id=room_id,  # type: ignore[arg-type]
        meeting_point="",
        by=Operator(row.organisation_id),
        now=NOW,
    )


def one_hold_each(organisation: Organisation) -> None:
    """Every session holds its own time, once, for each of its three; and nothing else is held."""
    with wall.inside(organisation.pk):
        rows = {row.pk: row for row in PeerSession.objects.filter(state__in=["booked", "confirmed"])}
        live = list(Hold.objects.filter(released_at__isnull=True))
    assert len(live) == 3 * len(rows)
    for each in live:
        row = rows[each.peer_session_id]
        assert (each.during.lower, each.during.upper) == (row.starts_at, row.ends_at)


def test_crossing_moves_of_people_and_rooms() -> None:
    """Two supporters, two peers, two rooms: everybody wants where the next one is."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash)
        supporters = [factories.supporter(ash), factories.supporter(ash)]
        peers = [factories.peer(ash), factories.peer(ash)]
        rooms = [booked.room(ash, "Blue").pk, booked.room(ash, "Green").pk]
        two = [booked.pairing(found, peer, who) for who in supporters for peer in peers]
        times = [SOON + timedelta(hours=hours) for hours in range(4)]
        rows = [
            booked.session(pair, at, now=NOW, setting="room", room_id=rooms[number % 2], meeting_point="")
            for number, (pair, at) in enumerate(zip(two, times, strict=True))
        ]
    for turn in range(ROUNDS):
        with wall.inside(ash.pk):
            rows = [PeerSession.objects.get(pk=row.pk) for row in rows]
        wishes = [
            wish(row, rows[(number + 1 + turn % 3) % 4].starts_at, rooms[(number + extra) % 2])
            for number, row in enumerate(rows)
            for extra in range(4)
        ]
        results = race(ash, wishes)
        assert all(isinstance(one, PeerSession | Refused) for one in results), results
        one_hold_each(ash)


def test_one_free_time_wanted_by_many() -> None:
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash)
        busy = factories.supporter(ash, most_peers=MANY)
        rooms = [booked.room(ash, f"Room {number}").pk for number in range(MANY)]
        two = [booked.pairing(found, factories.peer(ash), busy) for _number in range(MANY)]
        rows = [
            booked.session(
                pair, SOON + timedelta(hours=number), now=NOW, setting="room", room_id=rooms[number]
            )
            for number, pair in enumerate(two)
        ]
    wanted = SOON + timedelta(days=5)
    results = race(ash, [wish(row, wanted, room) for row, room in zip(rows, rooms, strict=True)])
    assert sum(isinstance(one, PeerSession) for one in results) == 1
    assert {str(one) for one in results if not isinstance(one, PeerSession)} == {
        "This time has just been taken for one of you."
    }
    one_hold_each(ash)


def test_the_same_session_moved_by_many() -> None:
    """One moves it; whoever pressed on the same page at the same moment is told, and nothing is moved twice."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash)
        row = booked.session(found, SOON, now=NOW, setting="room", room_id=found.room.pk, meeting_point="")
    times = [SOON + timedelta(hours=2 + number) for number in range(MANY)]
    results = race(ash, [wish(row, at, found.room.pk) for at in times])
    assert sum(isinstance(one, PeerSession) for one in results) == 1
    assert all("moved this session while your page was open" in str(one) for one in _refused(results))
    with wall.inside(ash.pk):
        assert PeerSession.objects.get(pk=row.pk).sequence == 1
    one_hold_each(ash)


def test_moving_while_the_pairing_ends_and_others_answer() -> None:
    """Whoever comes first: in the end all is called off, every hold is let go, and nobody meets a deadlock."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash, number=MANY)
        rows = [
            booked.session(
                found,
                SOON + timedelta(days=number),
                now=NOW,
                setting="room",
                room_id=found.room.pk,
                meeting_point="",
            )
            for number in range(MANY - 8)
        ]
    by = Operator(ash.pk)

    def answer(row: PeerSession, number: int) -> Callable[[], object]:
        if number == 0:
            return wish(row, row.starts_at + timedelta(hours=3), found.room.pk)
        if number % 2:
            return lambda: outcomes.confirm(peer_session_id=row.pk, by=by, now=NOW)
        return lambda: outcomes.cancel(peer_session_id=row.pk, why="time", by=by, now=NOW)

    def end() -> object:
        return pairings.end(pairing_id=found.pairing.pk, by=by, now=NOW)

    results = race(ash, [*[answer(row, number) for number, row in enumerate(rows)], end, end])
    good = (PeerSession, Refused, type(found.pairing))
    assert all(isinstance(one, good) for one in results), results
    with wall.inside(ash.pk):
        assert {row.state for row in PeerSession.objects.all()} == {"cancelled"}
        assert Hold.objects.filter(released_at__isnull=True).count() == 0


def test_opening_links_while_the_pairing_ends() -> None:
    """Whoever opens a link holds its row and waits for the trail: an ending has all the links before it has that."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash, number=MANY)
        for number in range(MANY - 4):
            booked.session(found, SOON + timedelta(days=number), now=NOW)
        place = factories.member(found.supporter).organisation
        links = list(PrivateLink.objects.order_by("-created_at", "-pk"))
    by = Operator(ash.pk)

    def look(link: PrivateLink) -> Callable[[], object]:
        holder = LinkHolder(link.pk, link.purpose, link.object_id, link.peer_id, place)
        return lambda: open_link(by=holder, now=NOW)

    def end() -> object:
        return pairings.end(pairing_id=found.pairing.pk, by=by, now=NOW)

    results = race(ash, [end, *map(look, links)])
    assert [one for one in results if isinstance(one, Exception)] == []


def test_moving_while_the_supporter_leaves() -> None:
    """The same for all pairings of somebody at once."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash)
        two = [found.pairing, *[booked.pairing(found, factories.peer(ash)) for _number in range(3)]]
        rows = [
            booked.session(pair, SOON + timedelta(days=number), now=NOW)
            for number, pair in enumerate(two * 2)
        ]
    by = Operator(ash.pk)

    def answer(row: PeerSession) -> Callable[[], object]:
        return lambda: outcomes.confirm(peer_session_id=row.pk, by=by, now=NOW)

    def leave() -> object:
        return leaving.end_membership(membership_id=found.supporter.pk, by=by, now=NOW)

    moves = [wish(row, row.starts_at + timedelta(hours=3), found.room.pk) for row in rows[:4]]
    results = race(ash, [leave, *[answer(row) for row in rows], *moves])
    assert all(isinstance(one, PeerSession | Refused | Membership) for one in results), results
    with wall.inside(ash.pk):
        assert {row.state for row in PeerSession.objects.all()} == {"cancelled"}
        assert Hold.objects.filter(released_at__isnull=True).count() == 0


def _refused(results: list[object]) -> list[object]:
    return [one for one in results if isinstance(one, Refused)]
