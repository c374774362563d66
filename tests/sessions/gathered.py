"""A group with its people and a meeting, and what the tests of places in meetings do with them again and again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.test import Client
from django.utils import timezone

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from lib.tokens import token_for
from people.access import LinkHolder
from people.actions import groups as group_actions
from people.door import Place
from people.models import Group, GroupMember, Membership, Organisation, Peer
from people.models.links import LinkPurpose
from reminders.actions import set_address
from sessions.actions import group_links, meetings, offers, places
from sessions.actions.meeting_time import Where
from sessions.models import MeetingPlace, PeerSession
from tests import factories

START = factories.START


@dataclass
class Circle:
    """A group that meets: who runs it, who belongs to it, and its next meeting."""

    organisation: Organisation
    coordinator: Membership
    facilitator: Membership
    group: Group
    meeting: PeerSession
    members: list[GroupMember] = field(default_factory=list)

    def place(self, number: int) -> MeetingPlace | None:
        """Somebody's row in the meeting."""
        peer_id = self.members[number].peer_id
        return MeetingPlace.objects.filter(peer_session=self.meeting, peer_id=peer_id).first()

    def states(self) -> list[str]:
        """Everybody's state, in the order of the members; empty for who has not asked."""
        found = dict(MeetingPlace.objects.filter(peer_session=self.meeting).values_list("peer_id", "state"))
        return [found.get(member.peer_id, "") for member in self.members]

    def taken(self) -> int:
        """What the database counts."""
        return PeerSession.objects.get(pk=self.meeting.pk).places_taken


def circle(
    organisation: Organisation,
    *,
    people: int = 3,
    seats: int = 2,
    ahead: timedelta = timedelta(days=7),
    now: datetime | None = None,
    many: bool = False,
) -> Circle:
    """A group, one facilitator, some members, and a meeting `ahead` of now with some places.

    `many` puts members in by themselves, because a group takes no more than 60.
    """
    now = now or datetime.now(UTC)
    coordinator, facilitator = factories.coordinator(organisation), factories.supporter(organisation)
    with wall.inside(organisation.pk):
        by = Operator(organisation.pk)
        group = factories.group(organisation)
        group_actions.begin_facilitating(group_id=group.pk, membership=facilitator, by=by, now=START)
        made = Circle(
            organisation, coordinator, facilitator, group, meeting(group, now + ahead, seats=seats, now=now)
        )
        made.members = [join(made, f"Wanda {number:03d}", many=many) for number in range(people)]
    return made


def meeting(group: Group, starts_at: datetime, *, seats: int = 2, now: datetime | None = None) -> PeerSession:
    """A meeting of a group: an hour and a half, online; one that has begun was planned the day before."""
    starts_at = starts_at.replace(microsecond=0)
    planned = min(now or datetime.now(UTC), starts_at - timedelta(days=1))
    with wall.inside(group.organisation_id):
        return meetings.plan_meeting(
            once=new_id(),
            group_id=group.pk,
            starts_at=starts_at,
            minutes=90,
            where=Where("online", None, None, "The usual room", seats),
            by=Operator(group.organisation_id),
            now=planned,
        )


def begun(organisation: Organisation, **changes: Any) -> Circle:
    """The same, with a meeting that began an hour ago."""
    return circle(organisation, ahead=timedelta(hours=-1), **changes)


def join(made: Circle, name: str, *, many: bool = False) -> GroupMember:
    """Somebody more belongs to the group."""
    with wall.inside(made.organisation.pk):
        peer = factories.peer(made.organisation, name=name)
        if many:
            return GroupMember.objects.create(
                organisation=made.organisation, group=made.group, peer=peer, joined_at=START
            )
        by = Operator(made.organisation.pk)
        return group_actions.join(group_id=made.group.pk, peer=peer, by=by, now=START)


def leave(made: Circle, number: int) -> None:
    """Somebody leaves the group."""
    with wall.inside(made.organisation.pk):
        by = Operator(made.organisation.pk)
        group_actions.leave(group_member_id=made.members[number].pk, by=by, now=datetime.now(UTC))


def take(made: Circle, number: int, **changes: Any) -> MeetingPlace:
    """Somebody comes."""
    return _say(places.take_place, made, number, **changes)


def wait(made: Circle, number: int, **changes: Any) -> MeetingPlace:
    """Somebody stands in line."""
    return _say(places.await_place, made, number, **changes)


def give_back(made: Circle, number: int, **changes: Any) -> MeetingPlace:
    """Somebody does not come."""
    return _say(places.give_back, made, number, **changes)


def _say(act: Callable[..., MeetingPlace], made: Circle, number: int, **changes: Any) -> MeetingPlace:
    with wall.inside(made.organisation.pk):
        what: dict[str, Any] = {
            "peer_session_id": made.meeting.pk,
            "member": made.members[number],
            "by": changes.get("by") or factories.member(made.facilitator),
            "now": datetime.now(UTC),
        }
        return act(**(what | changes))


def clock(now: datetime) -> int:
    """The clock's task, as it runs every minute."""
    return offers.pass_on_due(now=now)


def reachable(peer: Peer) -> None:
    """Let a peer have an address."""
    with wall.inside(peer.organisation_id):
        set_address(
            recipient_id=peer.pk,
            address=f"{peer.pk}@example.org",
            data_key=peer.data_key,
            language=peer.language,
            zone=peer.zone,
            by=Operator(peer.organisation_id),
            now=START,
        )


def link(made: Circle, number: int) -> str:
    """The token of somebody's private link."""
    with wall.inside(made.organisation.pk):
        by = factories.member(made.facilitator)
        row = group_links.make_group_link(
            group_member_id=made.members[number].pk, by_mail=False, by=by, now=timezone.now()
        )
    return token_for(row.pk)


def holder(made: Circle, number: int) -> LinkHolder:
    """What a request with somebody's link acts as."""
    member = made.members[number]
    return LinkHolder(new_id(), LinkPurpose.GROUP, member.pk, member.peer_id, Place.of(made.organisation))


def opened(token: str) -> Client:
    """A phone on which Continue was pressed."""
    client = Client()
    client.post(f"/p/{token}/meetings/")
    return client


def address(made: Circle, name: str, number: int | None = None, row_id: UUID | None = None) -> str:
    """The address of a page about a meeting; with a number, of what is said for somebody."""
    tails = {"take_place": "take", "await_place": "wait", "give_back": "give-back"}
    start = f"/o/{made.organisation.slug}/meetings/{row_id or made.meeting.pk}/"
    if number is not None:
        return f"{start}places/{made.members[number].pk}/{tails[name]}/"
    pages = {
        "meeting": "",
        "give_places": "places/everybody/",
        "meeting_note": "note/",
        "meeting_note_draft": "note/draft/",
        "read_meeting_note": "note/read/",
    }
    return start + pages.get(name, f"{name}/")
