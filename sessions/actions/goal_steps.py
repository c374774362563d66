"""Steps towards a goal, and what happens on the way: a step forward, a setback, something to celebrate.

Entries are added and never changed: a setback is part of the way, and so is what came after it.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.once import already_made
from lib.refusal import Refused
from lib.sealing.models import seal_text
from sessions.actions.goals import locked, refuse_closed
from sessions.models import Goal, GoalEntry, GoalStep

MOST_STEPS = 30


def add_goal_step(
    *, once: UUID, pairing_id: UUID, goal_id: UUID, text: str, by: Actor, now: datetime
) -> GoalStep:
    """Add a step; the same form sent again gives the same step. Raises Refused when the goal is not open."""
    with transaction.atomic():
        earlier = already_made(GoalStep.objects.all(), once)
        if earlier is not None:
            return earlier
        pairing, goal = locked(pairing_id, goal_id)
        refuse_closed(goal)
        if goal.steps.filter(removed_at__isnull=True).count() >= MOST_STEPS:
            words = _("This goal has %(most)s steps already. Perhaps some of them make a goal of their own?")
            raise Refused(words % {"most": MOST_STEPS})
        step = GoalStep(id=once, organisation_id=by.organisation_id, goal=goal, added_at=now)
        seal_text(step, "text", text, pairing.peer.data_key)
        step.save(force_insert=True)
        record(by=by, verb="sessions.add_goal_step", what=step, now=now, goal=goal.pk)
    return step


def tick_goal_step(
    *, pairing_id: UUID, goal_id: UUID, goal_step_id: UUID, by: Actor, now: datetime
) -> GoalStep:
    """Note that a step is done. Pressed twice, it is noted once."""
    with transaction.atomic():
        goal, step = _locked_step(pairing_id, goal_id, goal_step_id)
        if step.done_at is not None:
            return step
        refuse_closed(goal)
        _refuse_removed(step)
        step.done_at = now
        step.save(update_fields=["done_at"])
        record(by=by, verb="sessions.tick_goal_step", what=step, now=now, goal=goal.pk)
    return step


def untick_goal_step(
    *, pairing_id: UUID, goal_id: UUID, goal_step_id: UUID, by: Actor, now: datetime
) -> GoalStep:
    """Note that a step is not done, or not done any more. Pressed twice, it is noted once."""
    with transaction.atomic():
        goal, step = _locked_step(pairing_id, goal_id, goal_step_id)
        if step.done_at is None:
            return step
        refuse_closed(goal)
        _refuse_removed(step)
        step.done_at = None
        step.save(update_fields=["done_at"])
        record(by=by, verb="sessions.untick_goal_step", what=step, now=now, goal=goal.pk)
    return step


def remove_goal_step(
    *, pairing_id: UUID, goal_id: UUID, goal_step_id: UUID, by: Actor, now: datetime
) -> GoalStep:
    """Take a step away. Pressed twice, it is noted once."""
    with transaction.atomic():
        goal, step = _locked_step(pairing_id, goal_id, goal_step_id)
        if step.removed_at is not None:
            return step
        refuse_closed(goal)
        step.removed_at = now
        step.save(update_fields=["removed_at"])
        record(by=by, verb="sessions.remove_goal_step", what=step, now=now, goal=goal.pk)
    return step


def add_goal_entry(
    *, once: UUID, pairing_id: UUID, goal_id: UUID, kind: str, text: str, by: Actor, now: datetime
) -> GoalEntry:
    """Note something on the way; the same form sent again gives the same entry. The trail does not say which kind."""
    with transaction.atomic():
        earlier = already_made(GoalEntry.objects.all(), once)
        if earlier is not None:
            return earlier
        pairing, goal = locked(pairing_id, goal_id)
        refuse_closed(goal)
        entry = GoalEntry(
            id=once,
            organisation_id=by.organisation_id,
            goal=goal,
            kind=GoalEntry.Kind(kind),
            at=now,
            noted_by=by.actor,
        )
        seal_text(entry, "text", text, pairing.peer.data_key)
        entry.save(force_insert=True)
        record(by=by, verb="sessions.add_goal_entry", what=entry, now=now, goal=goal.pk)
    return entry


def _locked_step(pairing_id: UUID, goal_id: UUID, goal_step_id: UUID) -> tuple[Goal, GoalStep]:
    _pairing, goal = locked(pairing_id, goal_id)
    return goal, GoalStep.objects.select_for_update(of=("self",)).get(pk=goal_step_id, goal=goal)


def _refuse_removed(step: GoalStep) -> None:
    if step.removed_at is not None:
        raise Refused(_("Somebody took this step away meanwhile."))
