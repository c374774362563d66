"""Storing rows of several kinds in one statement: one way to the database instead of many, and nothing is read back."""

from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Field, GeneratedField, Model

Columns = tuple["Field[Any, Any]", ...]


def store(*rows: Model) -> None:
    """Insert new rows. They may point to each other, in whatever order they stand.

    Raises IntegrityError as `save` does, and stores all or none. Columns that the database makes are not read back.
    """
    kinds, values = [], []
    for row in rows:
        given = [(field, getattr(row, field.attname)) for field in _columns(type(row))]
        there = [(field, value) for field, value in given if value is not None]
        kinds.append((type(row), tuple(field for field, _value in there)))
        values += [field.get_db_prep_save(value, connection) for field, value in there]
    with connection.cursor() as cursor:
        cursor.execute(_insert(tuple(kinds)), values)
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


@lru_cache(maxsize=500)
def _insert(kinds: tuple[tuple[type[Model], Columns], ...]) -> str:
    *before, last = [_insert_one(kind, columns) for kind, columns in kinds]
    named = ", ".join(f"stored_{number} AS ({part})" for number, part in enumerate(before))
    return f"WITH {named} {last}" if before else last


def _insert_one(kind: type[Model], columns: Columns) -> str:
    names = ", ".join(f'"{field.column}"' for field in columns)
    marks = ", ".join(["%s"] * len(columns))
    # The names are those of our own tables and columns; all that is stored goes beside the statement.
    return f'INSERT INTO "{kind._meta.db_table}" ({names}) VALUES ({marks})'  # noqa: S608


@lru_cache(maxsize=200)
def _columns(kind: type[Model]) -> Columns:
    fields = kind._meta.local_concrete_fields
    return tuple(field for field in fields if not isinstance(field, GeneratedField))
