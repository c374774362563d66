"""Places where sessions happen, and the rooms in them that can be booked."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from lib.ids import new_id
from lib.moves import may
from people.models import Organisation
from venues.states import ACTIVE, ARCHIVED, VENUE_MOVES


class Venue(models.Model):
    """A place. What it is like to be there, and whether it is safe, is assessed; here stands what it is."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    name = models.CharField(_("name"), max_length=80)
    address = models.CharField(_("address"), max_length=300, blank=True)
    getting_there = models.TextField(_("getting there"), max_length=2000, blank=True)
    state = models.CharField(max_length=10, default=ACTIVE)
    archived_at = models.DateTimeField(null=True)
    archived_by = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()
    created_by = models.CharField(max_length=80)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(name="venues_venue_state", condition=Q(state__in=[ACTIVE, ARCHIVED])),
            models.CheckConstraint(
                name="venues_venue_archived",
                condition=Q(state=ACTIVE, archived_at__isnull=True, archived_by="")
                | (Q(state=ARCHIVED, archived_at__isnull=False) & ~Q(archived_by="")),
            ),
        ]
        indexes = [models.Index(fields=["organisation", "state", "name", "id"], name="venues_venue_by_name")]

    def may(self, verb: str) -> bool:
        """Whether a verb may start from this state."""
        return may(VENUE_MOVES, verb, self.state)


class RoomRows(models.QuerySet["Room"]):
    """Rooms, in the words of the practice."""

    def open(self) -> "RoomRows":
        """Those that can be booked: not closed, in a place that is in use."""
        return self.filter(closed_at__isnull=True, venue__state=ACTIVE)


class Room(models.Model):
    """A named room of a venue. No two sessions hold it at the same time."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(_("name"), max_length=80)
    places = models.PositiveSmallIntegerField(_("how many people fit"), default=2)
    closed_at = models.DateTimeField(null=True)

    objects = RoomRows.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["venue", "name"],
                condition=Q(closed_at__isnull=True),
                name="venues_one_room_for_each_name",
            ),
            models.CheckConstraint(name="venues_room_places", condition=Q(places__gte=1, places__lte=500)),
        ]

    def may(self, verb: str) -> bool:
        """Whether a verb may start now; the only one is `close`, once."""
        return verb == "close" and self.closed_at is None
