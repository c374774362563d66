"""How a wish for more sessions leaves its open state: decided, taken back, or void because the pairing ends."""

from datetime import datetime

from audit.actions import Actor
from lib.moves import move
from reminders.actions import cancel_for
from sessions.models import Extension, Pairing
from sessions.states import ASKED, EXTENSION_MOVES


def settle(extension: Extension, verb: str, *, by: Actor, now: datetime) -> None:
    """Part of an action that holds the pairing's row locked and records it. Whoever was to look need not any more."""
    move(EXTENSION_MOVES, verb, extension)
    extension.decided_at, extension.decided_by = now, by.actor
    extension.save(update_fields=["state", "decided_at", "decided_by"])
    cancel_for(object_id=extension.pk, by=by, now=now)


def settle_open(pairing: Pairing, *, by: Actor, now: datetime) -> None:
    """A wish that nobody has decided is void with its pairing."""
    for extension in Extension.objects.filter(pairing=pairing, state=ASKED):
        settle(extension, "take_back_extension", by=by, now=now)
