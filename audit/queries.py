"""Bulk reads of the trail for one page."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import QuerySet

from audit.models import Event
from lib.paging import Page, page


@dataclass(frozen=True)
class EventRow:
    """One event as it is stored, without its hashes: names and words are put to it by the room above."""

    number: int
    at: datetime
    actor: str
    verb: str
    object_kind: str
    object_id: str


def event_page(rows: QuerySet[Event], *, after: str | None) -> Page[EventRow]:
    """25 events, newest first, in one query."""
    columns = rows.only("number", "at", "actor", "verb", "object_kind", "object_id")
    return page(columns, by="number", after=after, make=_row, descending=True)


def _row(event: Event) -> EventRow:
    return EventRow(event.number, event.at, event.actor, event.verb, event.object_kind, event.object_id)
