"""Meetings of a group, as rows: for tests of what is shown of them, not of how they come to be."""

from datetime import datetime, timedelta
from typing import Any

from lib import wall
from people.models import Membership, Organisation
from sessions.models import Hold, PeerSession
from tests import factories


def meeting(organisation: Organisation, starts_at: datetime, **changes: Any) -> PeerSession:
    """A planned meeting of a group whose name must not get out."""
    values: dict[str, Any] = {
        "organisation": organisation,
        "group": factories.group(organisation, name="Zabrinsky grief"),
        "setting": "walk",
        "places": 12,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=90),
        "booked_at": factories.START,
        "booked_by": "operator",
    }
    with wall.inside(organisation.pk):
        return PeerSession.objects.create(**(values | changes))


def facilitates(row: Membership, met: PeerSession) -> Hold:
    """Keep a facilitator's time for it; they facilitate the group."""
    with wall.inside(row.organisation_id):
        met.meeting_of.facilitators.create(
            organisation_id=row.organisation_id, membership=row, starts_at=factories.START
        )
        return Hold.objects.create(
            organisation_id=row.organisation_id,
            peer_session=met,
            supporter=row,
            during=(met.starts_at, met.ends_at),
        )
