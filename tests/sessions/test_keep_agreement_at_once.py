"""While one keeps an agreement as it is, another replaces it, withdraws it, lays a newer one before both, or asks for a
look at it."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connections, transaction

from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Organisation
from sessions.actions import agreeing, agreements, keeping
from sessions.actions.looking_again import look_again
from sessions.models import Agreement, AgreementKept, LookAgain
from sessions.queries.keeping import seen
from tests import factories
from tests.people.test_races import at_once
from tests.sessions import booked, laid, met
from tests.sessions.booked import Thread

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = datetime.now(UTC)
Act = Callable[[Thread, Agreement, Agreement], object]


@pytest.fixture
def found() -> Thread:
    """A pairing that other connections see too."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        return booked.thread(ash)


def keep_of(found: Thread, row: Agreement, **rest: Any) -> Callable[[], object]:
    """The act of keeping it, from a page that is open already."""
    values: dict[str, Any] = {"once": new_id(), "look_again_on": met.days_ahead(30), "seen_then": seen(row)}
    values |= {"by": factories.member(found.supporter), "now": TODAY, "agreement_id": row.pk}
    return lambda: keeping.keep_agreement(**(values | rest))


def withdraw(found: Thread, row: Agreement, draft: Agreement) -> object:
    by = factories.member(found.supporter)
    return agreements.withdraw(agreement_id=row.pk, state="in_force", sides=["peer"], by=by, now=TODAY)


def agree(found: Thread, row: Agreement, draft: Agreement) -> object:
    by = factories.member(found.supporter)
    return agreeing.agree(agreement_id=draft.pk, revision=draft.revision, by=by, now=TODAY)


def propose(found: Thread, row: Agreement, draft: Agreement) -> object:
    by = factories.member(found.supporter)
    return agreeing.propose(agreement_id=draft.pk, revision=draft.revision, by=by, now=TODAY)


def ask(found: Thread, row: Agreement, draft: Agreement) -> object:
    """As the note of a session does, which does not hold the pairing."""
    look_again(pairing_id=found.pairing.pk, because=LookAgain.CHANGED, now=TODAY)
    return None


@pytest.mark.parametrize(
    ("act", "words"),
    [
        (withdraw, "withdrawn or replaced"),
        (agree, "withdrawn or replaced"),
        (propose, "A newer version lies before you both"),
        (ask, "Something changed"),
    ],
)
def test_who_comes_second_waits_and_is_told(found: Thread, act: Act, words: str) -> None:
    """Something else is being done, and not finished yet, when the form arrives."""
    with transaction.atomic():
        wall.enter(found.organisation.pk)
        row, draft = laid.held(found), laid.ready(found)
    keep = keep_of(found, row)
    acted, began = threading.Event(), threading.Event()
    ends: list[str] = []

    def keeping_it() -> None:
        try:
            with wall.inside(found.organisation.pk):
                acted.wait(10)
                began.set()
                keep()
            ends.append("kept")
        except Refused as no:
            ends.append(no.message)
        finally:
            connections["default"].close()

    thread = threading.Thread(target=keeping_it)
    thread.start()
    with wall.inside(found.organisation.pk):
        act(found, row, draft)
        acted.set()
        began.wait(10)
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(20)
    assert [words in end for end in ends] == [True], ends
    with wall.inside(found.organisation.pk):
        assert not AgreementKept.objects.exists()


def test_the_same_form_at_once_is_kept_once(found: Thread) -> None:
    ash: Organisation = found.organisation
    with wall.inside(ash.pk):
        keep = keep_of(found, laid.held(found))
    assert at_once(ash, keep, keep) == ["done", "done"]
    with wall.inside(ash.pk):
        assert AgreementKept.objects.count() == 1
