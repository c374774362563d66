"""The private address that somebody's calendar follows: made, made anew, ended."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from audit.actions import Actor, record
from lib.once import lock
from people.access import Member
from people.actions.links import make_link, revoke_links
from people.models import Peer, PrivateLink
from people.models.links import LinkPurpose
from sessions.queries.feeds import live_feed

LASTS = timedelta(days=2 * 365)  # a calendar that falls silent is noticed late; its page says until when


def make_feed(*, replaces: UUID | None, by: Actor, now: datetime, peer: Peer | None = None) -> PrivateLink:
    """An address for one's own calendar, or for the peer's; the one it `replaces` stops working at once.

    Where another one has come meanwhile (pressed twice, or on another page), that one is given back instead.
    """
    owner_id = _owner(by, peer)
    with transaction.atomic():
        lock(f"feed:{owner_id}")
        current = live_feed(owner_id, now)
        if current is not None and current.pk != replaces:
            return current
        revoke_links(object_id=owner_id, now=now)
        link = make_link(
            purpose=LinkPurpose.CALENDAR,
            object_id=owner_id,
            peer_id=peer.pk if peer else None,
            expires_at=now + LASTS,
            by=by,
            now=now,
        )
        record(by=by, verb="sessions.make_feed", what=link, now=now, anew=current is not None)
    return link


def revoke_feed(*, by: Actor, now: datetime, peer: Peer | None = None) -> None:
    """Let the address stop working now; nothing happens where there is none."""
    owner_id = _owner(by, peer)
    with transaction.atomic():
        lock(f"feed:{owner_id}")
        current = live_feed(owner_id, now)
        if current is not None:
            revoke_links(object_id=owner_id, now=now)
            record(by=by, verb="sessions.revoke_feed", what=current, now=now)


def _owner(by: Actor, peer: Peer | None) -> UUID:
    """Whose calendar it is. Raises TypeError for anybody but a member where no peer is named."""
    if peer is not None:
        return peer.pk
    if not isinstance(by, Member):
        raise TypeError("say whose calendar it is")
    return by.id
