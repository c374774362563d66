"""The organisation's own list of what a boundary sheet asks, in versions."""

from django.db import models
from django.db.models import Q

from lib.ids import new_id
from lib.moves import may
from people.models import Organisation
from sessions.states import DRAFT, IN_FORCE, ITEM_LIST_MOVES, REPLACED, WITHDRAWN


class ItemList(models.Model):
    """One version of the list; without any, the 27 of sessions.items are asked. Frozen once published or dropped.

    `entries` is JSON: a list in the shape sessions.item_sets.Entry documents. `raises_floors` says that an answer which
    was free in the version before is ruled out now: agreements in force are looked at again, and stay as they are.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    version = models.PositiveIntegerField()
    state = models.CharField(max_length=12, default=DRAFT)
    entries = models.JSONField(default=list)
    raises_floors = models.BooleanField(default=False)
    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=80)
    published_at = models.DateTimeField(null=True)
    published_by = models.CharField(max_length=80, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "version"], name="sessions_one_item_list_a_version"
            ),
            models.UniqueConstraint(
                fields=["organisation", "state"],
                condition=Q(state__in=[DRAFT, IN_FORCE]),
                name="sessions_one_item_list_a_state",
            ),
            models.CheckConstraint(
                name="sessions_item_list_state",
                condition=Q(state__in=[DRAFT, IN_FORCE, REPLACED, WITHDRAWN]),
            ),
            models.CheckConstraint(
                name="sessions_item_list_published",
                condition=Q(state__in=[DRAFT, WITHDRAWN], published_at__isnull=True, published_by="")
                | (Q(state__in=[IN_FORCE, REPLACED], published_at__isnull=False) & ~Q(published_by="")),
            ),
        ]

    def may(self, verb: str) -> bool:
        """Whether a verb may start from this state."""
        return may(ITEM_LIST_MOVES, verb, self.state)
