"""Telling one of the two that something waits for them: the supporter signs in, the peer opens their own page."""

from datetime import datetime
from uuid import UUID

from audit.actions import Actor
from reminders.actions import send_now
from reminders.states import OWN_PAGE_NEWS, SOMETHING_WAITS
from sessions.models import Pairing, Side
from sessions.queries.links import own_page_id


def other(side: Side) -> Side:
    """The other of the two."""
    return Side.PEER if side == Side.SUPPORTER else Side.SUPPORTER


def tell(
    pairing: Pairing, side: Side, *, about: UUID | None = None, slot: str = "", by: Actor, now: datetime
) -> None:
    """One message in neutral words, `about` a row of theirs, without one about the pairing.

    `slot` tells it from others about the same. A peer is told only where a page of their own works; where none does,
    their supporter tells them.
    """
    kind, recipient_id, link_id = SOMETHING_WAITS, pairing.supporter_id, None
    if side == Side.PEER:
        kind, recipient_id, link_id = OWN_PAGE_NEWS, pairing.peer_id, own_page_id(pairing, now)
        if link_id is None:
            return
    send_now(
        kind=kind,
        object_id=about or pairing.pk,
        recipient_id=recipient_id,
        slot=slot,
        sender_name=pairing.organisation.sender_name,
        link_id=link_id,
        by=by,
        now=now,
    )
