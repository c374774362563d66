"""Storing rows of several kinds in one statement: one way to the database instead of many, and nothing is read back."""

from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Field, GeneratedField, Model

Row = tuple[
    type[Model], tuple[tuple[str, str], ...]
]  # its kind; its columns, each with what stands for its value
# What most columns of a new row hold is written out, and what many columns share is sent once: the driver keeps a
# statement at hand only as long as there are few values beside it.
PLAIN = {(bool, False): "false", (bool, True): "true", (str, ""): "''", (int, 0): "0"}
PLAIN_TYPES = {bool, str, int}
SHARED = {UUID, datetime}


def store(*rows: Model) -> None:
    """Insert new rows. They may point to each other, in whatever order they stand.

    Raises IntegrityError as `save` does, and stores all or none. Columns that the database makes are not read back.
    """
    values: dict[str, Any] = {}
    marks: dict[Any, str] = {}
    shape = tuple(_row(row, values, marks) for row in rows)
    with connection.cursor() as cursor:
        cursor.execute(_insert(shape), values)
    for row in rows:
        row._state.adding = False
        row._state.db = connection.alias


def _row(row: Model, values: dict[str, Any], marks: dict[Any, str]) -> Row:
    columns = []
    held = vars(row)
    for field in _columns(type(row)):
        value = held[field.attname]
        if value is None:
            continue
        plain = PLAIN.get((type(value), value)) if type(value) in PLAIN_TYPES else None
        columns.append((field.column, plain or _mark(field, value, values, marks)))
    return type(row), tuple(columns)


def _mark(field: "Field[Any, Any]", value: Any, values: dict[str, Any], marks: dict[Any, str]) -> str:
    if type(value) in SHARED and value in marks:
        return marks[value]
    name = f"v{len(values)}"
    values[name] = field.get_db_prep_save(value, connection)
    mark = f"%({name})s"
    if type(value) in SHARED:
        marks[value] = mark
    return mark


@lru_cache(maxsize=500)
def _insert(shape: tuple[Row, ...]) -> str:
    *before, last = [_insert_one(*row) for row in shape]
    named = ", ".join(f"stored_{number} AS ({part})" for number, part in enumerate(before))
    return f"WITH {named} {last}" if before else last


def _insert_one(kind: type[Model], columns: tuple[tuple[str, str], ...]) -> str:
    names = ", ".join(f'"{column}"' for column, _mark in columns)
    marks = ", ".join(mark for _column, mark in columns)
    # The names are those of our own tables and columns; all that is stored goes beside the statement.
    return f'INSERT INTO "{kind._meta.db_table}" ({names}) VALUES ({marks})'  # noqa: S608


@lru_cache(maxsize=200)
def _columns(kind: type[Model]) -> tuple["Field[Any, Any]", ...]:
    fields = kind._meta.local_concrete_fields
    return tuple(field for field in fields if not isinstance(field, GeneratedField))
