"""Holding people's and rooms' time for a session: queue up, hold, release. The database refuses what overlaps."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, ExclusionViolation
from psycopg.types.range import Range

from lib.ids import new_id
from lib.once import lock
from lib.refusal import Refused
from sessions.models import Hold, PeerSession

T = TypeVar("T")
TRIES = 3


def queue_for(*holders: UUID | None, also: Iterable[str] = ()) -> None:
    """Wait until nobody else holds or releases time of any of these; in one order whoever asks, so never crosswise.

    Take it first in the transaction, before any row is locked: what is read from here on was written by whoever was
    in front. `also` are further names, such as `once:<id>`.
    """
    lock(*(f"hold:{holder}" for holder in set(holders) if holder is not None), *also)


def hold(
    peer_session: PeerSession,
    *,
    supporters: Iterable[UUID] = (),
    peers: Iterable[UUID] = (),
    rooms: Iterable[UUID] = (),
) -> None:
    """Take the time of everybody and everything. Raises IntegrityError where it overlaps; see `refusing_overlap`."""
    Hold.objects.bulk_create(holds(peer_session, supporters=supporters, peers=peers, rooms=rooms))


def holds(
    peer_session: PeerSession,
    *,
    supporters: Iterable[UUID] = (),
    peers: Iterable[UUID] = (),
    rooms: Iterable[UUID] = (),
) -> list[Hold]:
    """The same, to be stored beside other rows."""
    shared = {
        "organisation_id": peer_session.organisation_id,
        "peer_session_id": peer_session.pk,
        "during": Range(peer_session.starts_at, peer_session.ends_at),
    }
    return [
        *(Hold(supporter_id=each, **shared) for each in supporters),
        *(Hold(peer_id=each, **shared) for each in peers),
        *(Hold(room_id=each, **shared) for each in rooms),
    ]


# What is let go is gone before anything is taken, because the rows to insert wait for the count of it.
HOLD_INSTEAD = """
    WITH let_go AS (
        UPDATE peer_sessions_hold SET released_at = %(now)s
        WHERE peer_session_id = %(peer_session_id)s AND released_at IS NULL RETURNING id
    )
    INSERT INTO peer_sessions_hold (id, organisation_id, peer_session_id, supporter_id, peer_id, room_id, during)
    SELECT wanted.id, %(organisation_id)s, %(peer_session_id)s, supporter_id, peer_id, room_id, %(during)s
    FROM (SELECT count(*) FROM let_go) AS before,
        unnest(%(ids)s::uuid[], %(supporters)s::uuid[], %(peers)s::uuid[], %(rooms)s::uuid[])
            AS wanted (id, supporter_id, peer_id, room_id)
"""


def hold_instead(
    peer_session: PeerSession, *, supporter: UUID, peer: UUID, room: UUID | None, now: datetime
) -> None:
    """Let go of all it holds, and take the time it has now, in one statement. Raises like `hold`."""
    wanted = [(supporter, None, None), (None, peer, None), *([(None, None, room)] if room else [])]
    supporters, peers, rooms = map(list, zip(*wanted, strict=True))
    values: dict[str, Any] = {"supporters": supporters, "peers": peers, "rooms": rooms, "now": now}
    values |= {"peer_session_id": peer_session.pk, "organisation_id": peer_session.organisation_id}
    values |= {"ids": [new_id() for _each in wanted]}
    values |= {"during": Range(peer_session.starts_at, peer_session.ends_at)}
    with connection.cursor() as cursor:
        cursor.execute(HOLD_INSTEAD, values)


def release(peer_session: PeerSession, *, now: datetime) -> None:
    """Give back all the time it holds."""
    peer_session.holds.filter(released_at__isnull=True).update(released_at=now)


def again_after_deadlock(attempt: Callable[[], T]) -> T:
    """Run a transaction, and again after a deadlock; the last one is raised.

    Our own queue cannot meet crosswise; a path that goes without it (an import, say) could.
    """
    for tries_left in reversed(range(TRIES)):
        try:
            return attempt()
        except OperationalError as error:
            if not tries_left or not isinstance(error.__cause__, DeadlockDetected):
                raise
    raise AssertionError("unreachable")


@contextmanager
def refusing_overlap(wish: PeerSession) -> Iterator[None]:
    """A savepoint in which an overlap that the database refuses becomes a Refused in words."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        raise taken(wish) from error


def taken(wish: PeerSession) -> Refused:
    """Why the database refused: row security makes it keep the name of the holder to itself, so ask once more."""
    during = Range(wish.starts_at, wish.ends_at)
    held = Hold.objects.exclude(peer_session_id=wish.pk)  # one that is moved still holds its old time
    overlapping = held.filter(released_at__isnull=True, during__overlap=during)
    if wish.room_id is not None and overlapping.filter(room_id=wish.room_id).exists():
        return Refused(_("This room has just been taken for that time."), field="room")
    return Refused(_("This time has just been taken for one of you."), field="start")
