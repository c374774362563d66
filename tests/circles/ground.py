"""What a part finds ready when it fills a circle."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from people.access import Member
from people.models import Group, GroupMember, Peer
from sessions.models import Pairing, PeerSession
from venues.models import Room


@dataclass(frozen=True)
class Ground:
    """One circle: its people as actors, its pairing, a held session and one to come, its group. Inside the wall."""

    coordinator: Member
    supporter: Member
    supervisor: Member
    peer: Peer
    group: Group
    group_member: GroupMember
    room: Room
    pairing: Pairing
    held: PeerSession
    coming: PeerSession
    now: datetime
    # plants(what) gives a marked text; plants(what, sealed=True) one that is stored as ciphertext only.
    plants: Callable[..., str]
    token: Callable[[UUID, str], str]  # of the newest link to an object, for a purpose
