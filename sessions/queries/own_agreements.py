"""An agreement on the peer's own page: what lies before them, what holds, and what held once.

What opens a sealed text says so in `opened`: the view leaves a mark for each of these rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Exists, Model, OuterRef
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.models import Agreement, AgreementAnswer, LookAgain, Pairing, SaidTo, Side
from sessions.queries.agreements import AgreementText, agreement_text
from sessions.queries.pairings import day
from sessions.queries.sheets import sheets_of
from sessions.state_words import Shown, agreement_shown
from sessions.states import BEING_MADE, DRAFT, IN_FORCE, PROPOSED, WITHDRAWN

# As the peer reads it, whoever of the two it was.
LOOK_AGAIN: dict[str, Promise] = {
    LookAgain.FLOOR: _("The organisation’s own rules have changed."),
    LookAgain.CHANGED: _("One of you said that something should change."),
    LookAgain.CROSSED: _("A boundary was crossed."),
}


@dataclass(frozen=True)
class Standing:
    """Where a pairing's agreement stands, for the first page; no word of it. Empty days for what is not."""

    asks: bool  # a version lies before the peer, and they have not said yes
    waits: bool  # they have, and their supporter has not
    since: str
    kept: str  # when the two looked at it last and let it be
    ended: str


def standing(pairing: Pairing) -> Standing:
    """One query; no text is read."""
    yes = AgreementAnswer.objects.filter(agreement=OuterRef("pk"), side=Side.PEER, said=SaidTo.AGREES)
    rows = Agreement.objects.filter(pairing=pairing).annotate(yes=Exists(yes)).order_by("version")
    last = {
        state: (said_yes, in_force_at, left_at, kept_at)
        for state, said_yes, in_force_at, left_at, kept_at in rows.values_list(
            "state", "yes", "in_force_at", "left_at", "kept_at"
        )
        if state != WITHDRAWN or in_force_at
    }
    proposed, held, gone = last.get(PROPOSED), last.get(IN_FORCE), last.get(WITHDRAWN)
    return Standing(
        asks=bool(proposed and not proposed[0]),
        waits=bool(proposed and proposed[0]),
        since=day(held[1]) if held else "",
        kept=day(held[3]) if held else "",
        ended=day(gone[2]) if gone and not held else "",
    )


@dataclass(frozen=True)
class Version:
    """One version in the list of those that were laid before both."""

    id: UUID
    number: int
    since: str
    left: str
    state: Shown


@dataclass(frozen=True)
class OwnAgreement:
    """What lies before the peer; without that, what holds; without that, what happened last."""

    text: AgreementText | None
    in_force: Agreement | None
    versions: Sequence[Version]
    look_again: str | Promise
    withdrawn: str  # the day on which what held last was withdrawn
    by_peer: bool  # and it was the peer who no longer agrees
    is_being_made: bool
    can_compare: bool
    peer_shared: bool

    @property
    def opened(self) -> Sequence[Model]:
        """The rows whose words are shown."""
        return self.text.opened if self.text else []


def own_agreement(pairing: Pairing) -> OwnAgreement:
    """Everything of the page; four queries at most. `pairing` carries the peer's key and the supporter's name."""
    rows = list(Agreement.objects.filter(pairing=pairing).order_by("-version"))
    by_state = {row.state: row for row in reversed(rows)}
    proposed, held, draft = (by_state.get(state) for state in (PROPOSED, IN_FORCE, DRAFT))
    shown = proposed or held
    gone = None if shown else next((row for row in rows if row.state == WITHDRAWN and row.in_force_at), None)
    shared = _shared(pairing, rows)
    return OwnAgreement(
        text=_text(pairing, shown, held) if shown else None,
        in_force=held,
        versions=[_version(row) for row in rows if row.proposed_at and row is not shown],
        look_again=LOOK_AGAIN.get(held.look_again_because, "") if held else "",
        withdrawn=day(gone.left_at) if gone else "",
        by_peer=bool(gone) and _no_longer(gone),
        is_being_made=draft is not None,
        can_compare=draft is not None and shared == set(Side.values),
        peer_shared=Side.PEER in shared,
    )


def _shared(pairing: Pairing, rows: Sequence[Agreement]) -> set[str]:
    """Who has finished their sheet of the version being made."""
    newest = rows[0] if rows else None
    number = 1 if newest is None else newest.version + (newest.state not in BEING_MADE)
    return {side for side, sheet in sheets_of(pairing, number).items() if sheet.shared_at}


def _text(pairing: Pairing, shown: Agreement, held: Agreement | None) -> AgreementText:
    shown.pairing = pairing
    return agreement_text(shown, in_force=held)


def _no_longer(row: Agreement | None) -> bool:
    answers = AgreementAnswer.objects.filter(agreement=row, said=SaidTo.NO_LONGER, side=Side.PEER)
    return answers.exists()


def _version(row: Agreement) -> Version:
    return Version(
        id=row.pk,
        number=row.version,
        since=day(row.in_force_at),
        left=day(row.left_at),
        state=agreement_shown(row.state, held=bool(row.in_force_at)),
    )
