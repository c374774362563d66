"""What the pages of venues show: rows prepared in a fixed number of queries."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Prefetch, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from lib.paging import Page, page
from venues.models import Room, Venue
from venues.states import ACTIVE, ARCHIVED


@dataclass(frozen=True)
class RoomRow:
    """A room as a place's page shows it."""

    id: UUID
    name: str
    fits: str


@dataclass(frozen=True)
class VenueRow:
    """A place as the list shows it."""

    id: UUID
    name: str
    address: str
    rooms: str


def venue_page(rows: QuerySet[Venue], *, archived: bool, after: str | None) -> Page[VenueRow]:
    """One page of places by name: those in use, or those that were put away."""
    chosen = rows.filter(state=ARCHIVED if archived else ACTIVE)
    with_rooms = chosen.prefetch_related(
        Prefetch("rooms", queryset=Room.objects.filter(closed_at__isnull=True).order_by("name", "pk"))
    )
    return page(with_rooms, by="name", after=after, make=_venue_row)


def open_rooms(venue: Venue) -> list[RoomRow]:
    """A place's open rooms, by name."""
    rooms = venue.rooms.filter(closed_at__isnull=True).order_by("name", "pk")
    return [RoomRow(id=room.pk, name=room.name, fits=_fits(room.places)) for room in rooms]


def _venue_row(venue: Venue) -> VenueRow:
    names = [room.name for room in venue.rooms.all()]
    return VenueRow(
        id=venue.pk,
        name=venue.name,
        address=venue.address,
        rooms=", ".join(names) if names else _("No rooms yet"),
    )


def _fits(places: int) -> str:
    return ngettext("%(places)s person fits", "%(places)s people fit", places) % {"places": places}
