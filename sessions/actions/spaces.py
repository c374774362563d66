"""What makes a space good for a peer: noted with them, and read only under the eyes of the trail."""

from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Actor, record
from lib.once import lock
from lib.refusal import Refused
from lib.sealing.models import DataKey, open_text, seal_text
from people.actions.revisions import stale
from people.models import Peer
from sessions import spaces
from sessions.actions.pairings import open_pairing
from sessions.models import SpaceWishes
from sessions.spaces import MusicSaid, Wished, Wishes


def look(*, row: SpaceWishes | None, key: DataKey, by: Actor, now: datetime) -> Wishes:
    """What a peer wishes for, opened, and who looked noted in the same transaction; nothing of either without a row.

    Raises Unreadable when the peer's key was dropped.
    """
    if row is None:
        return spaces.blank()
    with transaction.atomic():
        wishes = spaces.read(open_text(row, "wishes", key))
        record(by=by, verb="sessions.look", what=row, now=now)
    return wishes


def save_space_wishes(
    *,
    pairing_id: UUID,
    peer_id: UUID,
    revision: int,
    wished: Wished,
    music: bool,
    music_how: str,
    by: Actor,
    now: datetime,
) -> SpaceWishes | None:
    """Note what a peer wishes for. A yes to music, and taking it back, is kept with when and how it was said.

    The same wishes again change nothing. Raises Refused when somebody else was quicker, or when the pairing has ended;
    Unreadable when the peer's key was dropped.
    """
    with transaction.atomic():
        lock(f"space:{peer_id}")  # a peer may have two supporters: the pairing's row is not the same for both
        peer = open_pairing(pk=pairing_id, peer_id=peer_id).peer
        row = SpaceWishes.objects.filter(peer_id=peer_id).first()
        before = spaces.read(open_text(row, "wishes", peer.data_key)) if row else spaces.blank()
        said = _music_said(row, music=music, how=music_how, now=now)
        if spaces.wished(before) == wished and not said:
            return row
        if (row.revision if row else 0) != revision:
            raise Refused(stale())
        row = row or SpaceWishes(organisation_id=by.organisation_id, peer_id=peer_id)
        _write(row, {**wished, "music": [*before["music"], *said]}, peer, by=by, now=now)
        record(by=by, verb="sessions.save_space_wishes", what=row, now=now)
        if said:
            verb = "sessions.agree_to_music" if music else "sessions.take_back_music"
            record(by=by, verb=verb, what=row, now=now, how=said[0]["how"])
    return row


def _music_said(row: SpaceWishes | None, *, music: bool, how: str, now: datetime) -> list[MusicSaid]:
    """A yes or no that is not what holds already; none where nothing changes."""
    held = row is not None and row.music_agreed_at is not None
    return [] if held == music else [{"at": now.isoformat(), "yes": music, "how": how}]


def _write(row: SpaceWishes, wishes: Wishes, peer: Peer, *, by: Actor, now: datetime) -> None:
    seal_text(row, "wishes", spaces.write(wishes), peer.data_key)
    last = wishes["music"][-1] if wishes["music"] else None
    row.music_agreed_at = datetime.fromisoformat(last["at"]) if last and last["yes"] else None
    row.noted_at, row.noted_by = now, by.actor
    row.revision += 1
    row.save()
