"""Whom the peer trusts, noted while a pairing lasts: by the peer on their own page, or by the supporter beside them."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Actor
from people.access import LinkHolder
from people.actions.crisis_contacts import Wishes, forget_trusted, note_trusted, queue_for
from people.models import CrisisContact
from sessions.actions.pairings import open_pairing


def trusted(
    *,
    pairing_id: UUID,
    peer_id: UUID,
    revision: int,
    wishes: Wishes,
    forget: bool = False,
    by: Actor,
    now: datetime,
) -> CrisisContact | None:
    """Note it, or take all of it away. A supporter does not see what is there: what they leave empty stays.

    Raises Refused when the pairing has ended, when somebody else was quicker, and for a person without a name.
    """
    with transaction.atomic():
        queue_for(peer_id)
        peer = open_pairing(pk=pairing_id, peer_id=peer_id).peer
        if forget:
            return forget_trusted(peer=peer, revision=revision, by=by, now=now)
        blind = not isinstance(by, LinkHolder)
        return note_trusted(peer=peer, revision=revision, wishes=wishes, blind=blind, by=by, now=now)
