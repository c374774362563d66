"""Rows of goals for the small world: an open goal with a step and an entry, a strength, the peer's own page."""

from typing import Any

from lib.ids import new_id
from people.models.links import LinkPurpose
from sessions.actions import goal_steps, goals, own_pages, strengths
from sessions.goal_words import GoalWords
from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """Set by the supporter and the peer together."""

    def sealed(what: str) -> str:
        return ground.plants(what, sealed=True)

    shared: dict[str, Any] = {"pairing_id": ground.pairing.pk, "by": ground.supporter, "now": ground.now}
    words = GoalWords(
        title=sealed("goal"),
        specific=sealed("specific"),
        meaningful=sealed("meaningful"),
        achievable=sealed("achievable"),
        realistic=sealed("realistic"),
    )
    goal = goals.set_goal(once=new_id(), words=words, **shared)
    step = goal_steps.add_goal_step(once=new_id(), goal_id=goal.pk, text=sealed("step"), **shared)
    goal_steps.add_goal_entry(
        once=new_id(), goal_id=goal.pk, kind="celebration", text=sealed("entry"), **shared
    )
    strength = strengths.add_strength(once=new_id(), kind="listens", text=sealed("strength"), **shared)
    own_pages.make_own_page(once=new_id(), by_mail=False, **shared)
    return {
        "goal_id": goal.pk,
        "goal_step_id": step.pk,
        "strength_id": strength.pk,
        "pairing_token": ground.token(ground.pairing.pk, LinkPurpose.PAIRING),
    }
