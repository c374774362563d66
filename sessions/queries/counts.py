"""How often the two met, and whose side it was when they did not: the same truth for both. No score, no rate."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.models import Pairing, Party, PeerSession
from sessions.states import CANCELLED, HELD, MISSED

YOU, THE_PEER, THE_SUPPORTER, YOUR_SUPPORTER = (
    _("You"),
    _("The peer"),
    _("The supporter"),
    _("Your supporter"),
)


@dataclass(frozen=True)
class Side:
    """One side's numbers. `late` are those of the called off ones with less than a day's notice."""

    words: str | Promise
    called_off: int
    late: int
    stayed_away: int


@dataclass(frozen=True)
class Counts:
    """A pairing's sessions from its beginning, as one reader sees them: their own side is "you", and comes first."""

    held: int
    sides: tuple[Side, Side]
    by_organisation: int
    neither_came: int

    @property
    def anything(self) -> bool:
        """Whether there is anything to show yet."""
        both = sum(side.called_off + side.stayed_away for side in self.sides)
        return self.held + both + self.by_organisation + self.neither_came > 0


def pairing_counts(pairing: Pairing, *, reader: Party) -> Counts:
    """What became of a pairing's sessions so far; one query. `reader` is the side of whoever reads it.

    A session that was called off before sides were kept counts for the organisation, which is nobody's side.
    """
    found = PeerSession.objects.filter(pairing=pairing).aggregate(
        held=Count("pk", filter=Q(state=HELD)),
        off=_of(CANCELLED),
        neither=_of(MISSED, missed_side=""),
        **_numbers(Party.PEER),
        **_numbers(Party.SUPPORTER),
    )
    peer = _side(Party.PEER, found, YOU if reader == Party.PEER else THE_PEER)
    words = {Party.SUPPORTER: YOU, Party.PEER: YOUR_SUPPORTER}.get(reader, THE_SUPPORTER)
    supporter = _side(Party.SUPPORTER, found, words)
    return Counts(
        held=found["held"],
        sides=(supporter, peer) if reader == Party.SUPPORTER else (peer, supporter),
        by_organisation=found["off"] - peer.called_off - supporter.called_off,
        neither_came=found["neither"],
    )


def _numbers(side: Party) -> dict[str, Count]:
    return {
        f"{side}_off": _of(CANCELLED, cancelled_side=side),
        f"{side}_late": _of(CANCELLED, cancelled_side=side, cancelled_late=True),
        f"{side}_away": _of(MISSED, missed_side=side),
    }


def _of(state: str, **more: object) -> Count:
    return Count("pk", filter=Q(state=state, **more))


def _side(side: Party, found: dict[str, int], words: str | Promise) -> Side:
    return Side(
        words=words,
        called_off=found[f"{side}_off"],
        late=found[f"{side}_late"],
        stayed_away=found[f"{side}_away"],
    )
