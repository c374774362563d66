"""An organisation's list for the boundary sheet, each state reached through the real actions."""

from datetime import datetime
from typing import Any
from uuid import UUID

from lib import wall
from lib.ids import new_id
from people.models import Membership
from sessions.actions import item_lists
from sessions.item_changes import entry_of
from sessions.item_sets import Entry
from sessions.models import ItemList
from tests import factories

START = factories.START
SWIM: dict[str, Any] = {
    "theme": "social",
    "title": "Swimming together 🏊",
    "supporter": "You go swimming with them.",
    "peer": "You and your supporter go swimming.",
    "floor": "",
    "because": "",
}


def begun(coordinator: Membership, *, now: datetime = START) -> ItemList:
    """A draft of what is asked now."""
    with wall.inside(coordinator.organisation_id):
        return item_lists.begin_items(once=new_id(), by=factories.member(coordinator), now=now)


def new_item(**changes: Any) -> Entry:
    """Something the organisation asks beside PeerSafe's own."""
    return {"key": "", "asked": True, **SWIM, **changes}  # type: ignore[typeddict-item]


def added(
    coordinator: Membership, row: ItemList, *, once: UUID | None = None, now: datetime = START, **changes: Any
) -> ItemList:
    """An item of their own in the draft."""
    with wall.inside(coordinator.organisation_id):
        return item_lists.add_item(
            once=once or new_id(),
            item_list_id=row.pk,
            entry=new_item(**changes),
            by=factories.member(coordinator),
            now=now,
        )


def edited(
    coordinator: Membership, row: ItemList, key: str, *, now: datetime = START, **changes: Any
) -> ItemList:
    """One item of the draft is different."""
    with wall.inside(coordinator.organisation_id):
        entry: Any = {**entry_of(key, row.entries), **changes}
        return item_lists.edit_item(
            item_list_id=row.pk,
            revision=row.revision,
            entry=entry,
            by=factories.member(coordinator),
            now=now,
        )


def published(coordinator: Membership, row: ItemList, *, now: datetime = START) -> ItemList:
    """The draft is in force."""
    with wall.inside(coordinator.organisation_id):
        return item_lists.publish_items(
            item_list_id=row.pk, revision=row.revision, by=factories.member(coordinator), now=now
        )


def with_floor(coordinator: Membership, key: str = "alcohol", floor: str = "never", **rest: Any) -> ItemList:
    """A list in force that draws a line where there was none."""
    row = edited(coordinator, begun(coordinator, **rest), key, floor=floor, because="Our house rule.", **rest)
    return published(coordinator, row, **rest)


def typed(**changes: Any) -> dict[str, str]:
    """What the form of a new item sends."""
    form = {"once": new_id(), **SWIM, "floor": "free"} | changes
    return {key: str(value) for key, value in form.items() if value is not None}


def typed_again(row: ItemList, key: str, **changes: Any) -> dict[str, str]:
    """What the form of an item sends when nothing but `changes` was touched."""
    entry = entry_of(key, row.entries)
    form: dict[str, Any] = {**entry, "revision": row.revision, "asked": "yes" if entry["asked"] else "no"}
    form["floor"] = entry["floor"] or "free"
    del form["key"]
    return {name: str(value) for name, value in (form | changes).items() if value is not None}


def url(*rest: object) -> str:
    """The address of a page of the list."""
    return "/o/ash/settings/boundaries/" + "".join(f"{part}/" for part in rest)
