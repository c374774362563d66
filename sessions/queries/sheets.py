"""Sealed texts opened for reading, and one side's sheet.

What opens a sealed text says so in `opened`: the view leaves a mark for each of these rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lib.sealing.models import DataKey, open_text
from people.access import Member
from sessions import wording
from sessions.items import ITEMS, Answer, Item, by_theme
from sessions.models import Agreement, BoundarySheet, Pairing, Side
from sessions.policies import pairings_visible_to
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


def newest_sheet(pairing: Pairing, side: str) -> BoundarySheet | None:
    """One side's sheet of the highest version; the next one begins with what it says."""
    return BoundarySheet.objects.filter(pairing=pairing, side=Side(side)).order_by("-version").first()


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
class Line:
    """One item on a finished sheet."""

    question: str | Promise
    answer: str | Promise
    note: str
    floor_note: str | Promise


@dataclass(frozen=True)
class SheetPage:
    """One side's sheet: its answers, and how far it is."""

    pairing: Pairing
    side: Side
    answers: Answers
    version: int
    revision: int
    is_shared: bool
    shared: str
    opened: Sequence[Model]

    @property
    def is_peers(self) -> bool:
        """Whether the peer answers."""
        return self.side == Side.PEER

    @property
    def answered(self) -> int:
        """How many items have an answer."""
        return wording.answered(self.answers)

    @property
    def total(self) -> int:
        """How many items there are."""
        return len(ITEMS)

    @property
    def is_filled_in(self) -> bool:
        """Whether it began with the answers of the version before."""
        return self.version > 1 and bool(self.answers)

    @property
    def left_open(self) -> int:
        """How many have none."""
        return self.total - self.answered

    def themes(self) -> list[tuple[str | Promise, list[Line]]]:
        """The answers theme by theme, for reading."""
        return [(theme.label, [self._line(item) for item in items]) for theme, items in by_theme()]

    def _line(self, item: Item) -> Line:
        said = self.answers.get(item.key, {"answer": "", "note": ""})
        answer = Answer(said["answer"]) if said["answer"] else None
        return Line(
            question=item.question(self.side),
            answer=answer.label if answer else _("Left open"),
            note=said["note"],
            floor_note=item.floor_note if item.is_below_floor(answer) else "",
        )


def sheet_page(pairing: Pairing, side: str) -> SheetPage:
    """One side's sheet of the version being made, opened: before it is stored, that of the version before."""
    version, newest = number_to_make(pairing), newest_sheet(pairing, side)
    sheet = newest if newest is not None and newest.version == version else None
    return SheetPage(
        pairing=pairing,
        side=Side(side),
        answers=answers_of(pairing, newest),
        version=version,
        revision=sheet.revision if sheet else 0,
        is_shared=bool(sheet and sheet.shared_at),
        shared=day(sheet.shared_at) if sheet else "",
        opened=[newest] if newest else [],
    )
