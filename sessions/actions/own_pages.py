"""A peer's own page: handed over by a private link, opened, taken back. One at a time works for a pairing."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record, record_id
from lib.once import already_made, lock
from lib.refusal import Refused
from people.access import LinkHolder
from people.actions.links import make_link, open_link, revoke_links
from people.models import Peer, PrivateLink
from people.models.links import LinkPurpose
from reminders.actions import cancel_for, send_now
from reminders.queries import address_of
from reminders.states import OWN_PAGE
from sessions.actions.calendars import revoke_feed
from sessions.actions.pairings import open_pairing
from sessions.models import Pairing, SessionLog
from sessions.states import ENDED

STAYS = timedelta(days=366)  # a page that nobody opens for so long closes by itself


def make_own_page(*, once: UUID, pairing_id: UUID, by_mail: bool, by: Actor, now: datetime) -> PrivateLink:
    """Make the peer's own page, in the place of an earlier one; the same form sent again gives the same.

    The address that a calendar follows ends with the earlier one: whoever has that page could have made it.
    Raises Refused after the ending, and where it should go by mail to a peer without an address.
    """
    with transaction.atomic():
        earlier = already_made(PrivateLink.objects.all(), once)
        if earlier is not None:
            return earlier
        _queue_for_feed(pairing_id)
        pairing = open_pairing(pk=pairing_id)
        if by_mail and not address_of(pairing.peer_id, pairing.peer.data_key):
            raise Refused(_("We have no address for them. Show them the page here instead."), field="by_mail")
        _take_back(pairing, by=by, now=now)
        link = make_link(
            purpose=LinkPurpose.PAIRING,
            object_id=pairing.pk,
            peer_id=pairing.peer_id,
            link_id=once,
            expires_at=now + STAYS,
            by=by,
            now=now,
        )
        if by_mail:
            _send(link, pairing, by=by, now=now)
        record(by=by, verb="sessions.make_own_page", what=link, now=now, pairing=pairing.pk, by_mail=by_mail)
    return link


def revoke_own_page(*, pairing_id: UUID, by: Actor, now: datetime) -> int:
    """Let the peer's own page stop working this minute, also after the ending; how many links that were.

    The address that a calendar follows ends with it: whoever opened the page could have made one for themselves.
    """
    with transaction.atomic():
        _queue_for_feed(pairing_id)
        pairing = Pairing.objects.select_for_update(of=("self",)).select_related("peer").get(pk=pairing_id)
        number = _take_back(pairing, by=by, now=now)
        revoke_feed(peer=pairing.peer, by=by, now=now)  # also where no page was left
        if number:
            record(by=by, verb="sessions.revoke_own_page", what=pairing, now=now, links=number)
    return number


def open_own_page(*, pairing: Pairing, by: LinkHolder, now: datetime) -> None:
    """A person has opened the page: each time in the trail. While the pairing lasts, the page stays on from now."""
    with transaction.atomic():
        open_link(link_id=by.link_id, now=now)
        if pairing.state != ENDED:
            PrivateLink.objects.filter(pk=by.link_id).update(expires_at=now + STAYS)
        kind = PrivateLink._meta.label_lower
        record_id(by=by, verb="sessions.open_link", kind=kind, object_id=str(by.link_id), now=now, detail={})


def look_notes(*, peer: Peer, notes: Sequence[SessionLog], by: LinkHolder, now: datetime) -> None:
    """Leave one mark for all notes that the peer's page opened, in the transaction in which it did. None for none."""
    if notes:
        record(by=by, verb="sessions.look_notes", what=peer, now=now, notes=len(notes))


def _queue_for_feed(pairing_id: UUID) -> None:
    """Wait in line for the address that the peer's calendar follows: by name, so before any row (lib.once)."""
    lock(f"feed:{Pairing.objects.values_list('peer_id', flat=True).get(pk=pairing_id)}")


def _take_back(pairing: Pairing, *, by: Actor, now: datetime) -> int:
    """Let earlier pages stop working, with the address that a calendar follows; how many pages still worked.

    A page that ran out counts for the address, which may last longer.
    """
    earlier = PrivateLink.objects.filter(purpose=LinkPurpose.PAIRING, object_id=pairing.pk, revoked_at=None)
    ends = dict(earlier.values_list("pk", "expires_at"))
    if not ends:
        return 0
    revoke_links(object_id=pairing.pk, now=now)
    working = [link_id for link_id, expires_at in ends.items() if expires_at > now]
    for link_id in working:
        cancel_for(object_id=link_id, by=by, now=now)
    revoke_feed(peer=pairing.peer, by=by, now=now)
    return len(working)


def _send(link: PrivateLink, pairing: Pairing, *, by: Actor, now: datetime) -> None:
    send_now(
        kind=OWN_PAGE,
        object_id=link.pk,
        recipient_id=pairing.peer_id,
        sender_name=pairing.organisation.sender_name,
        link_id=link.pk,
        by=by,
        now=now,
    )
