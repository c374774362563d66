"""Places: added, edited, put away, taken out again."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Actor, record
from lib.moves import move
from lib.once import already_made
from lib.refusal import Refused
from people.actions.organisations import stale
from venues.models import Venue
from venues.states import VENUE_MOVES


def add_venue(*, once: UUID, name: str, address: str, getting_there: str, by: Actor, now: datetime) -> Venue:
    """Add a place; the same form sent again gives the same place."""
    with transaction.atomic():
        earlier = already_made(Venue.objects.all(), once)
        if earlier is not None:
            return earlier
        venue = Venue.objects.create(
            id=once,
            organisation_id=by.organisation_id,
            name=name,
            address=address,
            getting_there=getting_there,
            created_at=now,
            created_by=by.actor,
        )
        record(by=by, verb="venues.add_venue", what=venue, now=now)
    return venue


def edit_venue(
    *, venue_id: UUID, revision: int, changes: dict[str, object], by: Actor, now: datetime
) -> Venue:
    """Change what a place says of itself. Raises Refused when somebody else was quicker, or put it away."""
    with transaction.atomic():
        venue = Venue.objects.select_for_update(of=("self",)).get(pk=venue_id)
        if venue.revision != revision:
            raise Refused(stale())
        move(VENUE_MOVES, "edit", venue)
        changed = sorted(key for key, value in changes.items() if getattr(venue, key) != value)
        for key, value in changes.items():
            setattr(venue, key, value)
        venue.revision += 1
        venue.save()
        record(by=by, verb="venues.edit_venue", what=venue, now=now, changed=changed)
    return venue


def archive_venue(*, venue_id: UUID, by: Actor, now: datetime) -> Venue:
    """Put a place away: its rooms are not offered any more. What is booked there stays booked."""
    with transaction.atomic():
        venue = Venue.objects.select_for_update(of=("self",)).get(pk=venue_id)
        move(VENUE_MOVES, "archive", venue)
        venue.archived_at = now
        venue.archived_by = by.actor
        venue.save(update_fields=["state", "archived_at", "archived_by"])
        record(by=by, verb="venues.archive_venue", what=venue, now=now)
    return venue


def restore_venue(*, venue_id: UUID, by: Actor, now: datetime) -> Venue:
    """Take a place out again, with the rooms that were open."""
    with transaction.atomic():
        venue = Venue.objects.select_for_update(of=("self",)).get(pk=venue_id)
        move(VENUE_MOVES, "restore", venue)
        venue.archived_at = None
        venue.archived_by = ""
        venue.save(update_fields=["state", "archived_at", "archived_by"])
        record(by=by, verb="venues.restore_venue", what=venue, now=now)
    return venue
