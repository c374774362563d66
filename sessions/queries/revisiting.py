"""What the page of a pairing, and the first page of a peer's own, say between two versions. No word is opened."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Subquery, Value

from people.access import LinkHolder, Member
from sessions.models import Agreement, Fit, Pairing, Side
from sessions.policies.revisiting import (
    crossings_of_link,
    crossings_visible_to,
    fit_checks_of_link,
    fit_checks_visible_to,
)
from sessions.queries.fit_checks import today_of
from sessions.queries.pairings import day
from sessions.states import IN_FORCE

SHOWN = 10  # crossings, on a page that is about something else
CROSSING, TODAY = "crossing", "today"


@dataclass(frozen=True)
class CrossingLine:
    """That a crossed boundary was noted, on the page of a pairing: by whom, when. Nothing of what was noted."""

    id: UUID
    by_peer: bool
    when: str
    is_settled: bool


@dataclass(frozen=True)
class Between:
    """What the page of a pairing says between two versions."""

    today: bool  # whether something is different today only
    crossings: Sequence[CrossingLine]


def between(member: Member, pairing: Pairing, now: datetime) -> Between:
    """One query; none for a coordinator. No word is opened."""
    if member.is_coordinator():
        return Between(today=False, crossings=[])
    noted = crossings_visible_to(member).filter(pairing=pairing).order_by("-noted_at", "-pk")
    today = today_of(pairing.peer, now)
    checks = fit_checks_visible_to(member).filter(pairing=pairing, fit=Fit.TODAY_ONLY, holds_on=today)
    columns = ("kind", "pk", "side", "noted_at")
    rows = noted.annotate(kind=Value(CROSSING, output_field=CharField()))
    different = checks.order_by().annotate(
        kind=Value(TODAY, output_field=CharField()), settled_at=F("noted_at")
    )
    found = list(
        rows.values_list(*columns, "settled_at")[:SHOWN].union(
            different.values_list(*columns, "settled_at")[:1], all=True
        )
    )
    lines = [
        CrossingLine(id=pk, by_peer=side == Side.PEER, when=day(at), is_settled=settled_at is not None)
        for kind, pk, side, at, settled_at in sorted(found, key=lambda one: one[3], reverse=True)
        if kind == CROSSING
    ]
    return Between(today=any(one[0] == TODAY for one in found), crossings=lines)


@dataclass(frozen=True)
class OwnBetween:
    """What the first page of a peer's own says between two versions. Nothing of what was noted."""

    holds: bool  # whether an agreement is in force
    look_again: str  # since when the two should look at it again; empty for not
    today: bool
    crossings: bool  # whether there is one to read


FITTING = ("holds", "again", "today", "noted")


def fitting(link: LinkHolder, pairing: Pairing, now: datetime) -> dict[str, Any]:
    """What `own_between` is made of, as parts of a larger question about the pairing; no word is opened."""
    in_force = Agreement.objects.filter(pairing=OuterRef("pk"), state=IN_FORCE)
    checks = fit_checks_of_link(link).filter(fit=Fit.TODAY_ONLY, holds_on=today_of(pairing.peer, now))
    return {
        "holds": Exists(in_force),
        "again": Subquery(in_force.values("look_again_at")[:1]),
        "today": Exists(checks),
        "noted": Exists(crossings_of_link(link)),
    }


def own_between(found: Mapping[str, Any]) -> OwnBetween:
    """From the answers to `fitting`."""
    return OwnBetween(
        holds=found["holds"],
        look_again=day(found["again"]),
        today=found["today"],
        crossings=found["noted"],
    )
