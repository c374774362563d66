"""Doing a thing once, however often its form arrives.

A form that makes something carries the id of what it will make (`OnceForm`). The action asks
`already_made` first: the second of two equal forms, even at the same moment, finds the row of the first.
"""

from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.db import connection
from django.db.models import Model, QuerySet

from lib.ids import new_id

M = TypeVar("M", bound=Model)


def lock(*names: str) -> None:
    """Hold named locks until this transaction ends. Locks by name are always taken before rows are locked.

    Several are taken one after another in the order of their names, whoever asks: so nobody waits crosswise.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(pg_advisory_xact_lock(hashtextextended(name, 0))) FROM unnest(%s::text[]) AS name",
            [sorted(names)],
        )


def already_made(rows: QuerySet[M], once: UUID) -> M | None:
    """The row that an earlier copy of this form made, or None; copies that come at the same moment wait here."""
    lock(f"once:{once}")
    return rows.filter(pk=once).first()


class OnceForm(forms.Form):
    """A form that carries the id of what it will make."""

    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = new_id
