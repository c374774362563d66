"""The door: the few questions asked before it is known which organisation a request belongs to.

Each is a database function that runs as a role of its own (peersafe_door), answers only what is written here,
and, where it lets somebody in, sets the wall for the rest of the transaction itself.
"""

import json
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from lib.tokens import token_hash
from people.models.members import Role
from people.models.organisations import Organisation


@dataclass(frozen=True)
class Place:
    """What every page needs of the organisation it stands in."""

    id: UUID
    slug: str
    name: str
    zone: str
    language: str
    sender_name: str
    leave_url: str
    help_numbers: list[dict[str, str]]

    @classmethod
    def of(cls, organisation: Organisation) -> "Place":
        """The same of a row that is at hand, for commands and tests."""
        return cls(**{field.name: getattr(organisation, field.name) for field in fields(cls)})


@dataclass(frozen=True)
class Entry:
    """A member at the door: who they are here, and whether they have a second factor."""

    membership_id: UUID
    role: Role
    paused_until: datetime | None
    second_factor: bool
    place: Place


@dataclass(frozen=True)
class LinkEntry:
    """Somebody at the door with a working private link."""

    link_id: UUID
    purpose: str
    object_id: UUID
    peer_id: UUID | None
    place: Place


@dataclass(frozen=True)
class Choice:
    """One organisation a user may enter."""

    slug: str
    name: str
    role: Role


def enter(slug: str, user_id: UUID, now: datetime) -> Entry | None:
    """Let an active member in and set the wall; None, and no wall, for anybody else."""
    row = _one("SELECT * FROM people_enter(%s, %s, %s)", [slug, user_id, now])
    if row is None:
        return None
    return Entry(
        membership_id=row["membership_id"],
        role=Role(row["role"]),
        paused_until=row["paused_until"],
        second_factor=row["second_factor"],
        place=_place(row),
    )


def enter_by_link(token: str, now: datetime) -> LinkEntry | None:
    """Let the holder of a working private link in and set the wall; None for any other token."""
    row = _one("SELECT * FROM people_enter_by_link(%s, %s)", [token_hash(token), now])
    if row is None:
        return None
    return LinkEntry(
        link_id=row["link_id"],
        purpose=row["purpose"],
        object_id=row["object_id"],
        peer_id=row["peer_id"],
        place=_place(row),
    )


def choices(user_id: UUID, now: datetime) -> list[Choice]:
    """The organisations a user may enter now, by name."""
    rows = _all("SELECT * FROM people_choices(%s, %s)", [user_id, now])
    return [Choice(slug=row["slug"], name=row["name"], role=Role(row["role"])) for row in rows]


def membership_keys(user_id: UUID) -> list[tuple[UUID, UUID]]:
    """A user's open memberships everywhere: (organisation, membership). For changes that follow the person."""
    rows = _all("SELECT * FROM people_membership_keys(%s)", [user_id])
    return [(row["organisation_id"], row["membership_id"]) for row in rows]


def organisation_ids() -> list[UUID]:
    """Every organisation, for the clock and for commands, which then enter one after another."""
    return [row["id"] for row in _all("SELECT * FROM people_organisation_ids()", [])]


def _place(row: dict[str, Any]) -> Place:
    numbers = row["help_numbers"]
    return Place(
        id=row["organisation_id"],
        slug=row["slug"],
        name=row["name"],
        zone=row["zone"],
        language=row["language"],
        sender_name=row["sender_name"],
        leave_url=row["leave_url"],
        help_numbers=json.loads(numbers) if isinstance(numbers, str) else numbers,
    )


_columns: dict[str, tuple[str, ...]] = {}


def _all(sql: str, values: list[Any]) -> list[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        names = _columns.get(sql)
        if names is None:  # each of these questions has the same columns for as long as the process lives
            names = _columns[sql] = tuple(column.name for column in cursor.description)
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _one(sql: str, values: list[Any]) -> dict[str, Any] | None:
    rows = _all(sql, values)
    return rows[0] if rows else None
