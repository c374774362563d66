"""Two at the same moment on one sheet: two answers, an answer while it is finished, alone and together."""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction

from lib import wall
from people.access import LinkHolder, Member
from sessions import wording
from sessions.actions import floor_notes, sheets
from sessions.models import BoundarySheet, FloorNote
from sessions.wording import Said
from tests import factories
from tests.people.test_races import at_once
from tests.sessions import aimed, asked, met

pytestmark = pytest.mark.django_db(transaction=True)
A_WHILE = 0.4  # seconds: long enough for the other to read what is about to change


@pytest.fixture
def two() -> met.Two:
    """A pairing that other connections see too."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        return met.introduced(ash)


@pytest.fixture
def slowly(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is written takes a while between reading and writing."""
    honest: Callable[..., str] = wording.write

    def slow(*args: Any, **rest: Any) -> str:
        time.sleep(A_WHILE)
        return honest(*args, **rest)

    monkeypatch.setattr(wording, "write", slow)


def saving(two: met.Two, by: Member | LinkHolder, key: str) -> Callable[[], object]:
    """Save one answer of the peer's."""
    return lambda: sheets.save_sheet(
        pairing_id=two.pairing.pk,
        side="peer",
        version=1,
        revision=0,
        said={key: Said(answer="never", note="")},
        by=by,
        now=datetime.now(UTC),
    )


def finishing(two: met.Two, side: str) -> Callable[[], object]:
    """Finish a sheet that nobody wrote on yet, or wrote on once."""
    by = factories.member(two.supporter)
    return lambda: sheets.share_sheet(
        pairing_id=two.pairing.pk, side=side, version=1, revision=1, by=by, now=datetime.now(UTC)
    )


@pytest.mark.usefixtures("slowly")
def test_two_answers_from_one_page(two: met.Two) -> None:
    by = factories.member(two.supporter)
    acts = saving(two, by, "alcohol"), saving(two, by, "friends")
    assert at_once(two.organisation, *acts) == ["done", "refused"]
    with wall.inside(two.organisation.pk):
        assert BoundarySheet.objects.get().revision == 1


@pytest.mark.usefixtures("slowly")
def test_alone_and_together(two: met.Two) -> None:
    """Whoever begins it decides: never both, and never a private sheet that somebody else wrote on."""
    by, page = factories.member(two.supporter), asked.own_page(two)
    with wall.inside(two.organisation.pk):
        alone = aimed.holder(page)
    acts = saving(two, by, "alcohol"), saving(two, alone, "friends")
    assert at_once(two.organisation, *acts) == ["done", "refused"]
    with wall.inside(two.organisation.pk):
        assert BoundarySheet.objects.get().revision == 1


def test_finishing_twice_notes_a_floor_once(two: met.Two, monkeypatch: pytest.MonkeyPatch) -> None:
    met.saved(two, "supporter", {"suicide_plan": Said(answer="never", note="")})
    honest = floor_notes.raise_for

    def slow(**rest: Any) -> Any:
        time.sleep(A_WHILE)
        return honest(**rest)

    monkeypatch.setattr(floor_notes, "raise_for", slow)
    acts = finishing(two, "supporter"), finishing(two, "supporter")
    assert at_once(two.organisation, *acts) == ["done", "done"]
    with wall.inside(two.organisation.pk):
        assert FloorNote.objects.count() == 1
