"""Sealed texts opened for reading, and one side's sheet.

What opens a sealed text says so in `opened`: the view leaves a mark for each of these rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Model, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lib.sealing.models import open_text
from people.access import Member
from sessions import wording
from sessions.items import ITEMS, Answer, Item, by_theme
from sessions.models import Agreement, BoundarySheet, Pairing, Side
from sessions.policies import pairings_visible_to
from sessions.queries.pairings import day
from sessions.states import DRAFT, IN_FORCE
from sessions.wording import Answers, Body


def pairings_with_keys(member: Member) -> QuerySet[Pairing]:
    """The pairings a member sees, with the names and keys that the pages of a first meeting need."""
    return pairings_visible_to(member).select_related(
        "peer__data_key", "supporter__data_key", "supporter__user"
    )


def sheets_of(pairing: Pairing) -> dict[str, BoundarySheet]:
    """A pairing's sheets by side."""
    return {sheet.side: sheet for sheet in BoundarySheet.objects.filter(pairing=pairing)}


def live_agreements(pairing: Pairing) -> dict[str, Agreement]:
    """A pairing's draft and the agreement in force, by state."""
    rows = Agreement.objects.filter(pairing=pairing, state__in=[DRAFT, IN_FORCE])
    return {row.state: row for row in rows}


def answers_of(pairing: Pairing, sheet: BoundarySheet | None) -> Answers:
    """What a sheet says, opened with its side's key."""
    if sheet is None:
        return {}
    person = pairing.supporter if sheet.side == Side.SUPPORTER else pairing.peer
    return wording.read_answers(open_text(sheet, "answers", person.data_key))


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
    """One side's sheet, opened."""
    sheet = BoundarySheet.objects.filter(pairing=pairing, side=Side(side)).first()
    return SheetPage(
        pairing=pairing,
        side=Side(side),
        answers=answers_of(pairing, sheet),
        revision=sheet.revision if sheet else 0,
        is_shared=bool(sheet and sheet.shared_at),
        shared=day(sheet.shared_at) if sheet else "",
        opened=[sheet] if sheet else [],
    )
