"""What is due: written in the domain's own transaction, cancelled by it, and handed over to the outbox once.

The rooms above call these from within their own actions, which are the ones that the trail records.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils.translation import gettext as _

from audit.actions import Actor
from lib import wall
from lib.refusal import Refused
from reminders.actions.putting import put
from reminders.models import Message, Reminder
from reminders.states import (
    CANCELLED,
    HANDED_OVER,
    KINDS,
    MESSAGE_MOVES,
    QUEUED,
    REMINDER_MOVES,
    UPCOMING,
    WAITING,
)
from reminders.wake import wake

BATCH = 500
# What makes two rows the same, and what is taken from the newer one when the older was cancelled meanwhile.
REMINDER_KEY = ("organisation_id", "kind", "object_id", "recipient_id", "due_at")
REMINDER_RENEWED = (
    *("state", "handed_over_at", "cancelled_at"),
    *("sender_name", "link_id", "about_at", "about_until", "sequence"),
)
MESSAGE_KEY = ("organisation_id", "kind", "object_id", "recipient_id", "channel", "slot")
MESSAGE_RENEWED = (
    *("state", "settled_at", "attempts", "next_try_at"),
    *("due_at", "sender_name", "link_id", "about_at", "about_until", "sequence"),
)
# A reminder that was handed over is cancelled only with its message; what a worker is sending just now goes out.
CANCEL = """
    WITH taken_back AS (
        UPDATE reminders_message SET state = %(cancelled)s, settled_at = %(now)s, lease_id = NULL
        WHERE object_id = ANY(%(object_ids)s) AND kind = ANY(%(kinds)s) AND state = ANY(%(cancel_messages)s)
            AND coalesce(recipient_id = %(recipient_id)s, true)
        RETURNING kind, object_id, recipient_id, due_at
    )
    UPDATE reminders_reminder AS it SET state = %(cancelled)s, cancelled_at = %(now)s
    WHERE object_id = ANY(%(object_ids)s) AND coalesce(recipient_id = %(recipient_id)s, true) AND (
        state = %(waiting)s
        OR state = %(handed_over)s AND (kind, object_id, recipient_id, due_at) IN (SELECT * FROM taken_back)
    )
"""
LINE_ENDS = {"Cc", "Zl", "Zp"}  # control characters and line ends, with which a header could be smuggled in


def schedule(
    *,
    kind: str,
    object_id: UUID,
    recipient_id: UUID,
    due_at: datetime,
    sender_name: str,
    link_id: UUID | None = None,
    about_at: datetime | None = None,
    about_until: datetime | None = None,
    sequence: int = 0,
    by: Actor,
    now: datetime,
) -> Reminder:
    """Note what falls due at `due_at`; a second call does nothing, unless it was cancelled meanwhile.

    A moment that has passed is due at once. What it is about lasts from `about_at` until `about_until`; `sequence`
    says how often that time was changed, for the entry in the recipient's calendar. Raises ValueError for an unknown
    kind, Refused for a sender's name with line breaks.
    """
    return schedule_each(
        kind=kind,
        object_id=object_id,
        recipients={recipient_id: link_id},
        due_at=due_at,
        sender_name=sender_name,
        about_at=about_at,
        about_until=about_until,
        sequence=sequence,
        by=by,
        now=now,
    )[0]


def schedule_each(
    *,
    kind: str,
    object_id: UUID,
    recipients: Mapping[UUID, UUID | None],
    due_at: datetime,
    sender_name: str,
    about_at: datetime | None = None,
    about_until: datetime | None = None,
    sequence: int = 0,
    by: Actor,
    now: datetime,
) -> list[Reminder]:
    """`schedule` for several recipients of the same, each with the link that is theirs, or none."""
    check(kind, sender_name)
    key = {"organisation_id": by.organisation_id, "kind": kind, "object_id": object_id, "due_at": due_at}
    about: dict[str, Any] = {"about_at": about_at, "about_until": about_until, "sequence": sequence}
    rows = [
        Reminder(**key, recipient_id=each, link_id=link_id, sender_name=sender_name, **about)
        for each, link_id in recipients.items()
    ]
    return put(rows, key=REMINDER_KEY, renewed=REMINDER_RENEWED, from_states=REMINDER_MOVES["schedule"][0])


def send_now(
    *,
    kind: str,
    object_id: UUID,
    recipient_id: UUID,
    slot: str = "",
    sender_name: str,
    link_id: UUID | None = None,
    about_at: datetime | None = None,
    about_until: datetime | None = None,
    sequence: int = 0,
    by: Actor,
    now: datetime,
) -> Message:
    """Put a message into the outbox, in this transaction; a worker is woken when it commits.

    A second call with the same slot does nothing, unless the message was cancelled meanwhile. Raises like `schedule`.
    """
    check(kind, sender_name)
    fresh = Message(
        organisation_id=by.organisation_id,
        kind=kind,
        object_id=object_id,
        recipient_id=recipient_id,
        slot=slot,
        due_at=now,
        sender_name=sender_name,
        link_id=link_id,
        about_at=about_at,
        about_until=about_until,
        sequence=sequence,
        next_try_at=now,
    )
    message = put([fresh], key=MESSAGE_KEY, renewed=MESSAGE_RENEWED, from_states=MESSAGE_MOVES["queue"][0])[0]
    transaction.on_commit(wake, robust=True)
    return message


def cancel_for(*, object_id: UUID, by: Actor, now: datetime) -> int:
    """Cancel what still waits for an object, and queued messages that announce it; how many reminders that were.

    Call it before `send_now` when something is moved: it would take back the news of the new time as well.
    """
    return cancel_for_all(object_ids=[object_id], by=by, now=now)


def cancel_for_all(
    *, object_ids: Sequence[UUID], recipient_id: UUID | None = None, by: Actor, now: datetime
) -> int:
    """`cancel_for` for many objects at once; where a recipient is named, only what goes to them."""
    values: dict[str, Any] = {"object_ids": list(object_ids), "recipient_id": recipient_id, "now": now}
    values |= {"kinds": list(UPCOMING)}
    values |= {"cancel_messages": list(MESSAGE_MOVES["cancel"][0]), "waiting": WAITING}
    values |= {"handed_over": HANDED_OVER, "cancelled": CANCELLED}
    with connection.cursor() as cursor:
        cursor.execute(CANCEL, values)
        return int(cursor.rowcount)


def hand_over_due(*, now: datetime, most: int = BATCH) -> int:
    """Put what is due into the outbox, each organisation in a transaction of its own; how many it handed over."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, organisation_id FROM reminders_due(%s, %s)", [now, most])
        rows = cursor.fetchall()
    by_organisation: dict[UUID, list[UUID]] = defaultdict(list)
    for reminder_id, organisation_id in rows:
        by_organisation[organisation_id].append(reminder_id)
    handed_over = 0
    for organisation_id, reminder_ids in by_organisation.items():
        with wall.inside(organisation_id):
            handed_over += hand_over(reminder_ids=reminder_ids, now=now)
    return handed_over


def hand_over(*, reminder_ids: list[UUID], now: datetime) -> int:
    """Put these reminders of one organisation into the outbox; those that another worker holds are left to it."""
    with transaction.atomic():
        reminders = list(
            Reminder.objects.select_for_update(skip_locked=True)
            .filter(pk__in=reminder_ids, state__in=REMINDER_MOVES["hand_over"][0])
            .order_by("pk")
        )
        Message.objects.bulk_create([_message(row, now) for row in reminders], ignore_conflicts=True)
        _queue_again(reminders, now)
        Reminder.objects.filter(pk__in=[row.pk for row in reminders]).update(
            state=HANDED_OVER, handed_over_at=now
        )
    return len(reminders)


def _message(reminder: Reminder, now: datetime) -> Message:
    return Message(
        organisation_id=reminder.organisation_id,
        kind=reminder.kind,
        object_id=reminder.object_id,
        recipient_id=reminder.recipient_id,
        slot=_slot(reminder),
        due_at=reminder.due_at,
        sender_name=reminder.sender_name,
        link_id=reminder.link_id,
        about_at=reminder.about_at,
        about_until=reminder.about_until,
        sequence=reminder.sequence,
        next_try_at=now,
    )


def _slot(reminder: Reminder) -> str:
    return reminder.due_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _queue_again(reminders: list[Reminder], now: datetime) -> None:
    """A message that was taken back earlier (moved away and back again) goes out now after all."""
    for reminder in reminders:
        Message.objects.filter(
            kind=reminder.kind,
            object_id=reminder.object_id,
            recipient_id=reminder.recipient_id,
            slot=_slot(reminder),
            state__in=MESSAGE_MOVES["queue"][0],
        ).update(
            state=QUEUED,
            settled_at=None,
            next_try_at=now,
            link_id=reminder.link_id,
            about_at=reminder.about_at,
            about_until=reminder.about_until,
            sequence=reminder.sequence,
        )


def check(kind: str, sender_name: str) -> None:
    """Refuse a kind that is not in the list, and a name that would break a header."""
    if kind not in KINDS:
        raise ValueError(f"unknown kind of reminder: {kind}")
    if any(unicodedata.category(letter) in LINE_ENDS for letter in sender_name):
        raise Refused(_("The sender's name must stand on one line."), "sender_name")
