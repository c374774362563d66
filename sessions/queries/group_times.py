"""When people and rooms have time for a group's meetings: what is held of it, days away, and a room's weekly hours."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from sessions.free_time import Hours, touches
from sessions.models import Differs
from sessions.models.bookings import LONGEST_HOLD
from sessions.queries.needs import as_hours

# One row for each, whatever the number of meetings. Of people only days away count, not their weekly hours, notice or
# most a week, which are asked of one-to-one sessions: groups often meet in the evening, when nobody else could book
# them, and whoever facilitates one has said yes to that.
TIMES = """
    SELECT owner.id, people_organisation.zone, asks.id IS NOT NULL, NULL::int, NULL::int, NULL::int,
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
            WHERE holder_id = owner.id AND released_at IS NULL AND starts_at < %(last)s AND starts_at > %(held_since)s
        )
    FROM unnest(%(holders)s::uuid[]) AS owner (id)
    JOIN people_organisation ON people_organisation.id = %(organisation)s
    LEFT JOIN peer_sessions_availability AS asks ON asks.room_id = owner.id
"""


@dataclass
class Times:
    """When each of some people and rooms has time."""

    hours: dict[UUID, Hours]

    def free(self, holder_id: UUID, start: datetime, end: datetime) -> bool:
        """Whether nothing else is held of somebody's, or a room's, time then."""
        return not touches(self.hours[holder_id].taken, start, end)

    def lets(self, holder_id: UUID, start: datetime, end: datetime) -> bool:
        """Whether a person is not away then; whether a room is open from the beginning to the end."""
        return self.hours[holder_id].lets(start, end)

    def take(self, holder_id: UUID, start: datetime, end: datetime) -> None:
        """From now on it is held."""
        before = self.hours[holder_id]
        self.hours[holder_id] = replace(before, taken=(*before.taken, (start, end)))


def times(holders: Iterable[UUID], *, organisation_id: UUID, first: datetime, last: datetime) -> Times:
    """What is known of members, peers and rooms between two moments. One query."""
    values: dict[str, Any] = {"holders": list(holders), "organisation": organisation_id}
    values |= {"first": first, "last": last, "held_since": first - LONGEST_HOLD, "extra": Differs.EXTRA.value}
    with connection.cursor() as cursor:
        cursor.execute(TIMES, values)
        return Times({owner_id: as_hours(*rest) for owner_id, *rest in cursor.fetchall()})
