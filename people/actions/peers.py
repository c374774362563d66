"""Peers: made, edited, archived, restored, assigned."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.moves import move
from lib.once import already_made
from lib.refusal import Refused
from lib.sealing.models import new_key
from people.actions.revisions import set_all
from people.models import Assignment, Membership, Peer
from people.states import PEER_MOVES
from reminders.actions import follow, set_address


def add_peer(
    *,
    once: UUID,
    name: str,
    pronouns: str,
    zone: str,
    language: str,
    email: str = "",
    by: Actor,
    now: datetime,
) -> Peer:
    """Make a peer; the same form sent again gives the same peer. `email` only where they said that it is safe."""
    with transaction.atomic():
        earlier = already_made(Peer.objects.all(), once)
        if earlier is not None:
            return earlier
        peer = Peer.objects.create(
            id=once,
            organisation_id=by.organisation_id,
            name=name,
            pronouns=pronouns,
            zone=zone,
            language=language,
            created_at=now,
            created_by=by.actor,
            data_key=new_key(by.organisation_id),
        )
        if email:
            _keep_address(peer, email, by=by, now=now)
        record(by=by, verb="people.add_peer", what=peer, now=now, address=bool(email))
    return peer


def edit_peer(
    *,
    peer_id: UUID,
    revision: int,
    changes: dict[str, object],
    email: str | None = None,
    by: Actor,
    now: datetime,
) -> Peer:
    """Change name, pronouns, zone or language; a new address, "" to forget it, None to leave it as it is.

    Raises Refused when somebody else was quicker. What is as wished already is not written again.
    """
    with transaction.atomic():
        peer = Peer.objects.select_for_update(of=("self",)).select_related("data_key").get(pk=peer_id)
        changed = set_all(peer, changes, revision=revision, more=email is not None)
        if changed or email is not None:
            peer.save()
        if changed:
            follow(recipient_id=peer.pk, language=peer.language, zone=peer.zone)
        if email is not None:
            _keep_address(peer, email, by=by, now=now)
            changed = [*changed, "address"]
        if changed:
            record(by=by, verb="people.edit_peer", what=peer, now=now, changed=changed)
    return peer


def _keep_address(peer: Peer, email: str, *, by: Actor, now: datetime) -> None:
    set_address(
        recipient_id=peer.pk,
        address=email,
        data_key=peer.data_key,
        language=peer.language,
        zone=peer.zone,
        by=by,
        now=now,
    )


def archive_peer(*, peer_id: UUID, by: Actor, now: datetime) -> Peer:
    """Put a peer's record away. Raises Refused while somebody supports them: endings are talked through first."""
    with transaction.atomic():
        # Not the key: somebody may hold a row of their groups, and make a link of theirs, which refers to this row.
        peer = Peer.objects.select_for_update(of=("self",), no_key=True).get(pk=peer_id)
        if peer.assignments.filter(ends_at__isnull=True).exists():
            raise Refused(
                _("Somebody still supports this person. Let the two of them end it together first.")
            )
        move(PEER_MOVES, "archive", peer)
        peer.archived_at = now
        peer.archived_by = by.actor
        peer.save(update_fields=["state", "archived_at", "archived_by"])
        peer.groups.filter(left_at__isnull=True).update(left_at=now)
        record(by=by, verb="people.archive_peer", what=peer, now=now)
    return peer


def restore_peer(*, peer_id: UUID, by: Actor, now: datetime) -> Peer:
    """Take a peer's record out again."""
    with transaction.atomic():
        peer = Peer.objects.select_for_update(of=("self",)).get(pk=peer_id)
        move(PEER_MOVES, "restore", peer)
        peer.archived_at = None
        peer.archived_by = ""
        peer.save(update_fields=["state", "archived_at", "archived_by"])
        record(by=by, verb="people.restore_peer", what=peer, now=now)
    return peer


def assign(*, peer: Peer, supporter: Membership, by: Actor, now: datetime) -> Assignment:
    """Let a supporter see a peer from now on. Called by the room above that knows the reason, which also records it.

    The caller holds the supporter's row locked. Raises Refused when the supporter has no room left, is paused, or
    supports this peer already.
    """
    if supporter.paused_until is not None and supporter.paused_until > now:
        raise Refused(_("This supporter is taking a break just now."), field="supporter")
    # Not ended, rather than "open at `now`": whoever waited for the lock brings a `now` from before the other began.
    with_them = set(supporter.assignments.filter(ends_at__isnull=True).values_list("peer_id", flat=True))
    if peer.pk in with_them:
        raise Refused(_("These two are together already."), field="supporter")
    if len(with_them) >= supporter.most_peers:
        raise Refused(_("This supporter has no room for another person just now."), field="supporter")
    return Assignment.objects.create(
        organisation_id=by.organisation_id, peer=peer, supporter=supporter, starts_at=now
    )


def unassign(*, peer: Peer, supporter: Membership, now: datetime) -> None:
    """Take that sight away, this minute. Called by the room above, which records it."""
    Assignment.objects.filter(peer=peer, supporter=supporter, ends_at__isnull=True).update(ends_at=now)
