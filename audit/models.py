"""The audit trail: who did what kind of thing to which row, when; ids and kinds, never content."""

from django.db import models

from lib.ids import new_id


class Event(models.Model):
    """One act. Number, time, database user and hashes are set by the database when the row is added.

    No foreign keys: the trail outlives what it tells of. `detail` holds ids, states and counts, never a text that
    somebody wrote.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation_id = models.UUIDField()
    number = models.BigIntegerField(editable=False)
    at = models.DateTimeField(editable=False)
    claimed_at = models.DateTimeField()
    db_user = models.CharField(max_length=63, editable=False)
    actor = models.CharField(max_length=80)
    verb = models.CharField(max_length=60)
    object_kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=60)
    detail = models.JSONField(default=dict)
    prev_hash = models.BinaryField(editable=False)
    hash = models.BinaryField(editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "number"], name="audit_one_event_for_each_number"
            ),
        ]
        indexes = [
            models.Index(fields=["organisation_id", "object_id", "number"], name="audit_by_object"),
            models.Index(fields=["organisation_id", "actor", "number"], name="audit_by_actor"),
        ]


class Head(models.Model):
    """The newest number and hash of one organisation's chain. Only the database's own function writes it."""

    organisation_id = models.UUIDField(primary_key=True)
    number = models.BigIntegerField()
    hash = models.BinaryField()
