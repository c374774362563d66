"""What a time for a pairing has to fit, read for a stretch of days: everybody's hours, and what is booked."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection

from sessions.fitting import Need
from sessions.free_time import Hours, Span, Stretch, week_of
from sessions.models import Differs, Pairing
from sessions.models.bookings import LONGEST_HOLD
from sessions.states import HELD, IN_FORCE, UPCOMING

WEEK_AROUND = timedelta(days=8)  # sessions of a whole week count, on whatever clock it begins
WEEKS_AROUND = timedelta(days=36)  # and those of four more, where the two meet once a month

# One row for each of the three. Plain SQL, because it answers in one statement what would be nine.
OWNERS = """
    WITH owner (part, id, zone) AS (
        SELECT 'supporter', supporter_id, people_user.zone
        FROM peer_sessions_pairing AS pairing
        JOIN people_membership ON people_membership.id = supporter_id
        JOIN people_user ON people_user.id = user_id WHERE pairing.id = %(pairing_id)s
        UNION ALL SELECT 'peer', peer_id, people_peer.zone
        FROM peer_sessions_pairing AS pairing JOIN people_peer ON people_peer.id = peer_id
        WHERE pairing.id = %(pairing_id)s
        UNION ALL SELECT 'room', venues_room.id, people_organisation.zone
        FROM venues_room JOIN people_organisation ON people_organisation.id = organisation_id
        WHERE venues_room.id = %(room_id)s
    )
    SELECT owner.part, owner.zone, asks.id IS NOT NULL, asks.notice_minutes, asks.rest_minutes, asks.most_a_week,
        ARRAY(
            SELECT ARRAY[weekday, from_minute, to_minute] FROM peer_sessions_weeklyhours WHERE availability_id = asks.id
        ),
        ARRAY(
            SELECT ARRAY[lower(during), upper(during)] FROM peer_sessions_hoursexception
            WHERE owner_id = owner.id AND removed_at IS NULL AND during && tstzrange(%(first)s, %(last)s)
                AND kind <> %(extra)s
        ),
        ARRAY(
            SELECT ARRAY[lower(during), upper(during)] FROM peer_sessions_hoursexception
            WHERE owner_id = owner.id AND removed_at IS NULL AND during && tstzrange(%(first)s, %(last)s)
                AND kind = %(extra)s
        ),
        ARRAY(
            SELECT ARRAY[lower(during), upper(during)] FROM peer_sessions_hold
            WHERE holder_id = owner.id AND released_at IS NULL AND starts_at < %(last)s AND starts_at >= %(held_since)s
                AND upper(during) > %(first)s AND peer_session_id IS DISTINCT FROM %(besides)s
        )
    FROM owner
    LEFT JOIN peer_sessions_availability AS asks ON owner.id IN (asks.membership_id, asks.room_id)
"""
AGREED = """
    SELECT rhythm, sessions_agreed,
        (
            SELECT count(*) FROM peer_sessions_peersession
            WHERE pairing_id = %(pairing_id)s AND state = ANY(%(counted)s) AND id IS DISTINCT FROM %(besides)s
        ),
        ARRAY(
            SELECT starts_at FROM peer_sessions_peersession
            WHERE pairing_id = %(pairing_id)s AND state = ANY(%(counted)s) AND id IS DISTINCT FROM %(besides)s
                AND starts_at BETWEEN %(first)s AND %(last)s
        )
    FROM peer_sessions_agreement WHERE pairing_id = %(pairing_id)s AND state = %(in_force)s
"""


@dataclass(frozen=True)
class Agreed:
    """What the agreement in force says of how often and how many, and when the two have sessions around these days."""

    rhythm: str
    number: int
    counted: int
    starts: Sequence[datetime]


def agreed_around(
    pairing_id: UUID, first: datetime, last: datetime, *, besides: UUID | None = None
) -> Agreed | None:
    """How often and how many; None where no agreement is in force. `besides` is a session that does not count."""
    values: dict[str, Any] = {"pairing_id": pairing_id, "besides": besides, "in_force": IN_FORCE}
    values |= {"first": first - WEEKS_AROUND, "last": last + WEEKS_AROUND, "counted": [*UPCOMING, HELD]}
    with connection.cursor() as cursor:
        cursor.execute(AGREED, values)
        row = cursor.fetchone()
    return Agreed(*row) if row else None


def need(
    pairing_id: UUID,
    *,
    room_id: UUID | None,
    first: datetime,
    last: datetime,
    rhythm: str,
    starts: Sequence[datetime],
    besides: UUID | None = None,
) -> Need:
    """What times between two moments have to fit, in one query. Raises Pairing.DoesNotExist.

    `rhythm` is the one agreed on, `starts` when the two have sessions; `besides` is a session whose own holds do not
    count. A room that is not there asks for nothing.
    """
    values: dict[str, Any] = {"pairing_id": pairing_id, "room_id": room_id, "besides": besides}
    values["extra"] = Differs.EXTRA.value
    values |= {"first": first - WEEK_AROUND, "last": last + WEEK_AROUND}
    values["held_since"] = values["first"] - LONGEST_HOLD
    with connection.cursor() as cursor:
        cursor.execute(OWNERS, values)
        owners = {part: as_hours(*rest) for part, *rest in cursor.fetchall()}
    if "supporter" not in owners:
        raise Pairing.DoesNotExist
    peer = owners["peer"]
    return Need(
        supporter=owners["supporter"],
        peer=peer,
        room=owners.get("room"),
        rhythm=rhythm,
        weeks_met=frozenset(week_of(start, peer.zone) for start in starts),
    )


def as_hours(
    zone: str,
    asks: bool,
    notice: int | None,
    rest: int | None,
    most_a_week: int | None,
    weekly: Sequence[Sequence[int]],
    closed: Sequence[Sequence[datetime]],
    extra: Sequence[Sequence[datetime]],
    taken: Sequence[Sequence[datetime]],
) -> Hours:
    """One row of such a question."""
    return Hours(
        zone=ZoneInfo(zone),
        weekly=tuple(Stretch(*one) for one in weekly) if asks else None,
        closed=_spans(closed),
        extra=_spans(extra),
        taken=_spans(taken),
        notice=timedelta(minutes=notice or 0),
        rest=timedelta(minutes=rest or 0),
        most_a_week=most_a_week,
    )


def _spans(pairs: Sequence[Sequence[datetime]]) -> tuple[Span, ...]:
    return tuple((start, end) for start, end in pairs)
