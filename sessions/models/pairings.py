"""Pairings: a supporter and a peer, from the first meeting to a planned ending."""

from django.db import models
from django.db.models import Q

from lib.ids import new_id
from lib.moves import may
from people.models import Membership, Organisation, Peer
from sessions.states import ACTIVE, ENDED, INTRODUCED, PAIRING_MOVES


class Pairing(models.Model):
    """A supporter and a peer who were introduced to each other. Access to what they share ends with it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    peer = models.ForeignKey(Peer, on_delete=models.PROTECT, related_name="pairings")
    supporter = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="pairings")
    state = models.CharField(max_length=12, default=INTRODUCED)
    introduced_at = models.DateTimeField()
    introduced_by = models.CharField(max_length=80)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="sessions_pairing_state", condition=Q(state__in=[INTRODUCED, ACTIVE, ENDED])
            ),
            models.UniqueConstraint(
                fields=["peer", "supporter"], condition=~Q(state=ENDED), name="sessions_one_open_pairing"
            ),
            models.CheckConstraint(
                name="sessions_pairing_ended",
                condition=(~Q(state=ENDED) & Q(ended_at__isnull=True, ended_by=""))
                | (Q(state=ENDED, ended_at__isnull=False) & ~Q(ended_by="")),
            ),
            models.CheckConstraint(
                name="sessions_pairing_begun",
                condition=~Q(state=ACTIVE) | Q(begun_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["organisation", "introduced_at", "id"], name="sessions_pairing_by_time"),
            models.Index(fields=["organisation", "supporter", "state"], name="sessions_pairing_by_supporter"),
        ]

    def may(self, verb: str) -> bool:
        """Whether a verb may start from this state."""
        return may(PAIRING_MOVES, verb, self.state)
