"""Sealed texts opened for reading, and one side's sheet.

What opens a sealed text says so in `opened`: the view leaves a mark for each of these rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lib.sealing.models import DataKey, open_text
from people.access import Member
from sessions import about, floors, wording
from sessions.item_sets import BUILT_IN, OWN, ItemSet, own_item
from sessions.items import Answer, Item, Theme
from sessions.models import Agreement, BoundarySheet, LimitsSheet, Pairing, Side
from sessions.policies import pairings_visible_to
from sessions.queries.item_lists import items_in_force
from sessions.queries.pairings import day
from sessions.states import BEING_MADE, IN_FORCE
from sessions.wording import Answers, Body


def pairings_with_keys(member: Member) -> QuerySet[Pairing]:
    """The pairings a member sees, with the names and keys that the pages of a first meeting need."""
    return pairings_visible_to(member).select_related(
        "peer__data_key", "supporter__data_key", "supporter__user"
    )


@dataclass(frozen=True)
class Versions:
    """What the next version is made from: the one being made (`draft`, or laid before both), the one in force, and the
    newest of all."""

    draft: Agreement | None
    in_force: Agreement | None
    newest: Agreement | None

    @property
    def number(self) -> int:
        """The number of the version being made, whether anything of it is written yet or not."""
        return _number((self.newest.version, self.newest.state) if self.newest else None)


def _number(newest: tuple[int, str] | None) -> int:
    if newest is None:
        return 1
    version, state = newest
    return version if state in BEING_MADE else version + 1


def versions_of(pairing: Pairing) -> Versions:
    """A pairing's versions; one query."""
    rows = list(Agreement.objects.filter(pairing=pairing).order_by("-version"))
    return Versions(
        draft=next((row for row in rows if row.state in BEING_MADE), None),
        in_force=next((row for row in rows if row.state == IN_FORCE), None),
        newest=rows[0] if rows else None,
    )


def number_to_make(pairing: Pairing) -> int:
    """The number of the version being made; one query, no texts."""
    rows = Agreement.objects.filter(pairing=pairing).order_by("-version")
    return _number(rows.values_list("version", "state").first())


def sheets_of(pairing: Pairing, version: int) -> dict[str, BoundarySheet]:
    """The sheets that lead to one version, by side."""
    return {sheet.side: sheet for sheet in BoundarySheet.objects.filter(pairing=pairing, version=version)}


def key_of(pairing: Pairing, side: str) -> DataKey:
    """The key a side's sheet is sealed with: each side's own."""
    return pairing.supporter.data_key if side == Side.SUPPORTER else pairing.peer.data_key


def answers_of(pairing: Pairing, sheet: BoundarySheet | None) -> Answers:
    """What a sheet says, opened with its side's key."""
    if sheet is None:
        return {}
    return wording.read_answers(open_text(sheet, "answers", key_of(pairing, sheet.side)))


def body_of(pairing: Pairing, agreement: Agreement | None) -> Body:
    """What an agreement says, opened; a blank one for none."""
    return wording.read_body(open_text(agreement, "body", pairing.peer.data_key) if agreement else "")


@dataclass(frozen=True)
class Begun:
    """One side's sheet of the version being made, as it is stored or would begin."""

    version: int
    sheet: BoundarySheet | None  # None before anything of it is stored
    is_hidden: bool  # the peer keeps it private: nothing of it was opened
    answers: Answers
    items: ItemSet
    opened: Sequence[Model]


def begun(pairing: Pairing, side: str, *, sees_private: bool) -> Begun:
    """One side's sheet, and what is asked; three queries, four where it begins with something else.

    A new sheet begins with that side's answers of the version before, a supporter's first one with their own limits.
    What a peer answers in private stays out unless `sees_private`.
    """
    versions = versions_of(pairing)
    rows = BoundarySheet.objects.filter(pairing=pairing, side=Side(side)).order_by("-version")
    newest = rows.first()
    sheet = newest if newest is not None and newest.version == versions.number else None
    if sheet is not None and sheet.kept_private and not sees_private:
        return Begun(versions.number, sheet, True, {}, BUILT_IN, [])
    if newest is not None and newest.kept_private and not sees_private:
        newest = rows.filter(kept_private=False).first()
    source = newest or (newest_limits(pairing.supporter_id) if side == Side.SUPPORTER else None)
    answers = wording.read_answers(open_text(source, "answers", key_of(pairing, side)) if source else "")
    opened = [row for row in (source, versions.in_force) if row is not None]
    return Begun(versions.number, sheet, False, answers, _asked(pairing, versions.in_force), opened)


def _asked(pairing: Pairing, in_force: Agreement | None) -> ItemSet:
    """What is asked now, with the lines that somebody added to what is in force."""
    asked = items_in_force(pairing.organisation_id)
    added = [
        own_item(row["key"], row["title"])
        for row in body_of(pairing, in_force)["boundaries"]
        if row["key"].startswith(OWN) and (row["supporter"] or row["peer"])
    ]
    return ItemSet(asked.version, (*asked.items, *added))


def newest_limits(membership_id: UUID) -> LimitsSheet | None:
    """A supporter's own limits as they finished them last."""
    rows = LimitsSheet.objects.filter(membership_id=membership_id, finished_at__isnull=False)
    return rows.order_by("-version").first()


@dataclass(frozen=True)
class Line:
    """One item on a finished sheet."""

    question: str | Promise
    answer: str | Promise
    note: str
    floor_note: str


@dataclass(frozen=True)
class SheetText:
    """What a sheet asks, what it says, and how far it is: of a pairing, or a supporter's own limits."""

    side: Side
    items: ItemSet
    answers: Answers

    @property
    def is_peers(self) -> bool:
        """Whether the peer answers."""
        return self.side == Side.PEER

    @property
    def lines(self) -> list[Item]:
        """Every item on the sheet: those that are asked or were answered, and those that were added."""
        added = [item for item in wording.own_items(self.answers) if item.key not in self.items.by_key]
        return [*self.items.asked(self.answers), *added]

    @property
    def answered(self) -> int:
        """How many items have an answer."""
        return wording.answered(self.answers)

    @property
    def total(self) -> int:
        """How many items there are."""
        return len(self.lines)

    @property
    def left_open(self) -> int:
        """How many have none."""
        return self.total - self.answered

    @property
    def for_supervision(self) -> list[Item]:
        """A supporter's answers against ethical support: their supervisor hears of them when the sheet is finished."""
        return [item for item in self._below() if item.is_ethical] if not self.is_peers else []

    @property
    def refused(self) -> list[Item]:
        """Answers that the organisation does not allow its supporters any more; the sheet cannot be finished so."""
        return floors.refused(self.lines, self.side, self.answers)

    def _below(self) -> list[Item]:
        return floors.below(self.lines, self.answers)

    def themes(self) -> list[tuple[str | Promise, list[Line]]]:
        """The answers theme by theme, for reading."""
        themes = [(theme.label, [item for item in self.lines if item.theme == theme]) for theme in Theme]
        return [(label, [self._line(item) for item in items]) for label, items in themes if items]

    def _line(self, item: Item) -> Line:
        said = self.answers.get(item.key, wording.SILENT)
        answer = Answer(said["answer"]) if said["answer"] else None
        return Line(
            question=item.question(self.side),
            answer=answer.label if answer else _("Left open"),
            note=said["note"],
            floor_note=floors.told(item, self.side) if item.is_below_floor(answer) else "",
        )

    def abouts(self) -> list[tuple[str | Promise, str]]:
        """What else was written, for reading: the title and the words."""
        found = [(matter, self.answers.get(matter.key, wording.SILENT)["note"]) for matter in about.MATTERS]
        return [(matter.title, words) for matter, words in found if words]


@dataclass(frozen=True)
class SheetPage(SheetText):
    """One side's sheet of the version that a pairing is making."""

    pairing: Pairing
    version: int
    revision: int
    is_shared: bool
    shared: str
    is_private: bool  # the peer answers on their own page, and has not shown it yet
    opened: Sequence[Model]

    @property
    def is_filled_in(self) -> bool:
        """Whether it began with the answers of the version before."""
        return self.version > 1 and bool(self.answers)

    @property
    def is_from_limits(self) -> bool:
        """Whether it begins with the supporter's own limits."""
        return any(isinstance(row, LimitsSheet) for row in self.opened)


def sheet_page(pairing: Pairing, side: str, *, sees_private: bool = False) -> SheetPage:
    """One side's sheet of the version being made, opened: before it is stored, that of the version before.

    Nothing of a sheet kept private is opened unless `sees_private`: only the peer's own page says so.
    """
    found = begun(pairing, side, sees_private=sees_private)
    sheet = found.sheet
    return SheetPage(
        pairing=pairing,
        side=Side(side),
        items=found.items,
        answers=found.answers,
        version=found.version,
        revision=sheet.revision if sheet else 0,
        is_shared=bool(sheet and sheet.shared_at),
        shared=day(sheet.shared_at) if sheet else "",
        is_private=bool(sheet and sheet.kept_private),
        opened=found.opened,
    )


def saved_page(page: SheetPage, sheet: BoundarySheet) -> SheetPage:
    """The same page once its sheet was saved; no query."""
    if not sheet.revision:  # there was nothing to save
        return page
    answers = answers_of(page.pairing, sheet)
    return replace(page, answers=answers, revision=sheet.revision, is_private=sheet.kept_private)
