"""The frozen text of a version, as it was laid before both, and what each answered to it.

What opens a sealed text says so in `opened`: the view leaves a mark for each of these rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import tzinfo
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Model, OuterRef, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lib.sealing.models import open_text
from people.access import Member
from sessions.differences import Outcome, differs
from sessions.models import Agreement, AgreementAnswer, How, PaperCopy, SaidTo, Side
from sessions.policies import agreements_visible_to
from sessions.queries.changes import Change, changes
from sessions.queries.pairings import day
from sessions.queries.plans import Plan, plan_of
from sessions.queries.sheets import body_of
from sessions.states import IN_FORCE, PROPOSED, WITHDRAWN
from sessions.wording import Body, Boundary, Point


def with_text(rows: QuerySet[Agreement]) -> QuerySet[Agreement]:
    """Those of some agreements that were laid before both, with what their page needs; drafts have no page."""
    return rows.filter(proposed_at__isnull=False).select_related(
        "pairing__peer__data_key", "pairing__supporter__user"
    )


def texts_visible_to(member: Member) -> QuerySet[Agreement]:
    """The versions a member may read, with what their page needs."""
    return with_text(agreements_visible_to(member))


@dataclass(frozen=True)
class Answered:
    """What one side said to a version: how, when, and what they want to talk about."""

    id: UUID
    side: Side
    name: str
    said: str | Promise
    how: str
    when: str
    is_yes: bool
    words: str
    was_on_paper: bool
    copies: Sequence[UUID]


@dataclass(frozen=True)
class Group:
    """Boundaries under one answer: (what it is about, notes)."""

    label: str | Promise
    key: str
    lines: Sequence[tuple[str, Sequence[str]]]


@dataclass(frozen=True)
class Matter:
    """One other thing a boundary says: its title, and what each said, by name."""

    title: str
    lines: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Spelled:
    """An exception to confidentiality, and who would be told."""

    title: str
    text: str
    told: str


@dataclass(frozen=True)
class AgreementText:
    """One version, as it was read."""

    agreement: Agreement
    body: Body
    peer_name: str
    supporter_name: str
    since: str  # agreed on; "" where both never said yes
    proposed: str
    left: str
    kept: str  # when the two looked at it last and let it be
    again: str  # when they look at it again, as it stands now
    plan: Plan
    groups: Sequence[Group]
    about: Sequence[Matter]
    exceptions: Sequence[Spelled]
    answers: Sequence[Answered]
    changes: Sequence[Change] = field(default_factory=list)
    opened: Sequence[Model] = field(default_factory=list)

    @property
    def is_proposed(self) -> bool:
        """Whether it lies before both, and waits for a yes."""
        return self.agreement.state == PROPOSED

    @property
    def is_in_force(self) -> bool:
        """Whether it holds."""
        return self.agreement.state == IN_FORCE

    @property
    def is_withdrawn(self) -> bool:
        """Whether it was agreed once, or lay before both, and was put aside."""
        return self.agreement.state == WITHDRAWN

    @property
    def yes(self) -> list[Answered]:
        """Who said yes, how and when; the supporter first."""
        return [one for one in self.answers if one.is_yes]

    @property
    def talk(self) -> list[Answered]:
        """Everything else that was said, in its order."""
        return [one for one in self.answers if not one.is_yes]

    @property
    def supporter_said_yes(self) -> bool:
        """Whether the supporter agrees."""
        return any(one.side == Side.SUPPORTER for one in self.yes)

    @property
    def peer_said_yes(self) -> bool:
        """Whether the peer agrees."""
        return any(one.side == Side.PEER for one in self.yes)


def agreement_text(
    agreement: Agreement, *, in_force: Agreement | None = None, zone: tzinfo | None = None
) -> AgreementText:
    """The text of a version; one query. With what is in force: what would be different; times in `zone`."""
    pairing = agreement.pairing
    body = body_of(pairing, agreement)
    names = {Side.SUPPORTER: pairing.supporter.user.preferred_name, Side.PEER: pairing.peer.name}
    compare = in_force is not None and agreement.state == PROPOSED
    return AgreementText(
        agreement=agreement,
        body=body,
        peer_name=names[Side.PEER],
        supporter_name=names[Side.SUPPORTER],
        since=day(agreement.in_force_at),
        proposed=day(agreement.proposed_at),
        left=day(agreement.left_at),
        kept=day(agreement.kept_at),
        again=day(agreement.look_again_on),
        plan=plan_of(agreement, body),
        groups=_groups(body, names),
        about=_matters(body, names),
        exceptions=_exceptions(body),
        answers=_answers(agreement, names, zone),
        changes=changes(pairing, in_force, agreement, body["boundaries"]) if in_force and compare else [],
        opened=[row for row in (agreement, in_force if compare else None) if row],
    )


def in_force_beside(agreement: Agreement) -> Agreement | None:
    """What holds until both have said yes to this version; only for one that lies before both. One query."""
    if agreement.state != PROPOSED:
        return None
    return Agreement.objects.filter(pairing_id=agreement.pairing_id, state=IN_FORCE).first()


def _exceptions(body: Body) -> list[Spelled]:
    """Versions made before it was written down who would be told say nothing of it."""
    told = body["told"] or [""] * len(body["exceptions"])
    return [
        Spelled(one["title"], one["text"], who) for one, who in zip(body["exceptions"], told, strict=True)
    ]


def _answers(agreement: Agreement, names: dict[Side, str], zone: tzinfo | None) -> list[Answered]:
    copies = PaperCopy.objects.filter(answer=OuterRef("pk")).order_by("pk").values("pk")
    rows = agreement.answers.annotate(copy_ids=ArraySubquery(copies)).order_by("at", "-side", "pk")
    return [_answered(row, row.copy_ids, agreement, names, zone) for row in rows]


def _answered(
    row: AgreementAnswer,
    copies: Sequence[UUID],
    agreement: Agreement,
    names: dict[Side, str],
    zone: tzinfo | None,
) -> Answered:
    side = Side(row.side)
    return Answered(
        id=row.pk,
        side=side,
        name=names[side],
        said=SaidTo(row.said).label,
        how=row.get_how_display(),
        when=date_format(timezone.localtime(row.at, zone), "DATETIME_FORMAT"),
        is_yes=row.said == SaidTo.AGREES,
        words=open_text(row, "words", agreement.pairing.peer.data_key),
        was_on_paper=row.how == How.PAPER,
        copies=copies,
    )


def _groups(body: Body, names: dict[Side, str]) -> list[Group]:
    labels: list[tuple[str, str]] = [
        ("never", _("Never")),
        ("maybe", _("It depends")),
        ("always", _("Fine")),
        ("", _("Not talked about yet")),
    ]
    found = [
        Group(
            label,
            key or "open",
            [
                (row["title"], _notes(row, body["points"].get(row["key"]), names))
                for row in body["boundaries"]
                if row["holds"] == key
            ],
        )
        for key, label in labels
    ]
    return [group for group in found if group.lines]


def _notes(row: Boundary, point: Point | None, names: dict[Side, str]) -> list[str]:
    given = [(names[Side.SUPPORTER], row["supporter_note"]), (names[Side.PEER], row["peer_note"])]
    notes = [_("%(name)s: %(note)s") % {"name": name, "note": note} for name, note in given if note]
    looser = {row["supporter"], row["peer"]} - {"", row["holds"]}
    if row.get("floor") and (notes or looser):
        # Beside "I would want to ask them first" nobody must read that it was agreed.
        notes.append(_("This holds in any case, whatever was answered."))
    if point is None or not differs(row):
        return notes
    words = (
        _("We see this differently, and have talked it through.")
        if point["outcome"] == Outcome.TALKED
        else _("We see this differently, and leave it open for now.")
    )
    return [*notes, f"{words} {point['note']}".strip()]


def _matters(body: Body, names: dict[Side, str]) -> list[Matter]:
    return [
        Matter(
            row["title"],
            [
                (name, words)
                for name, words in (
                    (names[Side.SUPPORTER], row["supporter"]),
                    (names[Side.PEER], row["peer"]),
                )
                if words
            ],
        )
        for row in body["about"]
    ]
