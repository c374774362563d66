"""What pages about a peer's goals and strengths show. What opens sealed words says so in `opened`: look is recorded."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import Count, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from lib.paging import Page, page
from lib.sealing.crypto import Unreadable
from lib.sealing.models import DataKey, open_text
from people.models import Peer
from sessions import goal_words
from sessions.goal_words import GoalWords
from sessions.models import Goal, GoalEntry, GoalStep, Pairing, Strength
from sessions.queries.pairings import day
from sessions.state_words import GOALS, Shown
from sessions.states import OPEN, PUT_ASIDE, REACHED

CLOSED_SHOWN = 100  # reached and put aside: the newest


@dataclass(frozen=True)
class GoalCard:
    """One goal in the overview: its name, the next step, how far it is."""

    id: UUID
    title: str
    next_step: str
    done: int
    steps: int
    until: str
    is_past: bool
    closed: str


@dataclass(frozen=True)
class GoalsPage:
    """A peer's goals: open ones first, then what was reached, then what was put aside for now."""

    open: Sequence[GoalCard]
    reached: Sequence[GoalCard]
    put_aside: Sequence[GoalCard]
    opened: Sequence[Goal]
    readable: bool

    @property
    def is_empty(self) -> bool:
        """Whether there is none at all."""
        return not (self.open or self.reached or self.put_aside)


def goals_page(goals: QuerySet[Goal], peer: Peer, *, today: date) -> GoalsPage:
    """All goals out of `goals` that are this peer's; three queries. `peer` carries its key."""
    rows = _newest(goals.filter(peer=peer))
    try:
        cards = {row.pk: _card(row, peer.data_key, today) for row in rows}
    except Unreadable:
        return GoalsPage([], [], [], [], readable=False)
    by_state: dict[str, list[GoalCard]] = defaultdict(list)
    for row in rows:
        by_state[row.state].append(cards[row.pk])
    return GoalsPage(by_state[OPEN], by_state[REACHED], by_state[PUT_ASIDE], rows, readable=True)


def _newest(goals: QuerySet[Goal]) -> list[Goal]:
    """Open ones in the order they were set, with their steps; then closed ones, the newest first."""
    steps = GoalStep.objects.filter(removed_at__isnull=True).order_by("added_at", "pk")
    with_steps = goals.prefetch_related(Prefetch("steps", queryset=steps, to_attr="standing"))
    closed = goals.exclude(state=OPEN).order_by("-closed_at", "-pk")[:CLOSED_SHOWN]
    return [*with_steps.filter(state=OPEN).order_by("set_at", "pk"), *closed]


def _card(row: Goal, key: DataKey, today: date) -> GoalCard:
    steps: list[GoalStep] = getattr(row, "standing", [])
    following = next((step for step in steps if step.done_at is None), None)
    return GoalCard(
        id=row.pk,
        title=open_text(row, "title", key),
        next_step=open_text(following, "text", key) if following else "",
        done=sum(step.done_at is not None for step in steps),
        steps=len(steps),
        until=day(row.until_on),
        is_past=row.until_on is not None and row.until_on < today,
        closed=day(row.closed_at),
    )


@dataclass(frozen=True)
class StepLine:
    """One step."""

    id: UUID
    text: str
    done: str

    @property
    def is_done(self) -> bool:
        """Whether it is done."""
        return bool(self.done)


@dataclass(frozen=True)
class EntryLine:
    """Something on the way. No tone says that a setback is bad: it is part of the way."""

    kind: str
    label: str
    text: str
    when: str
    by_peer: bool


@dataclass(frozen=True)
class GoalPage:
    """One goal: what it says, its steps, what happened on the way."""

    id: UUID
    words: GoalWords
    state: Shown
    answers: Sequence[tuple[str | Promise, str]]
    until: str
    is_past: bool
    set_on: str
    set_by_peer: bool
    closed: str
    is_open: bool
    is_reached: bool
    revision: int
    steps: Sequence[StepLine]
    entries: Page[EntryLine]


def goal_page(goal: Goal, peer: Peer, *, after: str | None, today: date) -> GoalPage | None:
    """One goal; two queries. None where it cannot be read any more. `peer` carries its key."""
    key = peer.data_key
    try:
        words = goal_words.read(goal, key)
        return GoalPage(
            id=goal.pk,
            words=words,
            state=GOALS[goal.state],
            answers=answers(words),
            until=day(goal.until_on),
            is_past=goal.state == OPEN and goal.until_on is not None and goal.until_on < today,
            set_on=day(goal.set_at),
            set_by_peer=goal.set_by.startswith("link:"),
            closed=day(goal.closed_at),
            is_open=goal.state == OPEN,
            is_reached=goal.state == REACHED,
            revision=goal.revision,
            steps=[_step(row, key) for row in _standing(goal)],
            entries=_entries(goal, key, after),
        )
    except Unreadable:
        return None


def answers(words: GoalWords) -> list[tuple[str | Promise, str]]:
    """What was answered, each with a short heading; what was left open is not shown."""
    said = [
        (_("What it is"), words.specific),
        (_("Why it matters"), words.meaningful),
        (_("What helps"), words.achievable),
        (_("What could get in the way"), words.realistic),
    ]
    return [(label, text) for label, text in said if text]


def _standing(goal: Goal) -> QuerySet[GoalStep]:
    return goal.steps.filter(removed_at__isnull=True).order_by("added_at", "pk")


def _step(row: GoalStep, key: DataKey) -> StepLine:
    return StepLine(id=row.pk, text=open_text(row, "text", key), done=day(row.done_at))


def _entries(goal: Goal, key: DataKey, after: str | None) -> Page[EntryLine]:
    rows = GoalEntry.objects.filter(goal=goal)
    return page(rows, by="at", after=after, descending=True, make=lambda row: _entry(row, key))


def _entry(row: GoalEntry, key: DataKey) -> EntryLine:
    return EntryLine(
        kind=row.kind,
        label=row.get_kind_display().capitalize(),
        text=open_text(row, "text", key),
        when=day(row.at),
        by_peer=row.noted_by.startswith("link:"),
    )


@dataclass(frozen=True)
class InNumbers:
    """A peer's goals in numbers, without opening a word: what may be shown without a mark in the trail."""

    open: int
    steps_to_go: int
    reached: int
    strengths: int


def counting(goals: QuerySet[Goal], strengths: QuerySet[Strength], pairing: Pairing) -> dict[str, Coalesce]:
    """The numbers of `InNumbers`, as parts of a larger question: how many goals are open, how many of their steps are
    still to go, how many were reached."""
    theirs = goals.filter(peer_id=pairing.peer_id)
    open_ones = theirs.filter(state=OPEN)
    to_go = GoalStep.objects.filter(goal__in=open_ones, done_at__isnull=True, removed_at__isnull=True)
    return {
        "open": number(open_ones),
        "steps_to_go": number(to_go),
        "reached": number(theirs.filter(state=REACHED)),
        "strengths": number(strengths.filter(peer_id=pairing.peer_id, removed_at__isnull=True)),
    }


def number(rows: QuerySet[Any]) -> Coalesce:
    """How many rows there are, as a part of a larger question."""
    return Coalesce(
        Subquery(rows.order_by().values("organisation_id").annotate(n=Count("pk")).values("n")), 0
    )


def today_of(now: datetime) -> date:
    """Today, on the reader's clock."""
    return timezone.localdate(now)
