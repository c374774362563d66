"""A supporter's own limits, before and beside every pairing, and answers that a supervisor should hear of."""

from django.db import models
from django.db.models import Q

from lib.ids import new_id
from lib.sealing.models import SealedField
from people.models import Membership, Organisation
from sessions.models.pairings import Pairing


class LimitsSheet(models.Model):
    """One version of a supporter's own limits. Sealed with their key; frozen once finished; the next one follows it.

    `answers` is JSON in the shape sessions.wording.Answers documents. Nobody else reads it, but a supervisor while
    `shown_at` is set. `look_again_on` is when it is to be revisited.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="limits")
    version = models.PositiveIntegerField()
    answers = SealedField()
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    look_again_on = models.DateField(null=True)
    shown_at = models.DateTimeField(null=True)
    talked_at = models.DateTimeField(null=True)
    talked_by = models.CharField(max_length=80, blank=True)
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["membership", "version"], name="sessions_one_limits_version"),
            models.UniqueConstraint(
                fields=["membership"], condition=Q(finished_at__isnull=True), name="sessions_one_open_limits"
            ),
            models.CheckConstraint(
                name="sessions_limits_finished",
                condition=Q(finished_at__isnull=True, look_again_on__isnull=True, shown_at__isnull=True)
                | Q(finished_at__isnull=False, look_again_on__isnull=False),
            ),
            models.CheckConstraint(
                name="sessions_limits_talked",
                condition=Q(talked_at__isnull=True, talked_by="")
                | (Q(talked_at__isnull=False, finished_at__isnull=False) & ~Q(talked_by="")),
            ),
        ]


class FloorNote(models.Model):
    """A supporter finished a sheet with an answer that goes against ethical support: their supervisor sees it.

    `body` is sealed with the supporter's key: JSON {"title", "answer", "note"}. The answer itself stays as they gave
    it. `sheet_id` is that of a BoundarySheet or a LimitsSheet.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT)
    supporter = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="floor_notes")
    pairing = models.ForeignKey(Pairing, on_delete=models.PROTECT, null=True, related_name="floor_notes")
    sheet_id = models.UUIDField()
    item_key = models.CharField(max_length=40)
    body = SealedField()
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["sheet_id", "item_key"], name="sessions_one_floor_note"),
            models.CheckConstraint(
                name="sessions_floor_note_settled",
                condition=Q(settled_at__isnull=True, settled_by="")
                | (Q(settled_at__isnull=False) & ~Q(settled_by="")),
            ),
        ]
