"""Trails for the tests: an organisation with ten events, the founding first."""

from uuid import UUID

from django.db import transaction

from audit.actions import Operator, record_id
from lib import wall
from tests import factories

EVENTS = 10


def add_event(organisation_id: UUID, index: int) -> None:
    """Record one more event."""
    record_id(
        by=Operator(organisation_id),
        verb="people.edit_peer",
        kind="people.peer",
        object_id=f"peer-{index}",
        now=factories.START,
        detail={"changed": ["name", 'zoné\n"quoted"'], "count": index, "yes": True, "none": None},
    )


def trail(slug: str = "ash") -> UUID:
    """An organisation whose trail has EVENTS events, committed."""
    with transaction.atomic():
        organisation_id = factories.organisation(slug).pk
    with wall.inside(organisation_id):
        for index in range(2, EVENTS + 1):
            add_event(organisation_id, index)
    return organisation_id
