"""What is due, the outbox, what became of each attempt, and where people can be reached."""

from django.db import models
from django.db.models import Q

from lib.ids import new_id
from lib.sealing.models import DataKey, SealedField
from reminders.states import (
    CANCELLED,
    CHANNELS,
    EMAIL,
    FAILED,
    GAVE_UP,
    HANDED_OVER,
    MESSAGE_STATES,
    OUTCOMES,
    QUEUED,
    REMINDER_STATES,
    WAITING,
)


class ChannelPreference(models.Model):
    """Where one person can be reached, sealed with that person's own key; in which language and zone.

    `recipient_id` is whatever the room above calls a recipient: a peer, a membership or an invitation. An empty
    address stays as a row, because a wish to be left alone must outlive the address it was given for.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation_id = models.UUIDField()
    recipient_id = models.UUIDField()
    channel = models.CharField(max_length=10, default=EMAIL)
    address = SealedField()
    data_key = models.ForeignKey(DataKey, on_delete=models.PROTECT)
    language = models.CharField(max_length=10)
    zone = models.CharField(max_length=50)
    stopped_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "recipient_id", "channel"], name="reminders_one_address"
            ),
            models.CheckConstraint(name="reminders_address_channel", condition=Q(channel__in=CHANNELS)),
        ]


class Reminder(models.Model):
    """Something that falls due for one recipient: written by the action that makes it so, handed over once."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    object_id = models.UUIDField()
    recipient_id = models.UUIDField()
    due_at = models.DateTimeField()
    sender_name = models.CharField(max_length=40)
    link_id = models.UUIDField(null=True)
    about_at = models.DateTimeField(null=True)
    about_until = models.DateTimeField(null=True)
    sequence = models.PositiveIntegerField(default=0)  # of the appointment, for its calendar entry
    state = models.CharField(max_length=12, default=WAITING)
    handed_over_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "kind", "object_id", "recipient_id", "due_at"],
                name="reminders_due_once",
            ),
            models.CheckConstraint(name="reminders_reminder_state", condition=Q(state__in=REMINDER_STATES)),
            models.CheckConstraint(
                name="reminders_handed_over_at",
                condition=Q(state=WAITING, handed_over_at__isnull=True)
                | Q(state=HANDED_OVER, handed_over_at__isnull=False)
                | Q(state=CANCELLED),
            ),
            models.CheckConstraint(
                name="reminders_cancelled_at",
                condition=Q(state=CANCELLED, cancelled_at__isnull=False)
                | (~Q(state=CANCELLED) & Q(cancelled_at__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["state", "due_at"], name="reminders_due"),
            models.Index(fields=["organisation_id", "object_id"], name="reminders_by_object"),
        ]


class Message(models.Model):
    """One message of the outbox: one recipient, one channel. A slot tells repeats of the same kind apart.

    `next_try_at` is the moment from which a worker may take it: when it is due, when the pause after a failure
    ends, or when the lease of the worker that holds it (`lease_id`) runs out.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation_id = models.UUIDField()
    kind = models.CharField(max_length=40)
    object_id = models.UUIDField()
    recipient_id = models.UUIDField()
    channel = models.CharField(max_length=10, default=EMAIL)
    slot = models.CharField(max_length=40, blank=True)
    due_at = models.DateTimeField()
    sender_name = models.CharField(max_length=40)
    link_id = models.UUIDField(null=True)
    about_at = models.DateTimeField(null=True)
    about_until = models.DateTimeField(null=True)
    sequence = models.PositiveIntegerField(default=0)  # of the appointment, for its calendar entry
    state = models.CharField(max_length=10, default=QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    next_try_at = models.DateTimeField()
    lease_id = models.UUIDField(null=True)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation_id", "kind", "object_id", "recipient_id", "channel", "slot"],
                name="reminders_message_once",
            ),
            models.CheckConstraint(name="reminders_message_state", condition=Q(state__in=MESSAGE_STATES)),
            models.CheckConstraint(name="reminders_message_channel", condition=Q(channel__in=CHANNELS)),
            models.CheckConstraint(
                name="reminders_settled_at",
                condition=Q(state=QUEUED, settled_at__isnull=True)
                | (~Q(state=QUEUED) & Q(settled_at__isnull=False, lease_id__isnull=True)),
            ),
        ]
        indexes = [
            models.Index(fields=["next_try_at"], condition=Q(state=QUEUED), name="reminders_to_send"),
            models.Index(
                fields=["organisation_id", "settled_at"],
                condition=Q(state__in=[FAILED, GAVE_UP]),
                name="reminders_failed",
            ),
            models.Index(fields=["organisation_id", "object_id"], name="reminders_message_by_object"),
        ]


class Delivery(models.Model):
    """One attempt to deliver one message, and what came of it. `code` is a number or one word, never a quotation."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    organisation_id = models.UUIDField()
    message = models.ForeignKey(Message, on_delete=models.PROTECT, related_name="deliveries")
    recipient_id = models.UUIDField()
    channel = models.CharField(max_length=10)
    attempt = models.PositiveSmallIntegerField()
    at = models.DateTimeField()
    outcome = models.CharField(max_length=10)
    code = models.CharField(max_length=20, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="reminders_outcome", condition=Q(outcome__in=OUTCOMES)),
            models.CheckConstraint(
                name="reminders_code_is_one_word", condition=Q(code__regex=r"^[a-z0-9_]*$")
            ),
        ]
