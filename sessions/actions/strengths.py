"""What carries a peer: strengths, things that do them good, people who help. Added and taken away, never rewritten."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.once import already_made
from lib.refusal import Refused
from lib.sealing.models import seal_text
from people.models import Peer
from sessions.actions.goals import writable
from sessions.models import Strength

MOST = 60


def add_strength(*, once: UUID, pairing_id: UUID, kind: str, text: str, by: Actor, now: datetime) -> Strength:
    """Add one; the same form sent again gives the same. Raises Refused after the ending, or with too many."""
    with transaction.atomic():
        earlier = already_made(Strength.objects.all(), once)
        if earlier is not None:
            return earlier
        pairing = writable(pairing_id)
        if Strength.objects.filter(peer_id=pairing.peer_id, removed_at__isnull=True).count() >= MOST:
            words = _("There are %(most)s already: how good. Take one away first, if you would like another.")
            raise Refused(words % {"most": MOST})
        strength = Strength(
            id=once,
            organisation_id=by.organisation_id,
            peer=pairing.peer,
            kind=Strength.Kind(kind),
            added_at=now,
            added_by=by.actor,
        )
        seal_text(strength, "text", text, pairing.peer.data_key)
        strength.save(force_insert=True)
        record(by=by, verb="sessions.add_strength", what=strength, now=now, pairing=pairing.pk)
    return strength


def remove_strength(*, pairing_id: UUID, strength_id: UUID, by: Actor, now: datetime) -> Strength:
    """Take one away. Pressed twice, it is noted once."""
    with transaction.atomic():
        pairing = writable(pairing_id)
        rows = Strength.objects.select_for_update(of=("self",))
        strength = rows.get(pk=strength_id, peer_id=pairing.peer_id)
        if strength.removed_at is not None:
            return strength
        strength.removed_at = now
        strength.save(update_fields=["removed_at"])
        record(by=by, verb="sessions.remove_strength", what=strength, now=now, pairing=pairing.pk)
    return strength


def look_strengths(*, peer: Peer, strengths: Sequence[Strength], by: Actor, now: datetime) -> None:
    """Leave one mark for all that a page opened, in the transaction in which it did. None for none."""
    if strengths:
        record(by=by, verb="sessions.look_strengths", what=peer, now=now, strengths=len(strengths))
