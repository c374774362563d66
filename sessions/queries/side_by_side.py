"""Both sides of a version being made beside each other, with what is still missing before both can say yes.

What opens a sealed text says so in `opened`: the view leaves a mark for each of these rows.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sessions import wording
from sessions.differences import differs, points_that_count, unsettled
from sessions.items import Answer
from sessions.models import Agreement, Pairing, Side
from sessions.queries.changes import Change, changes
from sessions.queries.compared import abouts
from sessions.queries.extensions import needs_extension
from sessions.queries.item_lists import items_in_force
from sessions.queries.plans import Plan, plan_of
from sessions.queries.sheets import answers_of, body_of, sheets_of, versions_of
from sessions.wording import About, Answers, Body, Boundary, Point

TONES = {"never": "stop", "maybe": "wait", "always": "good", "": "quiet"}


@dataclass(frozen=True)
class Compared:
    """One item, both answers in words, and what holds."""

    key: str
    title: str
    supporter: str | Promise
    supporter_note: str
    peer: str | Promise
    peer_note: str
    holds: str | Promise
    tone: str


def _label(value: str) -> str | Promise:
    return Answer(value).label if value else _("Left open")


def compared(boundary: Boundary) -> Compared:
    """An item in words."""
    return Compared(
        key=boundary["key"],
        title=boundary["title"],
        supporter=_label(boundary["supporter"]),
        supporter_note=boundary["supporter_note"],
        peer=_label(boundary["peer"]),
        peer_note=boundary["peer_note"],
        holds=_label(boundary["holds"]) if boundary["holds"] else _("Not talked about yet"),
        tone=TONES[boundary["holds"]],
    )


@dataclass(frozen=True)
class SideBySide:
    """Both sheets beside each other, the plan, and what is still missing before both can say yes."""

    pairing: Pairing
    draft: Agreement | None
    in_force: Agreement | None
    body: Body
    plan: Plan | None
    sheets_shared: bool
    review_is_ahead: bool
    needs_extension: bool = False  # more sessions than were agreed on last, and no supervisor's yes to them
    rows: Sequence[Boundary] = field(default_factory=list)
    points: Mapping[str, Point] = field(default_factory=dict)
    about: Sequence[About] = field(default_factory=list)
    changes: Sequence[Change] = field(default_factory=list)
    opened: Sequence[Model] = field(default_factory=list)

    @property
    def revision(self) -> int:
        """That of the draft."""
        return self.draft.revision if self.draft else 0

    @property
    def differences(self) -> list[Boundary]:
        """Where both answered, and not the same."""
        return [row for row in self.rows if differs(row)]

    @property
    def differ(self) -> list[Compared]:
        """The same in words."""
        return [compared(row) for row in self.differences]

    @property
    def one_sided(self) -> list[Compared]:
        """What only one of the two answered."""
        return [compared(row) for row in self.rows if bool(row["supporter"]) != bool(row["peer"])]

    @property
    def same(self) -> list[Compared]:
        """Where both say the same."""
        return [compared(row) for row in self.rows if row["supporter"] and row["supporter"] == row["peer"]]

    @property
    def left_open(self) -> list[Compared]:
        """What neither answered."""
        return [compared(row) for row in self.rows if not row["supporter"] and not row["peer"]]

    @property
    def settled(self) -> int:
        """Of how many differences something was said."""
        return len(self.differences) - len(unsettled(self.rows, self.points))

    @property
    def all_settled(self) -> bool:
        """Whether something was said of each."""
        return not unsettled(self.rows, self.points)

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing."""
        return bool(
            self.draft
            and self.sheets_shared
            and self.all_settled
            and self.body["exceptions_read"]
            and self.review_is_ahead
            and not self.needs_extension
        )


def side_by_side(pairing: Pairing, now: datetime) -> SideBySide:
    """Both sides, as the agreement would hold them now. Before both sheets are shared neither is opened."""
    versions = versions_of(pairing)
    draft, in_force = versions.draft, versions.in_force
    sheets, body = sheets_of(pairing, versions.number), body_of(pairing, draft)
    shared = [sheets[side] for side in Side.values if side in sheets and sheets[side].shared_at]
    both = len(shared) == len(Side.values)
    answers: dict[str, Answers] = {}
    if both and draft:
        answers = {sheet.side: answers_of(pairing, sheet) for sheet in shared}
    rows, before, about = (
        _rows(pairing, answers),
        body_of(pairing, in_force if answers else None),
        _about(answers),
    )
    return SideBySide(
        pairing=pairing,
        draft=draft,
        in_force=in_force,
        body=body,
        plan=plan_of(draft, body) if draft else None,
        sheets_shared=both,
        review_is_ahead=bool(draft and draft.review_on > timezone.localdate(now)),
        needs_extension=bool(draft and _names_more(draft, in_force) and needs_extension(draft)),
        rows=rows,
        points=points_that_count(rows, body["points"], before),
        about=about,
        changes=changes(pairing, in_force, draft, rows, about) if rows and in_force and draft else [],
        opened=[row for row in (draft, in_force if rows else None, *(shared if rows else [])) if row],
    )


def _rows(pairing: Pairing, answers: dict[str, Answers]) -> list[Boundary]:
    if not answers:
        return []
    asked = items_in_force(pairing.organisation_id)
    return wording.boundaries(answers[Side.SUPPORTER], answers[Side.PEER], asked)


def _about(answers: dict[str, Answers]) -> list[About]:
    return abouts(answers) if answers else []


def _names_more(draft: Agreement, in_force: Agreement | None) -> bool:
    """Whether it may need a supervisor's yes: what is in force is what was agreed on last."""
    return in_force is None or draft.sessions_agreed > in_force.sessions_agreed
