"""How one version of an organisation's list differs from another: what is stored, and whether a floor was raised."""

from collections.abc import Iterable, Sequence

from sessions.item_sets import ADDED, Entry, ItemSet
from sessions.items import BY_KEY, Answer, Item

# What an organisation may set as a floor; the loosest answer would rule nothing out.
FLOORS = (Answer.MAYBE, Answer.NEVER)


def untouched(key: str) -> Entry:
    """One of PeerSafe's own items, as it comes."""
    return {
        "key": key,
        "asked": True,
        "theme": BY_KEY[key].theme.value,
        "title": "",
        "supporter": "",
        "peer": "",
        "floor": "",
        "because": "",
    }


def entry_of(key: str, entries: Iterable[Entry]) -> Entry:
    """What is stored of an item. Raises KeyError for one that is neither PeerSafe's nor added."""
    return next((entry for entry in entries if entry["key"] == key), None) or untouched(key)


def with_entry(entries: Sequence[Entry], entry: Entry) -> list[Entry]:
    """The entries with this one in the place of the earlier one; an item that is as it comes needs none."""
    is_plain = entry["key"] in BY_KEY and entry == untouched(entry["key"])
    if entry["key"] not in {one["key"] for one in entries}:
        return [*entries] if is_plain else [*entries, entry]
    changed = [entry if one["key"] == entry["key"] else one for one in entries]
    return [one for one in changed if one["key"] != entry["key"]] if is_plain else changed


def without_unused(entries: Iterable[Entry], before: ItemSet) -> list[Entry]:
    """The entries without items that were added and taken away again before anybody was asked."""
    return [
        entry
        for entry in entries
        if entry["asked"] or not entry["key"].startswith(ADDED) or entry["key"] in before.by_key
    ]


def differing(before: ItemSet, after: ItemSet) -> list[tuple[Item | None, Item]]:
    """The items that are not as they were, each with what it was; None for one that is new."""
    pairs = [(before.by_key.get(item.key), item) for item in after.items]
    return [(was, item) for was, item in pairs if _said(was) != _said(item)]


def _said(item: Item | None) -> tuple[object, ...] | None:
    """All that people read or that holds; an added item's number may change, and nobody sees it."""
    if item is None:
        return None
    words = (item.title, item.supporter, item.peer, item.floor_note if item.floor else "")
    return (*map(str, words), item.asked, item.floor, item.theme)


def raises_floors(before: ItemSet, after: ItemSet) -> bool:
    """Whether an answer that was free in the version before is ruled out now."""
    return any(_is_raised(was, item) for was, item in differing(before, after))


def _is_raised(was: Item | None, item: Item) -> bool:
    if item.floor is None:
        return False
    if was is None or was.floor is None or not was.asked:
        return True
    return item.order.index(item.floor) > item.order.index(was.floor)
