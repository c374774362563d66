"""A peer's goals: set, changed, reached, put aside, opened again. The peer decides; their supporter may note it.

`by` is the supporter of a pairing that lasts, or the peer by their own page. All of it is sealed with the peer's key,
and the trail keeps that something was done, never a word of it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.moves import move
from lib.once import already_made
from lib.refusal import Refused
from lib.sealing.models import seal_text
from people.actions.revisions import stale
from people.models import Peer
from sessions import goal_words
from sessions.actions.pairings import open_pairing
from sessions.goal_words import GoalWords
from sessions.models import Goal, GoalEntry, Pairing
from sessions.states import GOAL_MOVES, OPEN

MOST_OPEN = 20  # goals at a time: more is a list nobody looks at


def set_goal(*, once: UUID, pairing_id: UUID, words: GoalWords, by: Actor, now: datetime) -> Goal:
    """Set a goal; the same form sent again gives the same goal. Raises Refused after the ending, or with too many."""
    with transaction.atomic():
        earlier = already_made(Goal.objects.all(), once)
        if earlier is not None:
            return earlier
        pairing = writable(pairing_id)
        _refuse_too_many(pairing)
        goal = Goal(
            id=once, organisation_id=by.organisation_id, peer=pairing.peer, set_at=now, set_by=by.actor
        )
        goal_words.write(goal, words, pairing.peer.data_key)
        goal.save(force_insert=True)
        record(by=by, verb="sessions.set_goal", what=goal, now=now, pairing=pairing.pk)
    return goal


def edit_goal(
    *, pairing_id: UUID, goal_id: UUID, revision: int, words: GoalWords, by: Actor, now: datetime
) -> Goal:
    """Change what an open goal says. Raises Refused on a stale page; what was typed twice is no quarrel."""
    with transaction.atomic():
        pairing, goal = locked(pairing_id, goal_id)
        key = pairing.peer.data_key
        if goal_words.read(goal, key) == words:
            return goal
        refuse_closed(goal)
        if goal.revision != revision:
            raise Refused(stale())
        goal_words.write(goal, words, key)
        goal.revision += 1
        goal.save()
        record(by=by, verb="sessions.edit_goal", what=goal, now=now)
    return goal


def reach_goal(
    *, pairing_id: UUID, goal_id: UUID, once: UUID, celebration: str, by: Actor, now: datetime
) -> Goal:
    """Note that a goal is reached, with a few words to remember it by. Pressed twice, it is noted once."""
    with transaction.atomic():
        pairing, goal = locked(pairing_id, goal_id)
        if _is_done(goal, "reach_goal") and (
            not celebration or GoalEntry.objects.filter(pk=once, goal=goal).exists()
        ):
            return goal
        _close(goal, "reach_goal", now=now)
        if celebration:
            entry = GoalEntry(
                id=once,
                organisation_id=by.organisation_id,
                goal=goal,
                kind=GoalEntry.Kind.CELEBRATION,
                at=now,
                noted_by=by.actor,
            )
            seal_text(entry, "text", celebration, pairing.peer.data_key)
            entry.save(force_insert=True)
        record(by=by, verb="sessions.reach_goal", what=goal, now=now)
    return goal


def put_goal_aside(*, pairing_id: UUID, goal_id: UUID, by: Actor, now: datetime) -> Goal:
    """Put a goal aside for now; nobody asks why. Pressed twice, it is noted once."""
    with transaction.atomic():
        _pairing, goal = locked(pairing_id, goal_id)
        if _is_done(goal, "put_goal_aside"):
            return goal
        _close(goal, "put_goal_aside", now=now)
        record(by=by, verb="sessions.put_goal_aside", what=goal, now=now)
    return goal


def reopen_goal(*, pairing_id: UUID, goal_id: UUID, by: Actor, now: datetime) -> Goal:
    """Take a goal up again, with all that was noted on the way. Pressed twice, it is noted once."""
    with transaction.atomic():
        pairing, goal = locked(pairing_id, goal_id)
        if _is_done(goal, "reopen_goal"):
            return goal
        move(GOAL_MOVES, "reopen_goal", goal)
        _refuse_too_many(pairing)
        goal.closed_at = None
        goal.save(update_fields=["state", "closed_at"])
        record(by=by, verb="sessions.reopen_goal", what=goal, now=now)
    return goal


def look_goals(*, peer: Peer, goals: Sequence[Goal], by: Actor, now: datetime) -> None:
    """Leave one mark for all goals that a page opened, in the transaction in which it did. None for none."""
    if goals:
        record(by=by, verb="sessions.look_goals", what=peer, now=now, goals=[str(goal.pk) for goal in goals])


def look_goal(*, goal: Goal, by: Actor, now: datetime) -> None:
    """Leave a mark that somebody read a goal and what was noted on the way."""
    record(by=by, verb="sessions.look", what=goal, now=now)


def writable(pairing_id: UUID) -> Pairing:
    """The pairing, locked. Raises Refused when it has ended, or when the peer's record was erased."""
    pairing = open_pairing(pk=pairing_id)
    if pairing.peer.data_key.dropped_at is not None:
        raise Refused(_("What was kept about this person has been erased. Nothing can be added."))
    return pairing


def locked(pairing_id: UUID, goal_id: UUID) -> tuple[Pairing, Goal]:
    """The pairing and a goal of its peer, both locked. Raises Refused after the ending."""
    pairing = writable(pairing_id)
    rows = Goal.objects.select_for_update(of=("self",))
    return pairing, rows.get(pk=goal_id, peer_id=pairing.peer_id)


def refuse_closed(goal: Goal) -> None:
    """Raise Refused unless the goal is open."""
    if goal.state != OPEN:
        raise Refused(_("This goal is not open any more. Take it up again first, if you like."))


def _is_done(goal: Goal, verb: str) -> bool:
    return goal.state == GOAL_MOVES[verb][1]


def _close(goal: Goal, verb: str, *, now: datetime) -> None:
    move(GOAL_MOVES, verb, goal)
    goal.closed_at = now
    goal.save(update_fields=["state", "closed_at"])


def _refuse_too_many(pairing: Pairing) -> None:
    if Goal.objects.filter(peer_id=pairing.peer_id, state=OPEN).count() >= MOST_OPEN:
        words = _("%(most)s goals are open already. Put one aside first, so that none gets lost.")
        raise Refused(words % {"most": MOST_OPEN})
