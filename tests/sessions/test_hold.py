"""No two holds overlap, by any path: plain SQL as the app's role, and many at once."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection, connections, transaction
from psycopg.errors import ExclusionViolation

from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Organisation
from sessions.actions import holding
from sessions.models import Hold, PeerSession
from tests import factories
from tests.roles import SUPERUSER, connect
from tests.sessions import booked

MANY = 20
NOW = datetime(2026, 5, 12, 10, 0, tzinfo=UTC)
SOON = NOW + timedelta(days=2)

INSERT = """
    INSERT INTO peer_sessions_hold (id, organisation_id, peer_session_id, supporter_id, peer_id, room_id, during)
    SELECT %s, organisation_id, peer_session_id, supporter_id, peer_id, room_id, tstzrange(%s, %s)
    FROM peer_sessions_hold WHERE {column} IS NOT NULL
"""


@pytest.mark.parametrize("column", ["supporter_id", "peer_id", "room_id"])
def test_the_database_refuses_what_overlaps(ash: Organisation, column: str) -> None:
    found = booked.thread(ash)
    booked.session(found, SOON, now=NOW, setting="room", room_id=found.room.pk)
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        assert cursor.fetchone() == ("peersafe_app",)
        last_minute = SOON + timedelta(minutes=49)
        with pytest.raises(IntegrityError) as caught, transaction.atomic():
            cursor.execute(
                INSERT.format(column=column), [new_id(), last_minute, last_minute + timedelta(hours=1)]
            )
        assert isinstance(caught.value.__cause__, ExclusionViolation)
        end = SOON + timedelta(minutes=50)
        cursor.execute(INSERT.format(column=column), [new_id(), end, end + timedelta(hours=1)])
        assert cursor.rowcount == 1


def test_a_hold_moved_into_another_is_refused(ash: Organisation) -> None:
    found = booked.thread(ash)
    first = booked.session(found, SOON, now=NOW)
    booked.session(found, SOON + timedelta(hours=2), now=NOW)
    with connection.cursor() as cursor, pytest.raises(IntegrityError):
        cursor.execute(
            "UPDATE peer_sessions_hold SET during = tstzrange(%s, %s) WHERE peer_session_id = %s",
            [SOON + timedelta(hours=2), SOON + timedelta(hours=3), first.pk],
        )


@pytest.fixture
def many_connections(transactional_db: None) -> Iterator[None]:
    """The pool of the tests is small; a race needs a connection for each runner."""
    options = connections["default"].settings_dict["OPTIONS"]
    before = options["pool"]
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    options["pool"] = {"min_size": 1, "max_size": MANY + 4, "timeout": 30}
    yield
    connection.close()
    connection.close_pool()  # type: ignore[attr-defined]
    options["pool"] = before


HESITATE = """
    CREATE FUNCTION hesitate() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_sleep(0.02); RETURN NEW; END $$;
    CREATE TRIGGER hesitate BEFORE INSERT ON peer_sessions_hold FOR EACH ROW EXECUTE FUNCTION hesitate();
    CREATE TRIGGER hesitate AFTER INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION hesitate();
"""


@pytest.fixture
def hesitating(many_connections: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Time for others to come between: before a new time is taken, and while the trail is held.

    A deadlock is an error at once, though the actions would try again.
    """
    monkeypatch.setattr(holding, "TRIES", 1)
    with connect(SUPERUSER) as superuser:
        superuser.execute(HESITATE)
    yield
    with connect(SUPERUSER) as superuser:
        superuser.execute("DROP FUNCTION hesitate() CASCADE")


def race(organisation: Organisation, runners: list[Callable[[], object]]) -> list[object]:
    """Run all at once, each in its own transaction inside the wall; what each gave, or was refused with."""
    barrier, given = threading.Barrier(len(runners)), [None] * len(runners)
    results: list[object] = [*given]

    def run(number: int) -> None:
        try:
            with wall.inside(organisation.pk):
                barrier.wait(30)
                results[number] = runners[number]()
        except Exception as error:
            results[number] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[number]) for number in range(len(runners))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


@pytest.mark.usefixtures("many_connections")
def test_one_slot_wanted_by_twenty_is_given_once() -> None:
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash)
        busy = factories.supporter(ash, most_peers=MANY)
        peers = [factories.peer(ash, name=f"Peer {number}") for number in range(MANY)]
        pairings = [booked.pairing(found, peer, busy) for peer in peers]

    def wish(number: int) -> Callable[[], object]:
        starts_at = SOON + timedelta(minutes=number)
        return lambda: booked.session(pairings[number], starts_at, now=NOW)

    results = race(ash, [wish(number) for number in range(MANY)])
    won = [one for one in results if isinstance(one, PeerSession)]
    lost = [str(one) for one in results if isinstance(one, Refused)]
    assert len(won) == 1
    assert lost == ["This time has just been taken for one of you."] * (MANY - 1)
    with wall.inside(ash.pk):
        assert (PeerSession.objects.count(), Hold.objects.count()) == (1, 2)


@pytest.mark.usefixtures("many_connections")
def test_the_same_form_twenty_times_at_once_books_once() -> None:
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash)
    once = new_id()
    results = race(ash, [lambda: booked.session(found, SOON, now=NOW, once=once)] * MANY)
    assert {one.pk for one in results if isinstance(one, PeerSession)} == {once}
    assert all(isinstance(one, PeerSession) for one in results)


@pytest.mark.usefixtures("hesitating")
def test_crossing_bookings_of_people_and_rooms_meet_no_deadlock() -> None:
    """Each supporter with each peer, in each room, at the same hour: whoever wins, nobody waits for ever."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash)
        supporters = [factories.supporter(ash), factories.supporter(ash)]
        peers = [factories.peer(ash), factories.peer(ash)]
        rooms = [booked.room(ash, "Blue"), booked.room(ash, "Green")]
        pairings = [booked.pairing(found, peer, who) for who in supporters for peer in peers]

    def wish(number: int) -> Callable[[], object]:
        room_id = rooms[number // 4 % 2].pk
        return lambda: booked.session(pairings[number % 4], SOON, now=NOW, setting="room", room_id=room_id)

    results = race(ash, [wish(number) for number in range(MANY)])
    won = [one for one in results if isinstance(one, PeerSession)]
    assert all(isinstance(one, PeerSession | Refused) for one in results), results
    assert 1 <= len(won) <= 2
    with wall.inside(ash.pk):
        assert Hold.objects.count() == 3 * len(won)
