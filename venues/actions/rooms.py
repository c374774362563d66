"""Rooms of a place: added and closed."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.moves import move
from lib.once import already_made
from lib.refusal import Refused
from venues.models import Room, Venue
from venues.states import VENUE_MOVES


def add_room(*, once: UUID, venue_id: UUID, name: str, places: int, by: Actor, now: datetime) -> Room:
    """Add a room; the same form sent again gives the same room. Raises Refused when the name is taken.

    The place's row is locked, so that two rooms of one name cannot be added at once.
    """
    with transaction.atomic():
        earlier = already_made(Room.objects.all(), once)
        if earlier is not None:
            return earlier
        venue = Venue.objects.select_for_update(of=("self",)).get(pk=venue_id)
        move(VENUE_MOVES, "add_room", venue)
        if venue.rooms.filter(name=name, closed_at__isnull=True).exists():
            raise Refused(_("There is a room of that name here already."), field="name")
        room = Room.objects.create(
            id=once, organisation_id=by.organisation_id, venue=venue, name=name, places=places
        )
        record(by=by, verb="venues.add_room", what=room, now=now, venue=venue.pk)
    return room


def close_room(*, room_id: UUID, by: Actor, now: datetime) -> Room:
    """Close a room: it is not offered any more. What is booked there stays booked. Raises Refused the second time."""
    with transaction.atomic():
        room = Room.objects.select_for_update(of=("self",)).get(pk=room_id)
        if not room.may("close"):
            raise Refused(_("This room has been closed already."))
        room.closed_at = now
        room.save(update_fields=["closed_at"])
        record(by=by, verb="venues.close_room", what=room, now=now, venue=room.venue_id)
    return room
