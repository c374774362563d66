"""Two at the same moment: two pages of one goal, a step and the ending, two pages of one's own."""

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from lib import wall
from lib.ids import new_id
from people.models import PrivateLink
from people.models.links import LinkPurpose
from sessions import goal_words
from sessions.actions import goal_steps, goals, own_pages, pairings
from sessions.goal_words import GoalWords
from sessions.models import Goal, GoalStep
from tests import factories
from tests.people.test_races import at_once
from tests.sessions import aimed, booked
from tests.sessions.booked import Thread

pytestmark = pytest.mark.django_db(transaction=True)
A_WHILE = 0.4  # seconds: long enough for the other to read what is about to change


@pytest.fixture
def found() -> Thread:
    """A pairing that other connections see too."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        return booked.thread(ash)


def slowly(monkeypatch: pytest.MonkeyPatch, module: Any, name: str) -> None:
    """Let an act take a while between reading and writing."""
    honest: Callable[..., Any] = getattr(module, name)

    def slow(*args: Any, **rest: Any) -> Any:
        time.sleep(A_WHILE)
        return honest(*args, **rest)

    monkeypatch.setattr(module, name, slow)


def test_two_pages_of_one_goal(found: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    """Even through two pairings: the goal's own row is what is waited for."""
    one = aimed.goal(found)
    second = factories.supporter(found.organisation)
    other = aimed.paired(found, found.peer, second)
    slowly(monkeypatch, goal_words, "write")

    def editing(pairing_id: Any, title: str) -> Callable[[], object]:
        by, now = aimed.by(found), datetime.now(UTC)
        ids = {"pairing_id": pairing_id, "goal_id": one.pk, "revision": 0}
        return lambda: goals.edit_goal(**ids, words=GoalWords(title), by=by, now=now)

    acts = editing(found.pairing.pk, "Mine"), editing(other.pk, "Theirs")
    assert at_once(found.organisation, *acts) == ["done", "refused"]
    with wall.inside(found.organisation.pk):
        assert Goal.objects.get().revision == 1


def test_nothing_is_added_while_the_pairing_ends(found: Thread) -> None:
    one = aimed.goal(found)
    has_ended = threading.Event()

    def ending() -> None:
        by = factories.member(found.coordinator)
        pairings.end(pairing_id=found.pairing.pk, by=by, now=datetime.now(UTC))
        has_ended.set()
        time.sleep(A_WHILE)

    def adding() -> None:
        assert has_ended.wait(10)
        goal_steps.add_goal_step(
            once=new_id(),
            pairing_id=found.pairing.pk,
            goal_id=one.pk,
            text="One more",
            by=aimed.by(found),
            now=datetime.now(UTC),
        )

    assert at_once(found.organisation, ending, adding) == ["done", "refused"]
    with wall.inside(found.organisation.pk):
        assert GoalStep.objects.count() == 0


def test_one_page_of_ones_own(found: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    slowly(monkeypatch, own_pages, "make_link")

    def making() -> object:
        ids: dict[str, Any] = {"once": new_id(), "pairing_id": found.pairing.pk}
        return own_pages.make_own_page(**ids, by_mail=False, by=aimed.by(found), now=datetime.now(UTC))

    assert at_once(found.organisation, making, making) == ["done", "done"]
    with wall.inside(found.organisation.pk):
        working = PrivateLink.objects.filter(purpose=LinkPurpose.PAIRING, revoked_at__isnull=True)
        assert working.count() == 1


def test_one_form_twice_at_once(found: Thread, monkeypatch: pytest.MonkeyPatch) -> None:
    slowly(monkeypatch, goal_words, "write")
    once, by, now = new_id(), aimed.by(found), datetime.now(UTC)

    def setting() -> Goal:
        return goals.set_goal(once=once, pairing_id=found.pairing.pk, words=GoalWords("Draw"), by=by, now=now)

    assert at_once(found.organisation, setting, setting) == ["done", "done"]
    with wall.inside(found.organisation.pk):
        assert Goal.objects.count() == 1
