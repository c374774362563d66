"""Rows for the small world: the organisation's own list in two versions, and a draft of the next one."""

from typing import Any

from lib.ids import new_id
from sessions.actions import item_lists
from sessions.item_sets import Entry
from sessions.models import ItemList
from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """Both circles share their organisation's list: one has the draft in its addresses, the other what is in force."""
    kept = ItemList.objects.filter(organisation_id=ground.coordinator.organisation_id)
    if not kept.exists():
        _publish(ground)
        row, number = _begin(ground), 0
    else:
        row, number = kept.get(state="in_force"), 1
    keys = [entry["key"] for entry in row.entries if entry["key"].startswith("org-")]
    return {"item_list_id": row.pk, "item_key": keys[number]}


def _publish(ground: Ground) -> None:
    row = _begin(ground)
    for _side in range(2):
        item_lists.add_item(
            once=new_id(),
            item_list_id=row.pk,
            entry=_entry(ground),
            by=ground.coordinator,
            now=ground.now,
        )
    item_lists.publish_items(item_list_id=row.pk, revision=2, by=ground.coordinator, now=ground.now)


def _begin(ground: Ground) -> ItemList:
    return item_lists.begin_items(once=new_id(), by=ground.coordinator, now=ground.now)


def _entry(ground: Ground) -> Entry:
    return {
        "key": "",
        "asked": True,
        "theme": "social",
        "title": ground.plants("item"),
        "supporter": ground.plants("asked"),
        "peer": ground.plants("answered"),
        "floor": "",
        "because": "",
    }
