"""What the pages about what carries a peer show. What opens sealed words says so in `opened`: the look is recorded."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from lib.sealing.crypto import Unreadable
from lib.sealing.models import DataKey, open_text
from people.models import Peer
from sessions.models import Strength

QUESTIONS: dict[str, Promise] = {
    Strength.Kind.STRENGTH: _("What are you good at? What have you got through before?"),
    Strength.Kind.RESOURCE: _("A place, a song, a pet, a walk: what helps?"),
    Strength.Kind.LISTENS: _("Who can you simply talk to?"),
    Strength.Kind.LENDS_A_HAND: _("Who would help you carry a sofa?"),
    Strength.Kind.KNOWS: _("Who knows about forms, offices, doctors, money?"),
}


@dataclass(frozen=True)
class StrengthLine:
    """One strength, one thing that does good, or one person who helps."""

    id: UUID
    text: str


@dataclass(frozen=True)
class StrengthKind:
    """All of one kind; a kind with nothing in it shows its question."""

    label: str
    question: str | Promise
    lines: Sequence[StrengthLine]


@dataclass(frozen=True)
class StrengthsPage:
    """What carries a peer, kind by kind."""

    kinds: Sequence[StrengthKind]
    opened: Sequence[Strength]
    readable: bool


def strengths_page(strengths: QuerySet[Strength], peer: Peer) -> StrengthsPage:
    """All that carries this peer; one query. `peer` carries its key."""
    rows = list(strengths.filter(peer=peer, removed_at__isnull=True).order_by("added_at", "pk"))
    try:
        lines = _by_kind(rows, peer.data_key)
    except Unreadable:
        return StrengthsPage([], [], readable=False)
    kinds = [StrengthKind(kind.label.capitalize(), QUESTIONS[kind], lines[kind]) for kind in Strength.Kind]
    return StrengthsPage(kinds, rows, readable=True)


def _by_kind(rows: Iterable[Strength], key: DataKey) -> dict[str, list[StrengthLine]]:
    lines: dict[str, list[StrengthLine]] = defaultdict(list)
    for row in rows:
        lines[row.kind].append(StrengthLine(id=row.pk, text=open_text(row, "text", key)))
    return lines
