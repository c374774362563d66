"""Telling members that something waits for them in the app: in neutral words, never what."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet

from audit.actions import Actor
from people.models import Membership
from reminders.actions import schedule_each
from reminders.states import SOMETHING_WAITS
from sessions.models import Pairing
from sessions.policies.around import people_who_can_bring_together, people_who_can_supervise


def tell(recipients: Iterable[UUID], *, object_id: UUID, sender_name: str, by: Actor, now: datetime) -> None:
    """Write to these members once; whoever acts just now need not be told."""
    others = {each: None for each in recipients if by.actor != f"member:{each}"}
    if others:
        schedule_each(
            kind=SOMETHING_WAITS,
            object_id=object_id,
            recipients=others,
            due_at=now,
            sender_name=sender_name,
            by=by,
            now=now,
        )


def coordinators(pairing: Pairing) -> list[UUID]:
    """Everybody who coordinates here now."""
    return _ids(people_who_can_bring_together(pairing.supporter))


def supervisors(pairing: Pairing) -> list[UUID]:
    """Everybody who supervises the pairing's supporter now."""
    return _ids(people_who_can_supervise(pairing.supporter))


def _ids(rows: QuerySet[Membership]) -> list[UUID]:
    return list(rows.order_by("pk").values_list("pk", flat=True))
