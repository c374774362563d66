"""Holding people's and rooms' time for a session: queue up, hold, release. The database refuses what overlaps."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import TypeVar
from uuid import UUID

from django.db import IntegrityError, OperationalError, transaction
from django.utils.translation import gettext as _
from psycopg.errors import DeadlockDetected, ExclusionViolation
from psycopg.types.range import Range

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
    shared = {
        "organisation_id": peer_session.organisation_id,
        "peer_session": peer_session,
        "during": Range(peer_session.starts_at, peer_session.ends_at),
    }
    Hold.objects.bulk_create(
        [
            *(Hold(supporter_id=each, **shared) for each in supporters),
            *(Hold(peer_id=each, **shared) for each in peers),
            *(Hold(room_id=each, **shared) for each in rooms),
        ]
    )


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
