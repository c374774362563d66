"""The organisation's list of what a boundary sheet asks: what is in force, and what pages show of a version."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sessions.item_changes import differing, raises_floors
from sessions.item_sets import BUILT_IN, ItemSet, item_set
from sessions.items import Answer, Item
from sessions.models import Agreement, ItemList
from sessions.queries.pairings import day
from sessions.states import DRAFT, ENDED, IN_FORCE, PROPOSED, REPLACED

MOST_VERSIONS = 20  # the newest, on the page of the list


def items_in_force(organisation_id: UUID) -> ItemSet:
    """What is asked now; one query. The list that comes with PeerSafe where the organisation has none of its own."""
    row = ItemList.objects.filter(organisation_id=organisation_id, state=IN_FORCE).first()
    return items_of(row) if row else BUILT_IN


def items_of(row: ItemList) -> ItemSet:
    """What one version asks."""
    return item_set(row.version, row.entries)


def older_agreements(organisation_id: UUID, version: int) -> QuerySet[Agreement]:
    """What holds or lies before two who have not ended, and was asked from an earlier list than this version."""
    rows = Agreement.objects.filter(organisation_id=organisation_id, item_list__lt=version)
    return rows.filter(state__in=[PROPOSED, IN_FORCE]).exclude(pairing__state=ENDED)


# What a page shows of a version ------------------------------------------------------------------------------


@dataclass(frozen=True)
class ItemRow:
    """One item: its words for both sides, the floor in words, and what marks it."""

    key: str
    title: str | Promise
    supporter: str | Promise
    peer: str | Promise
    floor: str
    because: str | Promise
    asked: bool
    mark: str = ""  # of a draft: what is different from the list in force


@dataclass(frozen=True)
class ItemChange:
    """One item that is not as it was: what it is about, and what changes, a sentence each."""

    title: str | Promise
    lines: Sequence[str]


@dataclass(frozen=True)
class Version:
    """One version that was published, or PeerSafe's own."""

    number: int
    since: str
    is_shown: bool


@dataclass(frozen=True)
class ItemsPage:
    """One version of the list, theme by theme, and which others there are."""

    number: int
    since: str
    until: str
    is_in_force: bool
    groups: Sequence[tuple[str | Promise, Sequence[ItemRow]]]
    no_longer: Sequence[ItemRow]
    versions: Sequence[Version]
    draft_id: UUID | None


@dataclass(frozen=True)
class DraftPage:
    """A draft: all items, theme by theme, and what it changes."""

    row: ItemList
    groups: Sequence[tuple[str | Promise, Sequence[ItemRow]]]
    changes: Sequence[ItemChange]
    raises: bool
    in_force: int = 0  # agreements that would be looked at again
    proposed: int = 0


def items_page(visible: QuerySet[ItemList], version: str | None) -> ItemsPage | None:
    """The list in force, or another version that was published; None for one that there is not. Two queries."""
    rows = list(visible.filter(state__in=[DRAFT, IN_FORCE, REPLACED]).defer("entries").order_by("version"))
    published = [row for row in rows if row.state != DRAFT]
    newest = published[-1].version if published else 0
    number = _number(version, newest)
    chosen = next((row for row in published if row.version == number), None)
    if chosen is None and number != 0:
        return None
    asked = items_of(chosen) if chosen else BUILT_IN
    after = next((row for row in published if row.version > number), None)
    draft = next((row for row in rows if row.state == DRAFT), None)
    return ItemsPage(
        number=number,
        since=day(chosen.published_at) if chosen else "",
        until=day(after.published_at) if after else "",
        is_in_force=number == newest,
        groups=[(theme.label, [item_row(item) for item in items]) for theme, items in asked.by_theme()],
        no_longer=[item_row(item) for item in asked.items if not item.asked],
        versions=_versions(published, number),
        draft_id=draft.pk if draft else None,
    )


def _number(version: str | None, newest: int) -> int:
    """Which version is asked for; -1 for what is no number."""
    if version is None:
        return newest
    return int(version) if version.isascii() and version.isdigit() and len(version) < 10 else -1


def _versions(published: Sequence[ItemList], number: int) -> list[Version]:
    """The newest first, and PeerSafe's own at the end; none where there is no other."""
    if not published:
        return []
    newest = published[: -MOST_VERSIONS - 1 : -1]
    found = [Version(row.version, day(row.published_at), row.version == number) for row in newest]
    return [*found, Version(0, "", number == 0)]


def draft_page(row: ItemList) -> DraftPage:
    """A draft beside the list in force; one query."""
    before, after = items_in_force(row.organisation_id), items_of(row)
    changed = {item.key: was for was, item in differing(before, after)}
    keys = [item.key for item in after.items]
    return DraftPage(
        row=row,
        groups=[
            (theme.label, [item_row(item, _mark(item, changed)) for item in items])
            for theme, items in after.by_theme(keys)
        ],
        changes=changes(before, after),
        raises=raises_floors(before, after),
    )


def what_follows(page: DraftPage) -> DraftPage:
    """The same with how many agreements would be looked at again, a number and nothing else; one query."""
    if not page.raises:
        return page
    rows = older_agreements(page.row.organisation_id, page.row.version)
    states = list(rows.values_list("state", flat=True))
    counts = {"in_force": states.count(IN_FORCE), "proposed": states.count(PROPOSED)}
    return DraftPage(**{**vars(page), **counts})


def item_row(item: Item, mark: str = "") -> ItemRow:
    """An item as pages show it."""
    return ItemRow(
        key=item.key,
        title=item.title,
        supporter=item.supporter,
        peer=item.peer,
        floor=floor_words(item),
        because=item.floor_note if item.floor else "",
        asked=item.asked,
        mark=mark,
    )


def _mark(item: Item, changed: dict[str, Item | None]) -> str:
    if item.key not in changed:
        return ""
    return _("Changed") if changed[item.key] else _("New")


def floor_words(item: Item) -> str:
    """What holds whatever is answered; empty for nothing."""
    if item.floor is None:
        return ""
    if item.floor == item.order[-1]:
        return _("“%(answer)s” holds, whatever is answered.") % {"answer": Answer(item.floor).label}
    return _("“Maybe” at most. “Never” is fine too.")


# What a draft changes, in words ------------------------------------------------------------------------------


def changes(before: ItemSet, after: ItemSet) -> list[ItemChange]:
    """All that would be different, item by item."""
    found = [ItemChange(item.title, _lines(was, item)) for was, item in differing(before, after)]
    return [change for change in found if change.lines]


def _lines(was: Item | None, item: Item) -> list[str]:
    if was is None:
        return _new(item) if item.asked else []
    lines = []
    if was.asked != item.asked:
        lines.append(_("It is asked again.") if item.asked else _("It is no longer asked."))
    if was.theme != item.theme:
        lines.append(_("It stands under “%(theme)s” now.") % {"theme": item.theme.label})
    lines += _turned(_("What it is called"), was.title, item.title)
    lines += _turned(_("What supporters read"), was.supporter, item.supporter)
    lines += _turned(_("What peers read"), was.peer, item.peer)
    return lines + _floor(was, item)


def _new(item: Item) -> list[str]:
    words = {"supporter": item.supporter, "peer": item.peer}
    lines = [
        _("This is new."),
        _("Supporters read: %(supporter)s") % words,
        _("Peers read: %(peer)s") % words,
    ]
    return lines + _floor(None, item)


def _turned(what: str, before: str | Promise, after: str | Promise) -> list[str]:
    if str(before) == str(after):
        return []
    words = {"what": what, "before": before, "after": after}
    return [
        _("%(what)s until now: %(before)s") % words,
        _("%(what)s from now on: %(after)s") % words,
    ]


def _floor(was: Item | None, item: Item) -> list[str]:
    before = was.floor if was else None
    lines = []
    if before != item.floor:
        held = floor_words(item)
        lines.append(
            _("A firm line: %(line)s") % {"line": held} if held else _("No firm line is drawn any more.")
        )
    note = str(item.floor_note) if item.floor else ""
    if note and (was is None or before is None or str(was.floor_note) != note):
        lines.append(_("The reason: %(reason)s") % {"reason": note})
    return lines
