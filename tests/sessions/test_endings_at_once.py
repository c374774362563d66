"""Two at the same moment: a wish decided twice, asked twice, an ending written from two phones.

Each act stands at a barrier inside its transaction, so that none has committed when the other begins.
"""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.db import transaction

from lib import wall
from people.models import Organisation
from sessions.actions import change_wishes, endings, extensions, pairings
from sessions.actions.endings import Written
from sessions.models import ChangeWish, Ending, Extension
from tests import factories
from tests.people.test_races import at_once
from tests.sessions import met

pytestmark = pytest.mark.django_db(transaction=True)
NOW = datetime.now(UTC)


@pytest.fixture
def two() -> met.Two:
    """Two who agreed, seen by other connections too."""
    with transaction.atomic():
        ash: Organisation = factories.organisation("ash")
        wall.enter(ash.pk)
        made = met.introduced(ash)
        met.agreed(made)
    return made


def test_one_of_two_supervisors_decides(two: met.Two) -> None:
    with transaction.atomic():
        wall.enter(two.organisation.pk)
        first, second = (factories.member(met.supervised(two)) for _ in range(2))
        made = met.asked(two)
    ends = at_once(
        two.organisation,
        lambda: extensions.grant_extension(extension_id=made.pk, by=first, now=NOW),
        lambda: extensions.decline_extension(extension_id=made.pk, by=second, now=NOW),
    )
    assert ends == ["done", "refused"]


def test_two_forms_ask_once(two: met.Two) -> None:
    with transaction.atomic():
        wall.enter(two.organisation.pk)
        met.supervised(two)
    ask: Callable[[], object] = lambda: met.asked(two, now=NOW)  # noqa: E731
    assert at_once(two.organisation, ask, ask) == ["done", "refused"]
    with wall.inside(two.organisation.pk):
        assert Extension.objects.count() == 1


def test_two_wishes_are_one(two: met.Two) -> None:
    people = [factories.member(two.supporter), factories.member(two.coordinator)]
    acts = [
        lambda by=by: change_wishes.wish_change(pairing_id=two.pairing.pk, by=by, now=NOW) for by in people
    ]
    assert at_once(two.organisation, *acts) == ["done", "done"]
    with wall.inside(two.organisation.pk):
        assert ChangeWish.objects.count() == 1


def _writing(two: met.Two, words: str) -> Callable[[], object]:
    written = Written(None, words, "", "", handover_yes=False)
    return lambda: endings.save_ending(
        pairing_id=two.pairing.pk,
        revision=0,
        written=written,
        zone=factories.member(two.supporter).zone,
        by=factories.member(two.supporter),
        now=NOW,
    )


def test_two_phones_do_not_write_over_each_other(two: met.Two) -> None:
    ends = at_once(two.organisation, _writing(two, "From one"), _writing(two, "From the other"))
    assert ends == ["done", "refused"]
    with wall.inside(two.organisation.pk):
        assert Ending.objects.get().revision == 1


def test_nothing_is_written_into_what_has_ended(two: met.Two) -> None:
    """Whichever comes first: what was written stands frozen, or it was refused."""
    by = factories.member(two.coordinator)
    at_once(
        two.organisation,
        _writing(two, "A last word"),
        lambda: pairings.end(pairing_id=two.pairing.pk, by=by, now=NOW),
    )
    with wall.inside(two.organisation.pk):
        assert not Ending.objects.filter(closed_at__isnull=True).exists()
