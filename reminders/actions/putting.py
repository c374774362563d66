"""Putting a row where there may be one already, in one statement, so that two at once cannot come between."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any, TypeVar

from django.db import connection

from reminders.models import Message, Reminder

PUT = """
    INSERT INTO {table} AS there ({columns}) VALUES {values}
    ON CONFLICT ({key}) DO UPDATE SET {renewed} WHERE there.state = ANY(%s)
"""
R = TypeVar("R", Reminder, Message)


def put(
    rows: Sequence[R], *, key: Sequence[str], renewed: Sequence[str], from_states: Sequence[str]
) -> list[R]:
    """Store rows, and give back each as it then stands, in the same order.

    One that is there already (the same `key`) stays as it is; only where its state is one of `from_states` it takes
    the `renewed` columns of the new one. Either way it is locked.
    """
    model = type(rows[0])
    sql = f"{_statement(model, len(rows), tuple(key), tuple(renewed))} RETURNING there.*"
    made = {
        _key(row, key): row for row in model._default_manager.raw(sql, [*_values(rows), list(from_states)])
    }
    return [made.get(_key(row, key)) or _there(row, key) for row in rows]


def put_unread(
    rows: Sequence[R], *, key: Sequence[str], renewed: Sequence[str], from_states: Sequence[str]
) -> None:
    """The same for rows that nobody wants back."""
    with connection.cursor() as cursor:
        sql = _statement(type(rows[0]), len(rows), tuple(key), tuple(renewed))
        cursor.execute(sql, [*_values(rows), list(from_states)])


@lru_cache(maxsize=200)
def _statement(
    model: type[Reminder] | type[Message], count: int, key: tuple[str, ...], renewed: tuple[str, ...]
) -> str:
    fields = model._meta.concrete_fields
    return PUT.format(
        table=model._meta.db_table,
        columns=", ".join(field.column for field in fields),
        values=", ".join([f"({', '.join(['%s'] * len(fields))})"] * count),
        key=", ".join(key),
        renewed=", ".join(f"{name} = excluded.{name}" for name in renewed),
    )


def _values(rows: Sequence[R]) -> list[Any]:
    return [getattr(row, field.attname) for row in rows for field in row._meta.concrete_fields]


def _there(row: R, key: Sequence[str]) -> R:
    return type(row)._default_manager.get(**{name: getattr(row, name) for name in key})


def _key(row: R, key: Sequence[str]) -> tuple[Any, ...]:
    return tuple(getattr(row, name) for name in key)
