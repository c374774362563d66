"""One verb, everywhere the same word: each move has its action, policy, view, address, page and tests."""

from pathlib import Path
from typing import Any

import pytest
from django.template.loader import get_template
from django.urls import URLPattern

from sessions import policies, urls
from sessions.actions import (
    agreeing,
    agreements,
    bookings,
    extensions,
    facilitating,
    goals,
    item_lists,
    logs,
    meetings,
    moving,
    offers,
    outcomes,
    pairings,
    places,
)
from sessions.models import Agreement, Extension, Goal, ItemList, MeetingPlace, Pairing, PeerSession
from sessions.states import (
    AGREEMENT_MOVES,
    EXTENSION_MOVES,
    GOAL_MOVES,
    ITEM_LIST_MOVES,
    MEETING_MOVES,
    PAIRING_MOVES,
    PLACE_MOVES,
    SESSION_MOVES,
)

# Every module of actions in which a verb may stand.
ACTIONS = (
    *(agreeing, agreements, bookings, extensions, facilitating, goals, item_lists, logs, meetings, moving),
    *(offers, outcomes, pairings, places),
)
TABLES: list[tuple[Any, Any]] = [
    (Pairing, PAIRING_MOVES),
    (Agreement, AGREEMENT_MOVES),
    (PeerSession, SESSION_MOVES),
    (Goal, GOAL_MOVES),
    (ItemList, ITEM_LIST_MOVES),
    (Extension, EXTENSION_MOVES),
    (MeetingPlace, PLACE_MOVES),
    (PeerSession, MEETING_MOVES),
]
# Nobody presses these: they happen inside another action, and those of places also by the clock. A meeting is closed by
# its note.
INSIDE = {"begin": "agree", "replace": "agree", "offer_place": "give_back", "lapse": "take_place"}
INSIDE["close_meeting"] = "close_meeting"
INSIDE["replace_items"] = "publish_items"
VERBS = [
    pytest.param(model, verb, id=f"{model.__name__}.{verb}")
    for model, moves in TABLES
    for verb in moves
    if verb not in INSIDE
]


def test_the_exceptions_are_verbs() -> None:
    verbs = {verb for _model, moves in TABLES for verb in moves}
    assert {*INSIDE, *INSIDE.values()} <= verbs


@pytest.mark.parametrize("verb", INSIDE)
def test_what_happens_inside_another_action_is_an_action_too(verb: str) -> None:
    assert any(hasattr(module, verb) for module in ACTIONS)


@pytest.mark.parametrize(("model", "verb"), VERBS)
def test_every_verb_is_there_throughout(model: Any, verb: str) -> None:
    pages: dict[str | None, URLPattern] = {one.name: one for one in urls.urlpatterns}
    there = {
        "action": any(hasattr(module, verb) for module in ACTIONS),
        "policy": hasattr(policies, f"can_{verb}_{model._meta.model_name}"),
        "access": verb in policies.ACCESS,
        "address": verb in pages,
        "view": verb in pages and pages[verb].callback.__name__ == verb,
        "page": bool(get_template(f"sessions/{verb}.html")),
        "tests": (Path(__file__).parent / f"test_{verb}.py").exists(),
    }
    assert [what for what, is_there in there.items() if not is_there] == []
