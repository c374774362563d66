"""What a boundary sheet asks in one organisation: the 27 items of PeerSafe as its own list changes and adds to them.

An item never vanishes from a list: one that is no longer asked keeps its words, for those who answered it before.
"""

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypedDict

from sessions.items import ITEMS, LOOSE_TO_STRICT, Answer, Item, Theme

OWN = "own-"  # begins the key of an item that somebody added to their own sheet
ABOUT = "about-"  # begins the key of something else a boundary says (sessions.about)
ADDED = "org-"  # begins the key of an item that an organisation added


class Entry(TypedDict):
    """One item in an organisation's list; empty words stand for those of PeerSafe, in the reader's language.

    `floor` is an Answer's value or "" for none, `because` the reason for it, in words that both read. Items with an
    ethical floor (sessions.items.Item.is_ethical) are always asked and keep their floor, whatever stands here.
    """

    key: str
    asked: bool
    theme: str
    title: str
    supporter: str
    peer: str
    floor: str
    because: str


@dataclass(frozen=True)
class ItemSet:
    """One version of a list; 0 is the one that comes with PeerSafe."""

    version: int
    items: Sequence[Item]

    @cached_property
    def by_key(self) -> dict[str, Item]:
        """Every item, asked or not."""
        return {item.key: item for item in self.items}

    def asked(self, answered: Container[str] = ()) -> list[Item]:
        """What is asked now, and what was answered before and is not asked any more."""
        return [item for item in self.items if item.asked or item.key in answered]

    def by_theme(self, answered: Container[str] = ()) -> list[tuple[Theme, list[Item]]]:
        """The same, theme by theme, in the order of the themes; themes without an item are left out."""
        items = self.asked(answered)
        themes = [(theme, [item for item in items if item.theme == theme]) for theme in Theme]
        return [(theme, rows) for theme, rows in themes if rows]


BUILT_IN = ItemSet(0, ITEMS)


def item_set(version: int, entries: Iterable[Entry]) -> ItemSet:
    """A list from what is stored of it: PeerSafe's items in their order, changed, and then those that were added."""
    stored = {entry["key"]: entry for entry in entries}
    items = [_changed(item, stored[item.key]) if item.key in stored else item for item in ITEMS]
    added = [entry for key, entry in stored.items() if key.startswith(ADDED)]
    numbers = range(len(ITEMS) + 1, len(ITEMS) + 1 + len(added))
    items += [_added(number, entry) for number, entry in zip(numbers, added, strict=True)]
    return ItemSet(version, tuple(items))


def _changed(item: Item, entry: Entry) -> Item:
    worded = replace(
        item,
        title=entry["title"] or item.title,
        supporter=entry["supporter"] or item.supporter,
        peer=entry["peer"] or item.peer,
    )
    if item.is_ethical:
        return worded
    return replace(worded, asked=entry["asked"], floor=_floor(entry), floor_note=entry["because"])


def _added(number: int, entry: Entry) -> Item:
    return Item(
        number=number,
        key=entry["key"],
        theme=Theme(entry["theme"]),
        title=entry["title"],
        supporter=entry["supporter"],
        peer=entry["peer"],
        asked=entry["asked"],
        floor=_floor(entry),
        floor_note=entry["because"],
    )


def _floor(entry: Entry) -> Answer | None:
    return Answer(entry["floor"]) if entry["floor"] else None


def own_item(key: str, text: str) -> Item:
    """An item that somebody added to their own sheet: the same words for both, and no floor."""
    return Item(
        number=0, key=key, theme=Theme.OWN, title=text, supporter=text, peer=text, order=LOOSE_TO_STRICT
    )
