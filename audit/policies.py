"""Who may read which events. Members belong to the room above; what is needed of them is said here."""

from typing import Protocol
from uuid import UUID

from django.db.models import QuerySet

from audit.models import Event


class Reader(Protocol):
    """Somebody who reads the trail."""

    @property
    def organisation_id(self) -> UUID:
        """The organisation they read in."""

    @property
    def actor(self) -> str:
        """How the trail names them."""

    def is_coordinator(self) -> bool:
        """Coordinators read that things happened; everybody else what they did themselves."""


def events_visible_to(reader: Reader) -> QuerySet[Event]:
    """A coordinator sees the organisation's events, anybody else their own acts."""
    rows = Event.objects.filter(organisation_id=reader.organisation_id)
    return rows if reader.is_coordinator() else rows.filter(actor=reader.actor)
