"""Reads for the rooms above: an address, and what could not be delivered."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from lib.sealing.crypto import Unreadable
from lib.sealing.models import DataKey, open_text
from reminders.models import ChannelPreference, Delivery, Message
from reminders.states import EMAIL, FAILED, GAVE_UP

# Whether somebody has an address that can be read, as a part of a larger question in SQL; `recipient` is a column.
REACHES = """EXISTS (
    SELECT FROM reminders_channelpreference JOIN sealing_datakey ON sealing_datakey.id = data_key_id
    WHERE recipient_id = {recipient} AND channel = 'email' AND length(address) > 0 AND dropped_at IS NULL
)"""


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


def failures(
    organisation_id: UUID, since: datetime, *, object_id: UUID | None = None, most: int = 100
) -> list[Failure]:
    """What could not be delivered since a moment, newest first; for one object where it is named. Two queries.

    The second, for what the last attempt came to, is asked only where something failed: on most days nothing has.
    """
    rows = Message.objects.filter(
        organisation_id=organisation_id, state__in=[FAILED, GAVE_UP], settled_at__gte=since
    )
    if object_id is not None:
        rows = rows.filter(object_id=object_id)
    columns = rows.values_list("pk", "kind", "object_id", "recipient_id", "settled_at")
    found = list(columns.order_by("-settled_at")[:most])
    last = _last_attempts([pk for pk, *_rest in found])
    return [
        Failure(kind, about, recipient_id, at, *last.get(pk, ("", "")))
        for pk, kind, about, recipient_id, at in found
        if at is not None
    ]


def _last_attempts(message_ids: list[UUID]) -> dict[UUID, tuple[str, str]]:
    if not message_ids:
        return {}
    attempts = Delivery.objects.filter(message_id__in=message_ids).order_by("message_id", "-pk")
    last = attempts.distinct("message_id").values_list("message_id", "outcome", "code")
    return {pk: (outcome, code) for pk, outcome, code in last}
