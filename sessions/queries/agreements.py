"""Both sides beside each other, and the frozen text of an agreement.

What opens a sealed text says so in `opened`: the view leaves a mark for each of these rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from people.access import Member
from sessions import wording
from sessions.items import Answer
from sessions.models import Agreement, BoundarySheet, Pairing, SaidTo, Side
from sessions.policies import agreements_visible_to
from sessions.queries.changes import Change, changes
from sessions.queries.extensions import needs_extension
from sessions.queries.pairings import day
from sessions.queries.sheets import answers_of, body_of, sheets_of, versions_of
from sessions.state_words import AGREEMENTS, Shown
from sessions.states import IN_FORCE, WITHDRAWN
from sessions.wording import Body, Boundary, Rhythm


def texts_visible_to(member: Member) -> QuerySet[Agreement]:
    """Agreements that were agreed once, with what their page needs."""
    return (
        agreements_visible_to(member)
        .filter(in_force_at__isnull=False)
        .select_related("pairing__peer__data_key", "pairing__supporter__user")
    )


@dataclass(frozen=True)
class Compared:
    """One item, both answers in words, and what holds."""

    title: str
    supporter: str | Promise
    supporter_note: str
    peer: str | Promise
    peer_note: str
    holds: str | Promise
    tone: str


def _label(value: str) -> str | Promise:
    return Answer(value).label if value else _("Left open")


TONES = {"never": "stop", "maybe": "wait", "always": "good", "": "quiet"}


def _compared(boundary: Boundary) -> Compared:
    return Compared(
        title=boundary["title"],
        supporter=_label(boundary["supporter"]),
        supporter_note=boundary["supporter_note"],
        peer=_label(boundary["peer"]),
        peer_note=boundary["peer_note"],
        holds=_label(boundary["holds"]) if boundary["holds"] else _("Not talked about yet"),
        tone=TONES[boundary["holds"]],
    )


@dataclass(frozen=True)
class Plan:
    """The numbers of an agreement, in words."""

    sessions: int
    minutes: int
    rhythm: str | Promise
    review: str


def _plan(agreement: Agreement, body: Body) -> Plan:
    return Plan(
        sessions=agreement.sessions_agreed,
        minutes=agreement.minutes,
        rhythm=Rhythm(body["rhythm"]).label,
        review=day(agreement.review_on),
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
    changes: Sequence[Change] = field(default_factory=list)
    differ: Sequence[Compared] = field(default_factory=list)
    one_sided: Sequence[Compared] = field(default_factory=list)
    same: Sequence[Compared] = field(default_factory=list)
    left_open: Sequence[Compared] = field(default_factory=list)
    opened: Sequence[Model] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        """Whether nothing is missing."""
        return bool(
            self.draft
            and self.sheets_shared
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
    rows: list[Boundary] = []
    if both and draft:
        rows = wording.boundaries(*(answers_of(pairing, sheet) for sheet in _in_order(sheets)))
    return SideBySide(
        pairing=pairing,
        draft=draft,
        in_force=in_force,
        body=body,
        plan=_plan(draft, body) if draft else None,
        sheets_shared=both,
        review_is_ahead=bool(draft and draft.review_on > timezone.localdate(now)),
        needs_extension=bool(draft and _names_more(draft, in_force) and needs_extension(draft)),
        changes=changes(pairing, in_force, draft, rows) if rows and in_force and draft else [],
        differ=[_compared(row) for row in rows if _differs(row)],
        one_sided=[_compared(row) for row in rows if bool(row["supporter"]) != bool(row["peer"])],
        same=[_compared(row) for row in rows if row["supporter"] and row["supporter"] == row["peer"]],
        left_open=[_compared(row) for row in rows if not row["supporter"] and not row["peer"]],
        opened=[row for row in (draft, in_force if rows else None, *(shared if rows else [])) if row],
    )


def _names_more(draft: Agreement, in_force: Agreement | None) -> bool:
    """Whether it may need a supervisor's yes: what is in force is what was agreed on last."""
    return in_force is None or draft.sessions_agreed > in_force.sessions_agreed


def _in_order(sheets: dict[str, BoundarySheet]) -> list[BoundarySheet]:
    return [sheets[Side.SUPPORTER], sheets[Side.PEER]]


def _differs(row: Boundary) -> bool:
    """Whether both answered, and not the same."""
    return bool(row["supporter"] and row["peer"]) and row["supporter"] != row["peer"]


@dataclass(frozen=True)
class Yes:
    """Who said yes, how and when."""

    name: str
    how: str
    when: str


@dataclass(frozen=True)
class Group:
    """Boundaries under one answer: (what it is about, notes)."""

    label: str | Promise
    key: str
    lines: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class AgreementText:
    """One agreed version, as it was read."""

    agreement: Agreement
    body: Body
    peer_name: str
    supporter_name: str
    state: Shown
    is_in_force: bool
    is_withdrawn: bool
    since: str
    left: str
    plan: Plan
    groups: Sequence[Group]
    yes: Sequence[Yes]


def agreement_text(agreement: Agreement) -> AgreementText:
    """The text of an agreed version; one query."""
    pairing = agreement.pairing
    body = body_of(pairing, agreement)
    names = {Side.SUPPORTER: pairing.supporter.user.preferred_name, Side.PEER: pairing.peer.name}
    return AgreementText(
        agreement=agreement,
        body=body,
        peer_name=pairing.peer.name,
        supporter_name=pairing.supporter.user.preferred_name,
        state=AGREEMENTS[agreement.state],
        is_in_force=agreement.state == IN_FORCE,
        is_withdrawn=agreement.state == WITHDRAWN,
        since=day(agreement.in_force_at),
        left=day(agreement.left_at),
        plan=_plan(agreement, body),
        groups=_groups(body["boundaries"], names),
        yes=[
            Yes(
                name=names[Side(answer.side)],
                how=answer.get_how_display(),
                when=date_format(timezone.localtime(answer.at), "DATETIME_FORMAT"),
            )
            for answer in agreement.answers.filter(said=SaidTo.AGREES).order_by("-side")
        ],
    )


def _groups(rows: Sequence[Boundary], names: dict[Side, str]) -> list[Group]:
    labels: list[tuple[str, str]] = [
        ("never", _("Never")),
        ("maybe", _("It depends")),
        ("always", _("Fine")),
        ("", _("Not talked about yet")),
    ]
    found = [
        Group(
            label, key or "open", [(row["title"], _notes(row, names)) for row in rows if row["holds"] == key]
        )
        for key, label in labels
    ]
    return [group for group in found if group.lines]


def _notes(row: Boundary, names: dict[Side, str]) -> list[str]:
    given = [(names[Side.SUPPORTER], row["supporter_note"]), (names[Side.PEER], row["peer_note"])]
    return [_("%(name)s: %(note)s") % {"name": name, "note": note} for name, note in given if note]
