"""Adding to the trail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.db import connection
from django.db.models import Model
from psycopg.types.json import Jsonb

from audit.models import Event
from lib.ids import new_id

INSERT = """
    INSERT INTO audit_event
        (id, organisation_id, claimed_at, actor, verb, object_kind, object_id, detail)
    VALUES (%s, %s, %s, %s, %s, %s, %s, %s)
"""


class Actor(Protocol):
    """Whoever acts: a member, a private link, the clock, or an operator at the command line."""

    @property
    def organisation_id(self) -> UUID:
        """The organisation they act in."""

    @property
    def actor(self) -> str:
        """`kind:id`, as the trail keeps it."""


@dataclass(frozen=True)
class Clock:
    """The clock: what falls due by itself."""

    organisation_id: UUID
    actor: str = "clock"


@dataclass(frozen=True)
class Operator:
    """Somebody at the command line of the server."""

    organisation_id: UUID
    actor: str = "operator"


def record(*, by: Actor, verb: str, what: Model, now: datetime, **detail: Any) -> None:
    """Add one event. Call it last in an action: the chain is locked from here until the transaction ends.

    `verb` is `app.verb`; `detail` holds ids, states and counts only.
    """
    record_id(by=by, verb=verb, kind=what._meta.label_lower, object_id=str(what.pk), now=now, detail=detail)


def event(*, by: Actor, verb: str, what: Model, now: datetime, **detail: Any) -> Event:
    """The same event as a row, to be stored in one statement with the last rows of an action (`lib.together`)."""
    return Event(
        organisation_id=by.organisation_id,
        claimed_at=now,
        actor=by.actor,
        verb=verb,
        object_kind=what._meta.label_lower,
        object_id=str(what.pk),
        detail={key: _plain(value) for key, value in detail.items()},
    )


def record_id(
    *, by: Actor, verb: str, kind: str, object_id: str, now: datetime, detail: Mapping[str, Any]
) -> None:
    """The same for something that is not a row, or no longer one."""
    values: list[Any] = [new_id(), by.organisation_id, now, by.actor, verb, kind, object_id]
    plain: Any = Jsonb({key: _plain(value) for key, value in detail.items()})
    with connection.cursor() as cursor:
        cursor.execute(INSERT, [*values, plain])


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, bool | int | str | list) else str(value)
