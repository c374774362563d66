"""What is sent about a group's meetings, and to whom: facilitators, and peers with a place or in line for one."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import UUIDField, Value

from audit.actions import Actor
from people.models import Group
from reminders.actions import About, schedule_all, send_all
from reminders.states import SESSION_CANCELLED, SESSION_MOVED, SESSION_TOMORROW
from sessions.actions.place_notices import reached
from sessions.models import Hold, MeetingPlace, PeerSession
from sessions.states import OFFERED, TAKEN, WAITING_FOR

AHEAD = timedelta(hours=24)  # a reminder is due this long before a meeting
TOO_LATE = timedelta(hours=1)  # and is not made at all for one that is nearer than this


@dataclass(frozen=True)
class Audience:
    """Whom meetings of one group concern: members by meeting, peers by meeting, and the link of each who is reached.

    None for whose link was ended: they are written to without one.
    """

    members: dict[UUID, list[UUID]]
    peers: dict[UUID, list[UUID]]
    links: dict[UUID, UUID | None]

    def of(self, meeting: PeerSession) -> list[tuple[UUID, UUID | None]]:
        """Everybody who can be written to about one meeting, with the link that goes along."""
        members: list[tuple[UUID, UUID | None]] = [(each, None) for each in self.members[meeting.pk]]
        peers = self.peers[meeting.pk]
        return [*members, *((each, self.links[each]) for each in peers if each in self.links)]


def audience(
    meetings: Sequence[PeerSession],
    *,
    states: Sequence[str] = (TAKEN, OFFERED, WAITING_FOR),
    by: Actor,
    now: datetime,
) -> Audience:
    """Whom these meetings of one group concern now. Two queries however many they are."""
    ids = [meeting.pk for meeting in meetings]
    members: dict[UUID, list[UUID]] = defaultdict(list)
    peers: dict[UUID, list[UUID]] = defaultdict(list)
    nobody = Value(None, output_field=UUIDField())
    holds = Hold.objects.filter(peer_session__in=ids, supporter__isnull=False, released_at__isnull=True)
    places = MeetingPlace.objects.filter(peer_session__in=ids, state__in=states)
    rows = holds.values_list("peer_session_id", "supporter_id", nobody).union(
        places.values_list("peer_session_id", nobody, "peer_id")
    )
    for meeting_id, member_id, peer_id in rows:
        if member_id is not None:
            members[meeting_id].append(member_id)
        else:
            peers[meeting_id].append(peer_id)
    everybody = {peer_id for each in peers.values() for peer_id in each}
    links: dict[UUID, UUID | None] = {}
    if everybody:
        latest = max(meetings, key=lambda meeting: meeting.ends_at)
        links = reached(latest, everybody, by=by, now=now)
    return Audience(members, peers, links)


def remind(group: Group, meetings: Sequence[PeerSession], *, by: Actor, now: datetime) -> None:
    """Have everybody who will be there reminded the day before."""
    near = [meeting for meeting in meetings if meeting.starts_at - now > TOO_LATE]
    if near:
        there = audience(near, states=(TAKEN,), by=by, now=now)
        schedule_all(
            [_about(meeting, *who) for meeting in near for who in there.of(meeting)],
            kind=SESSION_TOMORROW,
            ahead=AHEAD,
            sender_name=group.organisation.sender_name,
            by=by,
            now=now,
        )


def remind_members(group: Group, holds: Sequence[Hold], *, by: Actor, now: datetime) -> None:
    """Have members reminded of new meetings, in which nobody has a place yet: from the time that was just held."""
    schedule_all(
        [
            _about(hold.peer_session, hold.supporter_id, None)
            for hold in holds
            if hold.supporter_id is not None and hold.peer_session.starts_at - now > TOO_LATE
        ],
        kind=SESSION_TOMORROW,
        ahead=AHEAD,
        sender_name=group.organisation.sender_name,
        by=by,
        now=now,
    )


def tell_moved(
    group: Group, meetings: Sequence[PeerSession], there: Audience, *, slot: str, by: Actor, now: datetime
) -> None:
    """Say that time or place has changed; the same slot twice is told once."""
    _tell(SESSION_MOVED, group, meetings, there, slot=slot, by=by, now=now)


def tell_called_off(
    group: Group, meetings: Sequence[PeerSession], there: Audience, *, by: Actor, now: datetime
) -> None:
    """Say that a meeting is off. `there` must be from before its time was given back."""
    _tell(SESSION_CANCELLED, group, meetings, there, slot="", by=by, now=now)


def _tell(
    kind: str,
    group: Group,
    meetings: Sequence[PeerSession],
    there: Audience,
    *,
    slot: str,
    by: Actor,
    now: datetime,
) -> None:
    each = [_about(meeting, *who) for meeting in meetings for who in there.of(meeting)]
    others = [about for about in each if by.actor != f"member:{about.recipient_id}"]
    send_all(others, kind=kind, slot=slot, sender_name=group.organisation.sender_name, by=by, now=now)


def _about(meeting: PeerSession, recipient_id: UUID, link_id: UUID | None) -> About:
    return About(
        object_id=meeting.pk,
        recipient_id=recipient_id,
        about_at=meeting.starts_at,
        about_until=meeting.ends_at,
        sequence=meeting.sequence,
        link_id=link_id,
    )
