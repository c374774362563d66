"""Boundaries that were crossed: whoever may read one, a supervisor's list, and the peer's own.

What opens a sealed text says so in `opened`: the view leaves a mark for these rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from lib.paging import Page, page
from lib.sealing.crypto import Unreadable
from lib.sealing.models import open_text
from people.access import Member
from people.addresses import Addresses
from sessions import crossing_words
from sessions.crossing_words import CrossingWords
from sessions.models import Crossing, Pairing, Side
from sessions.policies.around import people_who_can_supervise
from sessions.policies.revisiting import crossings_visible_to
from sessions.queries.fit_checks import SHOWN, moment_words
from sessions.queries.pairings import day
from sessions.queries.sheets import key_of


def supervisor_names(pairing: Pairing) -> list[str]:
    """Who would read what is meant for a supervisor; one query."""
    rows = people_who_can_supervise(pairing.supporter).order_by("user__preferred_name", "pk")
    return list(rows.values_list("user__preferred_name", flat=True)[:SHOWN])


def open_crossing(crossing: Crossing) -> CrossingWords:
    """Its words, opened; whoever shows them leaves a mark. `crossing.pairing` carries both keys. Raises Unreadable."""
    return crossing_words.read(open_text(crossing, "words", key_of(crossing.pairing, crossing.side)))


@dataclass(frozen=True)
class CrossingRow:
    """One line of a supervisor's list: whose pairing, who noted it, when. Nothing of what was noted."""

    id: UUID
    url: str
    supporter: str
    peer: str
    by_peer: bool
    noted: str
    crosses_floor: bool
    settled: str


def crossing_list(member: Member, *, settled: bool, after: str | None) -> Page[CrossingRow]:
    """A page of what was noted for a supervisor, the newest first; what was talked about apart. One query."""
    rows = crossings_visible_to(member).filter(settled_at__isnull=not settled)
    rows = rows.select_related("pairing__peer", "pairing__supporter__user")
    url_of = Addresses("sessions:crossing", member.organisation.slug)

    def make(row: Crossing) -> CrossingRow:
        return CrossingRow(
            id=row.pk,
            url=url_of(row.pk),
            supporter=row.pairing.supporter.user.preferred_name,
            peer=row.pairing.peer.name,
            by_peer=row.side == Side.PEER,
            noted=day(row.noted_at),
            crosses_floor=row.crosses_floor,
            settled=day(row.settled_at),
        )

    return page(rows, by="noted_at", after=after, descending=True, make=make)


@dataclass(frozen=True)
class OwnCrossing:
    """One that was noted, as the peer reads it."""

    by_peer: bool
    when: str
    about: str
    words: str
    to_other: bool
    to_supervisor: bool
    readable: bool = True


@dataclass(frozen=True)
class OwnCrossings:
    """All that the peer may read, the newest first; `opened` are the rows whose words it shows."""

    page: Page[OwnCrossing]
    opened: Sequence[Crossing]


def own_crossings(rows: QuerySet[Crossing], *, after: str | None) -> OwnCrossings:
    """A page of what a peer noted, and what their supporter lets them read; one query."""
    opened: list[Crossing] = []

    def make(row: Crossing) -> OwnCrossing:
        opened.append(row)
        return _own(row)

    keyed = rows.select_related("pairing__peer__data_key", "pairing__supporter__data_key")
    return OwnCrossings(page(keyed, by="noted_at", after=after, descending=True, make=make), opened)


def _own(row: Crossing) -> OwnCrossing:
    about, words, readable = "", "", True
    try:
        said = open_crossing(row)
        about, words = said.about, said.words
    except Unreadable:
        readable = False
    return OwnCrossing(
        by_peer=row.side == Side.PEER,
        when=moment_words(row.noted_at),
        about=about,
        words=words,
        to_other=row.to_other,
        to_supervisor=row.to_supervisor,
        readable=readable,
    )
