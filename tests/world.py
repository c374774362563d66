"""A small world: two organisations with one row of every kind on each of two sides, every text of them marked.

Each organisation has two circles: a supporter, their supervisor, their peer, their group, and all that the two have
written. What is "own" to one circle's people is "the same organisation, not own" to the other's. `Circle.ids` maps
the keyword arguments of addresses to ids: whoever adds an address with a new one adds it here.
"""

import itertools
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from lib import wall
from lib.ids import new_id
from lib.tokens import token_for
from people.access import Member
from people.actions import groups as groups
from people.actions import invitations, members
from people.actions import peers as peers
from people.models import Group, Membership, Organisation, Peer, PrivateLink, Role, User
from people.models.links import LinkPurpose
from reminders.models import Delivery, Message
from reminders.states import ACCEPTED
from sessions.actions import agreeing, agreements, bookings, logs, pairings, sheets
from sessions.items import ITEMS
from sessions.models import Agreement, Pairing, PeerSession, SessionLog
from sessions.wording import Said
from tests import circles, factories
from tests.circles.ground import Ground
from venues.actions import places, rooms
from venues.models import Room

LONG_AGO, LAST_WEEK, SOON = timedelta(days=60), timedelta(days=7), timedelta(days=3)


@dataclass
class Plants:
    """Marked texts: unique words that belong to one organisation and appear nowhere else."""

    slug: str
    words: list[str] = field(default_factory=list)
    sealed: list[str] = field(default_factory=list)

    def __call__(self, what: str, *, sealed: bool = False) -> str:
        """A new one, e.g. `peer-elm-07-xq`. `sealed` ones are stored as ciphertext only."""
        word = f"{what}-{self.slug}-{len(self.words):02d}-xq"
        self.words.append(word)
        if sealed:
            self.sealed.append(word)
        return word


@dataclass
class Circle:
    """A supporter, and whoever and whatever is theirs."""

    supporter: Membership
    supervisor: Membership
    peer: Peer
    group: Group
    pairing: Pairing
    ids: dict[str, Any]


@dataclass
class World:
    """One organisation: its coordinator, its two circles, its marked texts, somebody who has left."""

    organisation: Organisation
    plants: Plants
    coordinator: Membership
    left: Membership
    mine: Circle
    others: Circle

    @property
    def slug(self) -> str:
        """The organisation's short name."""
        return self.organisation.slug


def build(slug: str) -> World:
    """Found an organisation and fill it, all through the real actions."""
    now, plants = timezone.now(), Plants(slug)
    organisation = factories.organisation(
        slug,
        name=plants("organisation"),
        help_numbers=[{"name": plants("helpline"), "number": "112", "note": plants("helpnote")}],
    )
    with wall.inside(organisation.pk):
        coordinator = _member(organisation, Role.COORDINATOR, plants)
        left = _member(organisation, Role.COORDINATOR, plants)
        by = factories.member(coordinator)
        members.end_membership(membership_id=left.pk, by=by, now=now)
        mine, others = (_circle(organisation, by, plants, now) for _side in range(2))
    return World(organisation, plants, coordinator, left, mine, others)


def missing_ids(circle: Circle) -> dict[str, Any]:
    """The same keywords with ids of nothing; words that are no ids stay."""
    return {key: new_id() if isinstance(value, UUID) else value for key, value in circle.ids.items()}


_numbers = itertools.count(1)


def _member(organisation: Organisation, role: Role, plants: Plants) -> Membership:
    name = plants(role.value)
    person: User = factories.user(name, email=f"{name}-{next(_numbers)}@example.org", pronouns="they")
    return factories.membership(organisation, role, person=person)


def _circle(organisation: Organisation, by: Member, plants: Plants, now: datetime) -> Circle:
    began = now - LONG_AGO
    supporter = _member(organisation, Role.SUPPORTER, plants)
    supervisor = _member(organisation, Role.SUPERVISOR, plants)
    supervision = members.begin_supervision(
        supervisor_id=supervisor.pk, supporter_id=supporter.pk, by=by, now=began
    )
    peer = peers.add_peer(
        once=new_id(),
        name=plants("peer"),
        pronouns=plants("pronouns"),
        zone="Europe/London",
        language="en-gb",
        email=f"{plants('address', sealed=True)}@example.org",
        by=by,
        now=began,
    )
    group = _group(by, plants, began)
    joined = groups.join(group_id=group.pk, peer=peer, by=by, now=began)
    facilitator = groups.begin_facilitating(group_id=group.pk, membership=supporter, by=by, now=began)
    room = _room(by, plants, began)
    pairing = pairings.pair(once=new_id(), peer_id=peer.pk, supporter_id=supporter.pk, by=by, now=began)
    me = factories.member(supporter)
    agreement = _agreement(pairing, me, plants, began)
    held, session_log = _held(pairing, room, me, plants, now)
    coming = _booked(pairing, None, me, plants, now, now + SOON)
    invitation = invitations.invite(
        once=new_id(), email=f"{plants('invited')}@example.org", role=Role.SUPPORTER, by=by, now=now
    )
    _unfinished(coming, me, plants, now)
    _attempt(invitation.pk, now)
    ids = {
        "peer_id": peer.pk,
        "group_id": group.pk,
        "group_member_id": joined.pk,
        "facilitator_id": facilitator.pk,
        "membership_id": supporter.pk,
        "supervision_id": supervision.pk,
        "invitation_id": invitation.pk,
        "venue_id": room.venue_id,
        "room_id": room.pk,
        "pairing_id": pairing.pk,
        "agreement_id": agreement.pk,
        "peer_session_id": coming.pk,
        "held_session_id": held.pk,
        "session_log_id": session_log.pk,
        "side": "supporter",
        "session_token": _token(coming.pk, LinkPurpose.SESSION),
        "invitation_token": _token(invitation.pk, LinkPurpose.INVITATION),
    }
    ground = Ground(
        coordinator=by,
        supporter=me,
        supervisor=factories.member(supervisor),
        peer=peer,
        group=group,
        group_member=joined,
        room=room,
        pairing=pairing,
        held=held,
        coming=coming,
        now=now,
        plants=plants,
        token=_token,
    )
    ids |= circles.fill(ground)
    return Circle(supporter, supervisor, peer, group, pairing, ids)


def _group(by: Member, plants: Plants, now: datetime) -> Group:
    return groups.add_group(
        once=new_id(),
        name=plants("group"),
        for_whom=plants("forwhom"),
        why=plants("why"),
        childcare=plants("childcare"),
        travel=plants("travel"),
        most_members=12,
        by=by,
        now=now,
    )


def _room(by: Member, plants: Plants, now: datetime) -> Room:
    venue = places.add_venue(
        once=new_id(),
        name=plants("venue"),
        address=plants("street"),
        getting_there=plants("way"),
        by=by,
        now=now,
    )
    return rooms.add_room(once=new_id(), venue_id=venue.pk, name=plants("room"), places=4, by=by, now=now)


def _agreement(pairing: Pairing, by: Member, plants: Plants, now: datetime) -> Agreement:
    for side in ("supporter", "peer"):
        said: dict[str, Said] = {
            item.key: {"answer": "maybe", "note": plants("note", sealed=True) if item.number == 1 else ""}
            for item in ITEMS
            if item.floor is None
        }
        sheets.save_sheet(pairing_id=pairing.pk, side=side, version=1, revision=0, said=said, by=by, now=now)
        sheets.share_sheet(pairing_id=pairing.pk, side=side, version=1, revision=1, by=by, now=now)
    draft = agreements.draft(
        pairing_id=pairing.pk,
        version=1,
        revision=0,
        talk={
            "supporter_expects": plants("hopes", sealed=True),
            "peer_expects": plants("wishes", sealed=True),
            "supporter_fears": plants("fears", sealed=True),
            "peer_fears": plants("worries", sealed=True),
            "rhythm": "each_time",
            "exceptions_read": True,
        },
        sessions_agreed=12,
        minutes=50,
        review_on=(now + timedelta(days=300)).date(),
        by=by,
        now=now,
    )
    return agreeing.agree(agreement_id=draft.pk, revision=draft.revision, by=by, now=now)


def _booked(
    pairing: Pairing, room: Room | None, by: Member, plants: Plants, now: datetime, starts_at: datetime
) -> PeerSession:
    return bookings.book(
        once=new_id(),
        pairing_id=pairing.pk,
        starts_at=starts_at.replace(minute=0, second=0, microsecond=0),
        minutes=50,
        setting="room" if room else "walk",
        room_id=room.pk if room else None,
        meeting_point="" if room else plants("meeting"),
        by=by,
        now=now,
    )


def _held(
    pairing: Pairing, room: Room, by: Member, plants: Plants, now: datetime
) -> tuple[PeerSession, SessionLog]:
    then = now - LAST_WEEK
    held = _booked(pairing, room, by, plants, then - timedelta(days=2), then)
    written = logs.log(
        once=new_id(),
        peer_session_id=held.pk,
        warm_up=plants("warmup", sealed=True),
        what_mattered=plants("mattered", sealed=True),
        cool_down=plants("cooldown", sealed=True),
        fit="changed",
        fit_note=plants("fit", sealed=True),
        shown_to_peer=False,
        hidden_because=plants("hidden", sealed=True),
        by=by,
        now=then + timedelta(hours=2),
    )
    return held, written


def _unfinished(peer_session: PeerSession, by: Member, plants: Plants, now: datetime) -> None:
    """A draft of a log that was not sent yet."""
    row = PeerSession.objects.select_related("pairing__peer__data_key").get(pk=peer_session.pk)
    logs.keep_draft(peer_session=row, texts={"warm_up": plants("draft", sealed=True)}, by=by, now=now)


def _attempt(object_id: UUID, now: datetime) -> None:
    """An attempt to deliver the invitation's mail; made here, because no worker sends inside a transaction."""
    message = Message.objects.get(object_id=object_id)
    Delivery.objects.create(
        organisation_id=message.organisation_id,
        message=message,
        recipient_id=message.recipient_id,
        channel=message.channel,
        attempt=1,
        at=now,
        outcome=ACCEPTED,
        code="250",
    )


def _token(object_id: UUID, purpose: str) -> str:
    links = PrivateLink.objects.filter(object_id=object_id, purpose=purpose)
    return token_for(links.latest("created_at").pk)
