"""What `book` asks before it books, and `move` before it moves."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from reminders.queries import REACHES
from sessions.models import Pairing
from sessions.queries.needs import WEEKS_AROUND
from sessions.states import HELD, IN_FORCE, UPCOMING
from venues.states import ACTIVE as VENUE_ACTIVE

# Plain SQL, because putting these together takes Django five times as long as answering takes PostgreSQL.
STANDING = """
    SELECT pairing.state, pairing.supporter_id, pairing.peer_id, organisation.sender_name,
        supporter.starts_at <= %(now)s AND coalesce(supporter.ends_at > %(now)s, true),
        CASE WHEN supporter.paused_until > %(now)s THEN supporter.paused_until END,
        {reaches_peer},
        EXISTS (SELECT FROM peer_sessions_peersession WHERE id = %(once)s),
        EXISTS (
            SELECT FROM venues_room JOIN venues_venue ON venues_venue.id = venue_id
            WHERE venues_room.id = %(room_id)s AND closed_at IS NULL AND venues_venue.state = %(venue_active)s
        ),
        EXISTS (
            SELECT FROM peer_sessions_availability WHERE membership_id = pairing.supporter_id OR room_id = %(room_id)s
        ) OR EXISTS (
            SELECT FROM peer_sessions_hoursexception
            WHERE owner_id IN (pairing.supporter_id, %(room_id)s) AND removed_at IS NULL
                AND during && tstzrange(%(starts_at)s, %(ends_at)s)
        ),
        agreement.sessions_agreed, agreement.rhythm, peer.zone,
        (SELECT count(*) FROM peer_sessions_peersession WHERE pairing_id = pairing.id AND state = ANY(%(taken)s)),
        ARRAY(
            SELECT starts_at FROM peer_sessions_peersession
            WHERE pairing_id = pairing.id AND state = ANY(%(taken)s) AND id <> %(once)s
                AND starts_at BETWEEN %(weeks_before)s AND %(weeks_after)s
        )
    FROM peer_sessions_pairing AS pairing
    JOIN people_organisation AS organisation ON organisation.id = pairing.organisation_id
    JOIN people_membership AS supporter ON supporter.id = pairing.supporter_id
    JOIN people_peer AS peer ON peer.id = pairing.peer_id
    LEFT JOIN peer_sessions_agreement AS agreement
        ON agreement.pairing_id = pairing.id AND agreement.state = %(in_force)s
    WHERE pairing.id = %(pairing_id)s
"""
QUERY = STANDING.format(reaches_peer=REACHES.format(recipient="pairing.peer_id"))


@dataclass
class Standing:
    """All that decides whether a session may be booked, and who is told."""

    state: str  # the pairing's
    supporter_id: UUID
    peer_id: UUID
    sender_name: str
    supporter_is_here: bool
    paused_until: datetime | None  # while they take a break
    reaches_peer: bool
    made: bool  # by an earlier copy of the form
    open_room: bool
    asks: bool  # the supporter or the room set hours, or noted a day that differs
    number: int | None  # of sessions agreed on; None without an agreement in force
    rhythm: str | None  # how often they agreed to meet
    peer_zone: str
    counted: int  # of the sessions agreed on, held or booked
    starts: Sequence[datetime]  # of the other sessions in the weeks around


def standing(
    pairing_id: UUID,
    *,
    once: UUID,
    room_id: UUID | None,
    starts_at: datetime,
    ends_at: datetime,
    now: datetime,
) -> Standing:
    """Everything in one query. Ask it once the locks are held, so that it sees what those in front have written.

    `once` is the session that is wished for, or moved: it stands in nobody's way. Raises Pairing.DoesNotExist.
    """
    values: dict[str, Any] = {"pairing_id": pairing_id, "once": once, "room_id": room_id, "now": now}
    values |= {"starts_at": starts_at, "ends_at": ends_at}
    values |= {"weeks_before": starts_at - WEEKS_AROUND, "weeks_after": starts_at + WEEKS_AROUND}
    values |= {"in_force": IN_FORCE, "taken": [*UPCOMING, HELD], "venue_active": VENUE_ACTIVE}
    with connection.cursor() as cursor:
        cursor.execute(QUERY, values)
        row = cursor.fetchone()
    if row is None:
        raise Pairing.DoesNotExist
    return Standing(*row)
