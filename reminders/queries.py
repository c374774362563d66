"""Reads for the rooms above: an address, and what could not be delivered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import OuterRef, Subquery

from lib.sealing.crypto import Unreadable
from lib.sealing.models import DataKey, open_text
from reminders.models import ChannelPreference, Delivery, Message
from reminders.states import EMAIL, FAILED, GAVE_UP


def address_of(recipient_id: UUID, data_key: DataKey) -> str:
    """A person's e-mail address; empty when there is none, or when their key was dropped."""
    preference = ChannelPreference.objects.filter(recipient_id=recipient_id, channel=EMAIL).first()
    if preference is None:
        return ""
    try:
        return open_text(preference, "address", data_key)
    except Unreadable:
        return ""


@dataclass(frozen=True)
class Failure:
    """A message that did not reach its recipient and will not be tried again."""

    kind: str
    object_id: UUID
    recipient_id: UUID
    at: datetime
    outcome: str
    code: str


def failures(organisation_id: UUID, since: datetime, *, object_id: UUID | None = None) -> list[Failure]:
    """What could not be delivered since a moment, newest first, at most 100; for one object where it is named."""
    last = Delivery.objects.filter(message=OuterRef("pk")).order_by("-pk")
    rows = Message.objects.filter(
        organisation_id=organisation_id, state__in=[FAILED, GAVE_UP], settled_at__gte=since
    )
    if object_id is not None:
        rows = rows.filter(object_id=object_id)
    found = (
        rows.annotate(outcome=Subquery(last.values("outcome")[:1]), code=Subquery(last.values("code")[:1]))
        .order_by("-settled_at")
        .values_list("kind", "object_id", "recipient_id", "settled_at", "outcome", "code")[:100]
    )
    return [
        Failure(
            kind=kind,
            object_id=about,
            recipient_id=recipient_id,
            at=at,
            outcome=outcome or "",
            code=code or "",
        )
        for kind, about, recipient_id, at, outcome, code in found
        if at is not None
    ]
