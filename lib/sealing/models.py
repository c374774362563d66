"""The table of data keys, one for each person, and the field that holds a sealed text."""

import os
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models.functions import Now

from lib.ids import new_id
from lib.sealing import crypto
from lib.sealing.crypto import Unreadable


class DataKey(models.Model):
    """One person's data key, wrapped. Emptied when the person is erased; what it sealed is then unreadable.

    Back this table up apart from the rest and for a short time only (docs/guides/keys.md): that is what makes an
    erasure reach the long-kept backups too.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation_id = models.UUIDField()
    wrapped = models.BinaryField(editable=True)
    wrapped_by = models.CharField(max_length=40)
    made_at = models.DateTimeField(db_default=Now())
    dropped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sealing_dropped_is_empty",
                condition=models.Q(dropped_at__isnull=True) | models.Q(wrapped=b""),
            ),
        ]
        indexes = [models.Index(fields=["organisation_id", "wrapped_by"], name="sealing_by_wrapping_key")]

    @property
    def place(self) -> str:
        """What the wrapped key is bound to."""
        return f"{self.organisation_id}|{self._meta.db_table}|wrapped|{self.pk}"

    def open(self) -> bytes:
        """The data key itself. Raises Unreadable when it was dropped."""
        if self.dropped_at is not None:
            raise Unreadable
        opened: bytes | None = self.__dict__.get("_opened")
        if opened is None:
            opened = self.__dict__["_opened"] = crypto.unwrap(bytes(self.wrapped), self.place)
        return opened


def new_key(organisation_id: UUID) -> DataKey:
    """Make and store a data key for one person of an organisation."""
    key = DataKey(organisation_id=organisation_id)
    key.wrapped = crypto.wrap(os.urandom(32), key.place)
    key.wrapped_by = crypto.ring().current
    key.save(force_insert=True)
    return key


class SealedField(models.BinaryField):  # type: ignore[type-arg]
    """A sealed text: ciphertext in the database, opened only by `open_text`. Empty means that nothing was written."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", b"")
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)


def _place(row: models.Model, column: str) -> str:
    row._meta.get_field(column)
    organisation_id = row.organisation_id  # type: ignore[attr-defined]
    return f"{organisation_id}|{row._meta.db_table}|{column}|{row.pk}"


def seal_text(row: models.Model, column: str, text: str, key: DataKey) -> None:
    """Put a text into a row's sealed column, unsaved. The row must have its id and organisation already."""
    seal_bytes(row, column, text.encode(), key)


def open_text(row: models.Model, column: str, key: DataKey) -> str:
    """The text of a sealed column. Raises Unreadable when its key was dropped or the row was tampered with."""
    return open_bytes(row, column, key).decode()


def seal_bytes(row: models.Model, column: str, content: bytes, key: DataKey) -> None:
    """Put what is no text, a picture say, into a row's sealed column, unsaved; as `seal_text` does a text."""
    blob = crypto.encrypt(key.open(), str(key.pk), content, _place(row, column)) if content else b""
    setattr(row, column, blob)


def open_bytes(row: models.Model, column: str, key: DataKey) -> bytes:
    """What `seal_bytes` put there. Raises Unreadable when its key was dropped or the row was tampered with."""
    blob = bytes(getattr(row, column))
    return crypto.decrypt(key.open(), blob, _place(row, column)) if blob else b""
