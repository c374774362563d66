"""Two at the same moment: two begin, two publish, one edits while another publishes, and two agree meanwhile."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from lib import wall
from people.models import Organisation
from sessions.actions import agreeing, agreement_news, item_lists
from sessions.item_changes import raises_floors
from sessions.models import Agreement, ItemList
from tests import factories
from tests.people.test_races import at_once
from tests.sessions import listed, met
from tests.sessions.test_goal_races import A_WHILE, slowly

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ash() -> Organisation:
    """An organisation that other connections see too."""
    with transaction.atomic():
        return factories.organisation("ash")


def lists(ash: Organisation) -> list[tuple[int, str]]:
    with wall.inside(ash.pk):
        return list(ItemList.objects.order_by("version").values_list("version", "state"))


def test_two_begin(ash: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    slowly(monkeypatch, item_lists, "Max")
    one, other = factories.coordinator(ash), factories.coordinator(ash)
    acts = [lambda who=who: listed.begun(who) for who in (one, other)]
    assert at_once(ash, *acts) == ["done", "done"]
    assert lists(ash) == [(1, "draft")]


def test_two_publish(ash: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """The second finds it published; nobody is told twice."""
    one, other = factories.coordinator(ash), factories.coordinator(ash)
    listed.published(one, listed.added(one, listed.begun(one)))
    row = listed.added(one, listed.begun(one), title="Another")
    slowly(monkeypatch, item_lists, "raises_floors")
    acts = [lambda who=who: listed.published(who, row) for who in (one, other)]
    assert at_once(ash, *acts) == ["done", "done"]
    assert lists(ash) == [(1, "replaced"), (2, "in_force")]
    with wall.inside(ash.pk):
        assert ItemList.objects.get(version=2).published_by in {
            factories.member(who).actor for who in (one, other)
        }


def test_a_draft_begun_while_one_is_published(ash: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """It begins with what is in force then, and is not the one that is a draft no more."""
    coordinator = factories.coordinator(ash)
    row = listed.added(coordinator, listed.begun(coordinator))
    is_publishing = threading.Event()
    honest: Callable[..., Any] = raises_floors

    def slow(*args: Any) -> Any:
        is_publishing.set()
        time.sleep(A_WHILE)
        return honest(*args)

    monkeypatch.setattr(item_lists, "raises_floors", slow)

    def beginning() -> None:
        assert is_publishing.wait(10)
        listed.begun(coordinator)

    assert at_once(ash, lambda: listed.published(coordinator, row), beginning) == ["done", "done"]
    assert lists(ash) == [(1, "in_force"), (2, "draft")]
    with wall.inside(ash.pk):
        assert ItemList.objects.get(version=2).entries == row.entries


def test_two_pages_of_one_draft(ash: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    coordinator = factories.coordinator(ash)
    row = listed.begun(coordinator)
    slowly(monkeypatch, item_lists, "with_entry")

    def editing(key: str) -> Callable[[], object]:
        return lambda: listed.edited(coordinator, row, key, title="Mine")

    assert at_once(ash, editing("alcohol"), editing("friends")) == ["done", "refused"]
    with wall.inside(ash.pk):
        kept = ItemList.objects.get()
        assert (kept.revision, len(kept.entries)) == (1, 1)


def test_nobody_agrees_past_a_raised_floor(ash: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two say yes to what the old list asked while the new one is published: they are found, and look again."""
    with transaction.atomic():
        wall.enter(ash.pk)
        two = met.introduced(ash)
        draft = met.ready(two)
        coordinator = two.coordinator
        row = listed.edited(
            coordinator, listed.begun(coordinator), "alcohol", floor="maybe", because="Our house rule."
        )
    is_agreeing = threading.Event()
    honest: Callable[..., Any] = agreement_news.in_force

    def slow(*args: Any, **rest: Any) -> Any:
        is_agreeing.set()
        time.sleep(A_WHILE)
        return honest(*args, **rest)

    monkeypatch.setattr(agreement_news, "in_force", slow)

    def saying_yes() -> None:
        by = factories.member(two.supporter)
        agreeing.agree(agreement_id=draft.pk, revision=draft.revision, by=by, now=listed.START)

    def publishing() -> None:
        assert is_agreeing.wait(10)
        listed.published(coordinator, row)

    assert at_once(ash, saying_yes, publishing) == ["done", "done"]
    with wall.inside(ash.pk):
        made = Agreement.objects.get()
        assert (made.state, made.item_list, made.look_again_because) == ("in_force", 0, "floor")
