"""Pages of a long list by key: no counting, the same cost on the first page and on the thousandth."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, Protocol, TypeVar
from uuid import UUID

from django.db.models import Q, QuerySet

from lib.sealing import crypto
from lib.sealing.crypto import Unreadable


class Keyed(Protocol):
    """A row with a key: a model's instance, or columns that hold `pk` (`values_list(…, named=True)`)."""

    @property
    def pk(self) -> Any:
        """Its key."""


R = TypeVar("R", bound=Keyed)
T = TypeVar("T")
SIZE = 25


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows, with the marks of the pages beside it; None where there is none."""

    rows: list[T]
    next: str | None
    first: bool


def page(
    rows: QuerySet[Any, R], *, by: str, after: str | None, make: Callable[[R], T], descending: bool = False
) -> Page[T]:
    """At most 25 rows in the order (by, id), beginning after the mark `after`.

    `by` is a field with an index (organisation, by, id). A mark that is not ours begins at the first page.
    """
    salt = f"page:{rows.model._meta.label_lower}:{by}"  # a mark of another list is not ours
    mark = _read(after, salt)
    if mark is not None:
        comparison = "lt" if descending else "gt"
        value, pk = mark
        rows = rows.filter(Q(**{f"{by}__{comparison}": value}) | Q(**{by: value, f"pk__{comparison}": pk}))
    sign = "-" if descending else ""
    found = list(rows.order_by(f"{sign}{by}", f"{sign}pk")[: SIZE + 1])
    more = len(found) > SIZE
    found = found[:SIZE]
    following = _write(getattr(found[-1], by), found[-1].pk, salt) if more else None
    return Page(rows=[make(row) for row in found], next=following, first=mark is None)


def _write(value: Any, pk: UUID, salt: str) -> str:
    text = value.isoformat() if hasattr(value, "isoformat") else str(value)
    # Sealed, not only signed: the mark of a list by name would carry a name into addresses and histories.
    return base64.urlsafe_b64encode(crypto.wrap(json.dumps([text, str(pk)]).encode(), salt)).decode()


def _read(after: str | None, salt: str) -> tuple[str, UUID] | None:
    try:
        value, pk = json.loads(crypto.unwrap(base64.urlsafe_b64decode(after or ""), salt))
        return value, UUID(pk)
    except (Unreadable, ValueError):
        return None
