"""Telling one of the two that something waits for them: the supporter signs in, the peer opens their own page."""

from datetime import datetime
from uuid import UUID

from audit.actions import Actor
from people.models import PrivateLink
from people.models.links import LinkPurpose
from reminders.actions import send_now
from reminders.states import OWN_PAGE_NEWS, SOMETHING_WAITS
from sessions.models import Pairing, Side


def other(side: Side) -> Side:
    """The other of the two."""
    return Side.PEER if side == Side.SUPPORTER else Side.SUPPORTER


def tell(pairing: Pairing, side: Side, *, slot: str, by: Actor, now: datetime) -> None:
    """One message in neutral words, about the pairing; `slot` tells it from others about it.

    A peer is told only where a page of their own works; where none does, their supporter tells them.
    """
    if side == Side.SUPPORTER:
        _send(SOMETHING_WAITS, pairing, pairing.supporter_id, slot, None, by=by, now=now)
        return
    working = PrivateLink.objects.working(LinkPurpose.PAIRING, now)
    page = working.filter(object_id=pairing.pk).order_by("-created_at").first()
    if page is not None:
        _send(OWN_PAGE_NEWS, pairing, pairing.peer_id, slot, page.pk, by=by, now=now)


def _send(
    kind: str,
    pairing: Pairing,
    recipient_id: UUID,
    slot: str,
    link_id: UUID | None,
    *,
    by: Actor,
    now: datetime,
) -> None:
    send_now(
        kind=kind,
        object_id=pairing.pk,
        recipient_id=recipient_id,
        slot=slot,
        sender_name=pairing.organisation.sender_name,
        link_id=link_id,
        by=by,
        now=now,
    )
