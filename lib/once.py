"""Doing a thing once, however often its form arrives.

A form that makes something carries a fresh number (`OnceForm`), from which the id of what it makes is derived. The
action asks `already_made` first: the second of two equal forms, even at the same moment, finds the row of the first.
"""

import hashlib
import hmac
from typing import Any, TypeVar
from uuid import UUID

from django import forms
from django.conf import settings
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


def made_id(once: UUID, kind: str) -> UUID:
    """The id that a form's number stands for: the same each time, and nobody outside can aim at a row that exists.

    The time in its first 48 bits stays, so that new rows lie beside each other; the rest is keyed (RFC 9562).
    """
    key = settings.SECRET_KEY.encode()
    digest = hmac.new(key, f"once|{kind}|".encode() + once.bytes, hashlib.sha256).digest()
    mixed = bytearray(once.bytes[:6] + digest[:10])
    mixed[6] = mixed[6] & 0x0F | 0x70
    mixed[8] = mixed[8] & 0x3F | 0x80
    return UUID(bytes=bytes(mixed))


class OnceForm(forms.Form):
    """A form that carries a number of its own; `cleaned_data["once"]` is the id of what it will make."""

    once = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = new_id

    def clean_once(self) -> UUID:
        """Never the number itself: somebody could send the id of another row."""
        return made_id(self.cleaned_data["once"], type(self).__qualname__)
