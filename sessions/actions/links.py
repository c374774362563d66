"""Private links to one session: made with the booking, opened by the peer, revoked when the session is called off."""

from datetime import datetime, timedelta

from django.db import transaction

from audit.actions import record
from lib.ids import new_id
from lib.tokens import token_for, token_hash
from people.access import LinkHolder
from people.models import PrivateLink
from people.models.links import LinkPurpose
from sessions.models import PeerSession

STAYS = timedelta(days=1)  # a link works until this long after the session's end


def make_link(peer_session: PeerSession, *, now: datetime) -> PrivateLink:
    """The peer's own way to this session. Part of `book`, which records it."""
    link_id = new_id()
    return PrivateLink.objects.create(
        id=link_id,
        organisation_id=peer_session.organisation_id,
        purpose=LinkPurpose.SESSION,
        object_id=peer_session.pk,
        peer_id=peer_session.pairing.peer_id,
        token_hash=token_hash(token_for(link_id)),
        created_at=now,
        expires_at=peer_session.ends_at + STAYS,
    )


def revoke_links(peer_session: PeerSession, *, now: datetime) -> None:
    """Close every way to this session. Part of the action that ends it, which records it."""
    PrivateLink.objects.filter(object_id=peer_session.pk, revoked_at__isnull=True).update(revoked_at=now)


def open_link(*, by: LinkHolder, now: datetime) -> None:
    """The peer has looked at their session: the first time stays in the row, each time in the trail."""
    with transaction.atomic():
        link = PrivateLink.objects.select_for_update(of=("self",)).get(pk=by.link_id)
        if link.opened_at is None:
            link.opened_at = now
            link.save(update_fields=["opened_at"])
        record(by=by, verb="sessions.open_link", what=link, now=now)
