"""The same of many things at once: a series is planned, moved or called off, and each of its meetings has its own news.

One statement for all of them; what stands there already stays as it is, as in `due`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit.actions import Actor
from reminders.actions.due import (
    MESSAGE_KEY,
    MESSAGE_RENEWED,
    REMINDER_KEY,
    REMINDER_RENEWED,
    check,
)
from reminders.actions.putting import put_unread
from reminders.models import Message, Reminder
from reminders.states import MESSAGE_MOVES, REMINDER_MOVES
from reminders.wake import wake


@dataclass(frozen=True)
class About:
    """One recipient of news about one thing that stands in the calendar."""

    object_id: UUID
    recipient_id: UUID
    about_at: datetime
    about_until: datetime
    sequence: int = 0
    link_id: UUID | None = None


def schedule_all(
    each: Sequence[About], *, kind: str, ahead: timedelta, sender_name: str, by: Actor, now: datetime
) -> None:
    """A reminder of each, due `ahead` of its time, or at once where that has passed. Raises like `schedule`."""
    rows = new_reminders(each, kind=kind, ahead=ahead, sender_name=sender_name, by=by, now=now)
    if rows:
        states = REMINDER_MOVES["schedule"][0]
        put_unread(rows, key=REMINDER_KEY, renewed=REMINDER_RENEWED, from_states=states)


def new_reminders(
    each: Sequence[About], *, kind: str, ahead: timedelta, sender_name: str, by: Actor, now: datetime
) -> list[Reminder]:
    """The same, to be stored beside other rows: only about what is new, so that none of them can be there already."""
    check(kind, sender_name)
    return [
        Reminder(
            organisation_id=by.organisation_id,
            kind=kind,
            due_at=max(one.about_at - ahead, now),
            sender_name=sender_name,
            **vars(one),
        )
        for one in each
    ]


def send_all(
    each: Sequence[About], *, kind: str, slot: str = "", sender_name: str, by: Actor, now: datetime
) -> None:
    """A message about each, in this transaction. Raises like `send_now`."""
    rows = new_messages(each, kind=kind, slot=slot, sender_name=sender_name, by=by, now=now)
    if rows:
        put_unread(rows, key=MESSAGE_KEY, renewed=MESSAGE_RENEWED, from_states=MESSAGE_MOVES["queue"][0])


def new_messages(
    each: Sequence[About], *, kind: str, slot: str = "", sender_name: str, by: Actor, now: datetime
) -> list[Message]:
    """The same, to be stored beside other rows: only about what is new. A worker is woken when this is committed."""
    check(kind, sender_name)
    if each:
        transaction.on_commit(wake, robust=True)
    return [
        Message(
            organisation_id=by.organisation_id,
            kind=kind,
            slot=slot,
            due_at=now,
            next_try_at=now,
            sender_name=sender_name,
            **vars(one),
        )
        for one in each
    ]
