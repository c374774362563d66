"""The demo's goals, strengths and pages of one's own: some peers have them, and others do well without."""

from datetime import date, datetime, timedelta
from typing import Any

from lib.ids import new_id
from people.access import Member
from sessions.actions import goal_steps, goals, own_pages, strengths
from sessions.goal_words import GoalWords
from sessions.models import Goal, Pairing

EACH = 3  # every third peer
AIMS = [
    GoalWords(
        title="Go out every day",
        specific="Round the block, before lunch. Three times a week to begin with.",
        meaningful="I miss the trees, and the woman with the two dogs.",
        achievable="I have good shoes, and mornings are my best time.",
        realistic="Rain. Then only to the corner and back.",
    ),
    GoalWords(
        title="Draw again",
        specific="One page a week, of anything.",
        meaningful="It is the one thing that makes the evening short.",
        achievable="The box of pencils is still there.",
    ),
    GoalWords(title="Call my sister", meaningful="She is the one who remembers the good years."),
]
STEPS = ["Find the shoes", "Go to the corner and back", "Once round the block", "The same on a Sunday"]
WAY = [
    ("progress", "Four days out of seven."),
    ("setback", "A bad week, and I stayed in. The week after I went again."),
    ("celebration", "All the way to the river, without turning round."),
]
CARRIES = [
    ("strength", "I keep going, even slowly"),
    ("resource", "The river, early in the morning"),
    ("listens", "My aunt, who never asks why"),
    ("lends_a_hand", "Jo from next door"),
    ("knows", "The woman at the library desk"),
]
REACHED, ASIDE = GoalWords(title="Open the post once a week"), GoalWords(title="Run five kilometres")


def tell(pairing: Pairing, number: int, *, by: Member, now: datetime) -> None:
    """What one peer wants and has, as their supporter noted it with them; every other of them has a page."""
    if number % EACH:
        return
    then = now - timedelta(weeks=7)
    shared: dict[str, Any] = {"pairing_id": pairing.pk, "by": by}
    under_way = _set(AIMS[number // EACH % len(AIMS)], shared, then, until=(now + timedelta(weeks=6)).date())
    for week, text in enumerate(STEPS):
        step = goal_steps.add_goal_step(once=new_id(), goal_id=under_way.pk, text=text, now=then, **shared)
        if week < 2:
            done = then + timedelta(weeks=1 + week)
            goal_steps.tick_goal_step(goal_id=under_way.pk, goal_step_id=step.pk, now=done, **shared)
    for week, (kind, text) in enumerate(WAY):
        at = then + timedelta(weeks=1 + 2 * week)
        goal_steps.add_goal_entry(once=new_id(), goal_id=under_way.pk, kind=kind, text=text, now=at, **shared)
    reached, aside = _set(REACHED, shared, then), _set(ASIDE, shared, then)
    later = now - timedelta(weeks=2)
    goals.reach_goal(goal_id=reached.pk, once=new_id(), celebration="A whole pile!", now=later, **shared)
    goals.put_goal_aside(goal_id=aside.pk, now=later, **shared)
    for kind, text in CARRIES:
        strengths.add_strength(once=new_id(), kind=kind, text=text, now=then, **shared)
    if number % 2 == 0:
        own_pages.make_own_page(once=new_id(), by_mail=False, now=later, **shared)


def _set(words: GoalWords, shared: dict[str, Any], now: datetime, until: date | None = None) -> Goal:
    said = GoalWords(**{**vars(words), "until_on": until})
    return goals.set_goal(once=new_id(), words=said, now=now, **shared)
