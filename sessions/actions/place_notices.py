"""What is sent about places in meetings, and to whom: only to peers who left an address, with their own link."""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from audit.actions import Actor
from people.actions.links import make_link
from people.models.links import LinkPurpose
from reminders.actions import About, cancel_for_all, schedule_all, send_all
from reminders.queries import REACHES
from reminders.states import PLACE_FREE, PLACE_OFFERED, SESSION_TOMORROW
from sessions.models import MeetingPlace, PeerSession

LINK_STAYS = timedelta(days=366)  # counted from when a link is made; leaving the group ends it earlier
REMINDED_AHEAD = timedelta(hours=24)

# Of these peers, who is in the group now and has an address; with the newest link that still works then, if any, and
# whether the newest of all was ended by hand. Somebody else may hold their phone or read their mail: so no message may
# bring them another one.
REACHED = f"""
    SELECT member.peer_id, member.id, (
        SELECT link.id FROM people_privatelink AS link
        WHERE link.object_id = member.id AND link.purpose = %(group)s
            AND link.revoked_at IS NULL AND link.expires_at > %(until)s
        ORDER BY link.created_at DESC, link.id DESC LIMIT 1
    ), (
        SELECT link.revoked_at IS NOT NULL FROM people_privatelink AS link
        WHERE link.object_id = member.id AND link.purpose = %(group)s
        ORDER BY link.created_at DESC, link.id DESC LIMIT 1
    )
    FROM people_groupmember AS member
    WHERE member.group_id = %(group_id)s AND member.left_at IS NULL AND member.peer_id = ANY(%(peer_ids)s)
        AND {REACHES.format(recipient="member.peer_id")}
"""  # noqa: S608 - the only thing put in is the name of a column


def reached(
    meeting: PeerSession, peer_ids: Iterable[UUID], *, by: Actor, now: datetime
) -> dict[UUID, UUID | None]:
    """Who of these peers has an address, with their link. Whoever has no link to the group's meetings is given one.

    Save where theirs was ended: then they have None, until somebody makes a new one by hand.
    """
    wanted = list(peer_ids)
    if not wanted:
        return {}
    until = max(meeting.ends_at, now)
    values: dict[str, Any] = {"group": LinkPurpose.GROUP, "until": until}
    values |= {"group_id": meeting.group_id, "peer_ids": wanted}
    with connection.cursor() as cursor:
        cursor.execute(REACHED, values)
        rows = cursor.fetchall()
    links: dict[UUID, UUID | None] = {}
    for peer_id, member_id, link_id, ended in rows:
        make = link_id is None and not ended
        links[peer_id] = new_link(member_id, peer_id, until=until, by=by, now=now) if make else link_id
    return links


def new_link(member_id: UUID, peer_id: UUID, *, until: datetime, by: Actor, now: datetime) -> UUID:
    """A fresh link of a group's member; it works beyond `until`."""
    expires_at = max(now + LINK_STAYS, until + timedelta(days=1))
    purpose = LinkPurpose.GROUP
    made = make_link(
        purpose=purpose, object_id=member_id, peer_id=peer_id, expires_at=expires_at, by=by, now=now
    )
    return made.pk


def tell_of_places(
    meeting: PeerSession,
    *,
    offered: Collection[MeetingPlace],
    free: Collection[MeetingPlace],
    no_more: Collection[MeetingPlace],
    left: Collection[UUID],
    by: Actor,
    now: datetime,
) -> None:
    """Tell whom a place waits for, and take back what is not true any more.

    That is what was offered (`no_more`), and the reminders of peers who gave their place back (`left`). A place is
    answered by the link: whoever has none is not written to.
    """
    for peer_id in left:
        cancel_for_all(object_ids=[meeting.pk], recipient_id=peer_id, by=by, now=now)
    if no_more:
        cancel_for_all(object_ids=[place.pk for place in no_more], by=by, now=now)
    links = reached(meeting, {place.peer_id for place in (*offered, *free)}, by=by, now=now)
    for kind, places in ((PLACE_OFFERED, offered), (PLACE_FREE, free)):
        send_all(
            [
                _about(meeting, place.peer_id, links, about=place.pk)
                for place in places
                if links.get(place.peer_id)
            ],
            kind=kind,
            slot=f"{now:%Y-%m-%dT%H:%M:%S.%fZ}",  # somebody may be offered a place again, and is told again
            sender_name=meeting.organisation.sender_name,
            by=by,
            now=now,
        )


def remind_each(meeting: PeerSession, peer_ids: Iterable[UUID], *, by: Actor, now: datetime) -> int:
    """Remind these peers of a meeting they have a place in; a second call does nothing. How many can be reached."""
    links = reached(meeting, peer_ids, by=by, now=now)
    schedule_all(
        [_about(meeting, peer_id, links) for peer_id in links],
        kind=SESSION_TOMORROW,
        ahead=REMINDED_AHEAD,
        sender_name=meeting.organisation.sender_name,
        by=by,
        now=now,
    )
    return len(links)


def _about(
    meeting: PeerSession, peer_id: UUID, links: dict[UUID, UUID | None], *, about: UUID | None = None
) -> About:
    return About(
        object_id=about or meeting.pk,
        recipient_id=peer_id,
        about_at=meeting.starts_at,
        about_until=meeting.ends_at,
        sequence=meeting.sequence,
        link_id=links[peer_id],
    )
