"""Checking the chain: whether anything in an organisation's trail was changed, taken out, put in or moved.

A chain proves that its rows belong together. That its end was not cut off, or that all of it was not written
anew by somebody with full power over the database, only a head held elsewhere can prove: so a head
that was written down earlier may be given, and is looked for.
"""

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from lib import wall

# One statement, so that head and events are of one moment while others go on writing. The columns come as text, put
# together and hashed here: this does not ask audit_line(), which somebody may have replaced, but for comparison.
MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
ROWS = f"""
    SELECT e.number, {MOMENT.format("e.at")}, {MOMENT.format("e.claimed_at")}, e.id::text, e.db_user, e.actor, e.verb,
        e.object_kind, e.object_id, e.detail::text, e.prev_hash, e.hash, audit_line(e), h.number, h.hash
    FROM audit_event e FULL JOIN audit_head h ON h.organisation_id = e.organisation_id
    ORDER BY e.number
"""  # noqa: S608
BATCH = 2000
SHORTEST = 8  # hex digits of a hash that somebody holds: 32 bits, enough to notice, short enough to read out


@dataclass(frozen=True)
class HeldHead:
    """A head that somebody wrote down earlier; `hash` is hexadecimal and may be cut short."""

    organisation_id: UUID
    number: int
    hash: str


@dataclass(frozen=True)
class Finding:
    """The first number that does not hold, and what is wrong with it."""

    number: int
    what: str


@dataclass(frozen=True)
class Verdict:
    """What was found in one organisation's trail: how many events, its end, and the first break if there is one."""

    organisation_id: UUID
    events: int
    number: int
    hash: str
    finding: Finding | None

    @property
    def holds(self) -> bool:
        """Whether nothing was found."""
        return self.finding is None


@dataclass(frozen=True)
class _Link:
    """One event as it is stored, the line it should have been hashed from, and the one the database says."""

    number: int
    prev_hash: bytes
    hash: bytes
    line: str
    database_line: str


@dataclass(frozen=True)
class _End:
    """The stored head; `number` is None where there is none."""

    number: int | None
    hash: bytes


def verify(organisation_id: UUID, held: list[HeldHead] | None = None) -> Verdict:
    """Check one organisation's whole trail, inside its wall; `held` are heads written down elsewhere."""
    mine = [head for head in held or [] if head.organisation_id == organisation_id]
    wanted = {head.number: head.hash.lower() for head in sorted(mine, key=lambda head: head.number)}
    finding: Finding | None = None
    count, last_number, last_hash, end = 0, 0, b"", _End(None, b"")
    with wall.inside(organisation_id):
        for link, stored_end in _links(organisation_id):
            end = stored_end
            if link is None:
                break
            count += 1
            finding = finding or _break(link, last_number, last_hash, wanted)
            last_number, last_hash = link.number, link.hash
    finding = finding or _end_break(count, last_number, last_hash, end, wanted)
    return Verdict(organisation_id, count, last_number, last_hash.hex(), finding)


def _break(link: _Link, last_number: int, last_hash: bytes, wanted: dict[int, str]) -> Finding | None:
    """What is wrong with an event after the one before it."""
    expected = last_number + 1
    if link.number < expected:
        return Finding(link.number, "this number is there twice")
    if link.number > expected:
        return Finding(expected, f"missing: the next event there is has number {link.number}")
    if link.prev_hash != last_hash:
        return Finding(link.number, "does not follow from the event before it")
    if hashlib.sha256(last_hash + link.line.encode()).digest() != link.hash:
        return Finding(link.number, "was changed after it was written")
    if link.database_line != link.line:
        return Finding(
            link.number, "the database's own audit_line() says something else: it has been replaced"
        )
    held = wanted.get(link.number)
    if held is not None and not link.hash.hex().startswith(held):
        return Finding(
            link.number, "is not what the head held elsewhere says: written anew from here or earlier"
        )
    return None


def _end_break(
    count: int, last_number: int, last_hash: bytes, end: _End, wanted: dict[int, str]
) -> Finding | None:
    """What is wrong with the end of the trail."""
    beyond = [number for number in wanted if number > last_number]
    if beyond:
        return Finding(
            last_number + 1, f"missing: a head held elsewhere says there were {min(beyond)} events"
        )
    if not count:
        return Finding(1, "there is no event at all, not even the founding")
    if end.number is None:
        return Finding(last_number, "the stored head is gone")
    if end.number > last_number:
        return Finding(last_number + 1, f"missing: the stored head says there were {end.number} events")
    if end.number < last_number:
        return Finding(end.number + 1, "comes after the stored head")
    if end.hash != last_hash:
        return Finding(last_number, "the stored head has another hash")
    return None


def _links(organisation_id: UUID) -> Iterator[tuple[_Link | None, _End]]:
    with connection.chunked_cursor() as cursor:
        cursor.execute(ROWS)
        while rows := cursor.fetchmany(BATCH):
            for row in rows:
                yield _link(str(organisation_id), row)


def _link(organisation: str, row: tuple[Any, ...]) -> tuple[_Link | None, _End]:
    number, *texts, prev_hash, hash_, database_line, head_number, head_hash = row
    end = _End(head_number, bytes(head_hash or b""))
    if number is None:  # a head without any event
        return None, end
    line = "\n".join([organisation, str(number), *texts])
    return _Link(number, bytes(prev_hash), bytes(hash_), line, database_line), end
