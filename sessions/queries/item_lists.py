"""The organisation's list of what a boundary sheet asks."""

from uuid import UUID

from sessions.item_sets import BUILT_IN, ItemSet, item_set
from sessions.models import ItemList
from sessions.states import IN_FORCE


def items_in_force(organisation_id: UUID) -> ItemSet:
    """What is asked now; one query. The list that comes with PeerSafe where the organisation has none of its own."""
    row = ItemList.objects.filter(organisation_id=organisation_id, state=IN_FORCE).first()
    return item_set(row.version, row.entries) if row else BUILT_IN
