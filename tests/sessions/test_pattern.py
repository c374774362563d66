"""A supporter's own pattern: which ticks came up how often, over some months, for their eyes alone."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from audit.models import Event
from lib.sealing import keys
from people.models import Organisation
from sessions.actions import reflections
from sessions.models import PeerSession
from sessions.trust import Broke, Built
from tests import factories
from tests.sessions import booked

PAGE = "/o/ash/pattern/"


def thought(
    found: booked.Thread, *, days_ago: int, built: list[str], broke: list[str] | None = None
) -> PeerSession:
    """A session so many days ago, and what its supporter ticked for themselves."""
    day = datetime.now(UTC).date() - timedelta(days=days_ago)
    starts_at = booked.at(day, time(11))
    row = booked.session(found, starts_at, now=starts_at - timedelta(days=1))
    reflections.reflect(
        peer_session_id=row.pk,
        revision=0,
        thoughts={"built": built, "broke": broke or [], "note": "The river at night"},
        typing=False,
        by=factories.member(found.supporter),
        now=datetime.now(UTC),
    )
    return row


def shown(found: booked.Thread, months: str = "") -> Any:
    return factories.signed_in(found.supporter).get(PAGE, {"months": months} if months else {})


def bars(answer: Any, kind: str = "built") -> list[tuple[str, int, int]]:
    return [(bar.key, bar.times, bar.of) for bar in getattr(answer.context["pattern"], kind)]


def test_how_often_things_came_up(ash: Organisation) -> None:
    found = booked.thread(ash)
    thought(found, days_ago=5, built=["listening"], broke=["advice"])
    thought(found, days_ago=12, built=["listening", "confidence"])
    answer = shown(found)
    assert bars(answer) == [("listening", 2, 2), ("confidence", 1, 2)]
    assert bars(answer, "broke") == [("advice", 1, 2)]
    page = answer.content.decode()
    assert "You wrote about 2 sessions." in page
    assert "in all 2" in page
    assert "in 1 of 2" in page
    assert "The river" not in page
    assert "Nothing was judged." in page  # among what was not ticked


def test_only_as_far_back_as_asked(ash: Organisation) -> None:
    found = booked.thread(ash)
    for place, days_ago in enumerate((20, 120, 300, 400), 1):
        row = thought(found, days_ago=place, built=["equals"])
        then = datetime.now(UTC) - timedelta(days=days_ago)
        PeerSession.objects.filter(pk=row.pk).update(starts_at=then, ends_at=then + timedelta(minutes=50))
    totals = {months: shown(found, months).context["pattern"].total for months in ("3", "6", "12")}
    assert totals == {"3": 1, "6": 2, "12": 3}
    for nonsense in ("", "0", "-3", "1000", "x", "\x00", "9" * 50):
        assert shown(found, nonsense).context["pattern"].months == 3


def test_pairings_that_have_ended_count(ash: Organisation) -> None:
    found = booked.thread(ash)
    thought(found, days_ago=5, built=["equals"])
    found.pairing.state, found.pairing.ended_at, found.pairing.ended_by = "ended", factories.START, "operator"
    found.pairing.save()
    assert bars(shown(found)) == [("equals", 1, 1)]


def test_it_is_ones_own(ash: Organisation, elm: Organisation) -> None:
    found = booked.thread(ash)
    thought(found, days_ago=5, built=["equals"])
    other = factories.signed_in(factories.supporter(ash)).get(PAGE)
    assert (other.status_code, other.context["pattern"].total) == (200, 0)
    supervisor = factories.supervisor(ash)
    found.supporter.supervised_by.create(organisation=ash, supervisor=supervisor, starts_at=factories.START)
    for row, status in {found.coordinator: 403, supervisor: 403, factories.supporter(elm): 404}.items():
        assert factories.signed_in(row).get(PAGE).status_code == status
    assert factories.signed_in(found.supporter).post(PAGE).status_code == 405


def test_looking_back_is_noted_once_for_all(ash: Organisation) -> None:
    found = booked.thread(ash)
    assert "Nothing to look back over yet" in shown(found).content.decode()
    assert not Event.objects.filter(verb="sessions.look_back").exists()
    thought(found, days_ago=5, built=["equals"])
    thought(found, days_ago=6, built=["equals"])
    shown(found)
    event = Event.objects.get(verb="sessions.look_back")
    assert (event.object_id, event.detail) == (str(found.supporter.pk), {"reflections": 2})


def test_what_can_no_longer_be_read_is_left_out(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    thought(found, days_ago=5, built=["equals"])
    keys.drop(found.supporter.data_key_id, now=now)
    assert shown(found).context["pattern"].total == 0


@pytest.mark.parametrize("sessions", [1, 3])
def test_how_many_queries(ash: Organisation, django_assert_num_queries: Any, sessions: int) -> None:
    found = booked.thread(ash)
    for number in range(sessions):
        thought(found, days_ago=5 + number, built=["equals"])
    client = factories.signed_in(found.supporter)
    with django_assert_num_queries(9):  # four are savepoints
        client.get(PAGE)
    assert PeerSession.objects.count() == sessions


def test_no_line_blames(ash: Organisation) -> None:
    """Nothing reads as a fault, and there is no number that could be a mark."""
    lines = [str(each.label) for each in (*Built, *Broke)]
    words = {"failed", "wrong", "bad", "fault", "should", "must", "score", "never"}
    assert [line for line in lines if words & set(line.lower().replace(".", "").split())] == []
    found = booked.thread(ash)
    thought(found, days_ago=5, built=["equals"])
    assert "%" not in shown(found).content.decode().partition("<main")[2].partition("</main>")[0]
