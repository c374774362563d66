"""What is counted for both sides: all of it, for each alike, and for nobody else's sessions."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from people.models import Organisation
from sessions.actions import outcomes
from sessions.models import Party, PeerSession
from sessions.queries.counts import Counts, Side, pairing_counts
from tests import factories
from tests.sessions import booked


def story(found: booked.Thread, now: datetime) -> None:
    """One of everything, and two that the peer called off, of which one was late."""
    by = factories.member(found.supporter)
    days = iter(range(1, 60, 7))

    def one() -> PeerSession:
        return booked.session(found, now + timedelta(days=next(days)), now=now)

    for side, notice in [("peer", 48), ("peer", 2), ("supporter", 2), ("organisation", 48)]:
        row = one()
        then = row.starts_at - timedelta(hours=notice)
        outcomes.cancel(peer_session_id=row.pk, why="time", side=side, by=by, now=then)
    for side in ("peer", "supporter", ""):
        row = one()
        outcomes.miss(peer_session_id=row.pk, side=side, by=by, now=row.ends_at)
    row = one()
    PeerSession.objects.filter(pk=row.pk).update(state="held", closed_at=row.ends_at, closed_by=by.actor)
    one()


def test_each_side_by_the_same_measure(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash, number=20)
    story(found, now)
    counts = pairing_counts(found.pairing, reader=Party.ORGANISATION)
    assert counts == Counts(
        held=1,
        sides=(Side("The peer", 2, 1, 1), Side("The supporter", 1, 1, 1)),
        by_organisation=1,
        neither_came=1,
    )


@pytest.mark.parametrize(
    ("reader", "words"),
    [
        (Party.PEER, ["You", "Your supporter"]),
        (Party.SUPPORTER, ["You", "The peer"]),
        (Party.ORGANISATION, ["The peer", "The supporter"]),
    ],
)
def test_in_the_readers_words(ash: Organisation, reader: Party, words: list[str]) -> None:
    found = booked.thread(ash)
    counts = pairing_counts(found.pairing, reader=reader)
    assert [side.words for side in counts.sides] == words
    assert not counts.anything


def test_nobody_elses_sessions_count(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash, number=20)
    other = booked.pairing(found, factories.peer(ash), factories.supporter(ash))
    story(found, now)
    assert not pairing_counts(other, reader=Party.ORGANISATION).anything


def test_one_query(ash: Organisation, now: datetime, django_assert_num_queries: Any) -> None:
    found = booked.thread(ash, number=20)
    story(found, now)
    with django_assert_num_queries(1):
        pairing_counts(found.pairing, reader=Party.PEER)
