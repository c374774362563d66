"""Telling members that something waits for them in the app: in neutral words, never what."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from audit.actions import Actor
from people.models import Membership, Role
from reminders.actions import schedule_each
from reminders.states import SOMETHING_WAITS
from sessions.models import Pairing


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
    rows = Membership.objects.here().filter(organisation_id=pairing.organisation_id, role=Role.COORDINATOR)
    return list(rows.order_by("pk").values_list("pk", flat=True))


def supervisors(pairing: Pairing) -> list[UUID]:
    """Everybody who supervises the pairing's supporter now."""
    rows = pairing.supporter.supervised_by.filter(ends_at__isnull=True)
    return list(rows.order_by("pk").values_list("supervisor_id", flat=True))
