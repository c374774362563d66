"""The note for the next supporter: only with the peer's yes, only for the next one, never anything besides."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from audit.models import Event
from lib import wall
from lib.sealing import keys
from people.models import Membership, Organisation, Peer
from sessions.actions import pairings
from sessions.models import Ending, Pairing
from tests import factories
from tests.people.asking import says
from tests.sessions import met
from tests.sessions.test_ending import prepared
from tests.sessions.test_pairings import queries

NOTE = "Likes to draw, and comes late on Mondays. 🎨"


def ended(two: met.Two, *, now: datetime, **changes: Any) -> None:
    """They wrote a note for whoever comes next, and ended."""
    words: dict[str, Any] = {"handover": NOTE, "handover_yes": True, "talk": "OURS", "goodbye": "OURS"}
    prepared(two, now=now, **(words | changes))
    with wall.inside(two.organisation.pk):
        pairings.end(pairing_id=two.pairing.pk, by=factories.member(two.coordinator), now=now)


def followed(two: met.Two, *, now: datetime, supporter: Membership | None = None) -> met.Two:
    """Somebody else is introduced to the same peer."""
    who = supporter or factories.supporter(two.organisation)
    pairing = met.pair(two.coordinator, who, two.peer, now=now)
    return met.Two(two.organisation, two.coordinator, who, two.peer, pairing)


def read(two: met.Two) -> list[str]:
    page = factories.signed_in(two.supporter).get(two.url("handovers"))
    return [note.text for note in page.context["page"].notes]


def test_the_next_supporter_reads_it(ash: Organisation, now: datetime) -> None:
    first = met.introduced(ash)
    ended(first, now=now)
    then = followed(first, now=now + timedelta(days=1))
    client = factories.signed_in(then.supporter)
    assert then.url("handovers") in client.get(then.url()).content.decode()
    page = client.get(then.url("handovers"))
    assert says(page, NOTE)
    assert [(note.supporter_name, note.written) for note in page.context["page"].notes] == [
        (first.supporter.user.preferred_name, "12 May 2026")
    ]
    assert "OURS" not in page.content.decode()
    look = Event.objects.get(verb="sessions.look", actor=f"member:{then.supporter.pk}")
    assert look.object_id == str(Ending.objects.get(pairing=first.pairing).pk)


@pytest.mark.parametrize("changes", [{"handover_yes": False}, {"handover": "", "handover_yes": False}])
def test_not_without_the_peers_yes(ash: Organisation, now: datetime, changes: dict[str, Any]) -> None:
    first = met.introduced(ash)
    ended(first, now=now, **changes)
    then = followed(first, now=now + timedelta(days=1))
    client = factories.signed_in(then.supporter)
    assert "handovers" not in client.get(then.url()).content.decode()
    assert says(client.get(then.url("handovers")), "Nothing was handed over")
    assert not Event.objects.filter(verb="sessions.look").exists()


def test_not_while_the_first_two_go_on(ash: Organisation, now: datetime) -> None:
    first = met.introduced(ash)
    prepared(first, handover=NOTE, handover_yes=True, now=now)
    beside = followed(first, now=now - timedelta(days=1))
    assert read(beside) == []
    with wall.inside(ash.pk):
        pairings.end(pairing_id=first.pairing.pk, by=factories.member(first.coordinator), now=now)
    assert read(beside) == []  # introduced before the end: not the next one


def test_only_the_very_next_one(ash: Organisation, now: datetime) -> None:
    """The peer said yes to whoever came next, not to everybody who ever comes."""
    first = met.introduced(ash)
    ended(first, now=now)
    second = followed(first, now=now + timedelta(days=1))
    Pairing.objects.filter(pk=second.pairing.pk).update(state="active", begun_at=now)
    ended(second, now=now + timedelta(days=30), handover="Something new")
    third = followed(first, now=now + timedelta(days=31))
    assert read(third) == ["Something new"]


def test_somebody_who_never_began_does_not_count(ash: Organisation, now: datetime) -> None:
    first = met.introduced(ash)
    ended(first, now=now)
    second = followed(first, now=now + timedelta(days=1))
    with wall.inside(ash.pk):
        later = now + timedelta(days=2)
        pairings.end(pairing_id=second.pairing.pk, by=factories.member(first.coordinator), now=later)
    assert read(followed(first, now=now + timedelta(days=3))) == [NOTE]


def test_not_about_another_peer(ash: Organisation, now: datetime) -> None:
    first = met.introduced(ash)
    ended(first, now=now)
    other: Peer = factories.peer(ash, name="Kim")
    supporter = factories.supporter(ash)
    pairing = met.pair(first.coordinator, supporter, other, now=now + timedelta(days=1))
    assert read(met.Two(ash, first.coordinator, supporter, other, pairing)) == []


def test_nobody_else(ash: Organisation, elm: Organisation, now: datetime) -> None:
    first = met.introduced(ash)
    ended(first, now=now)
    then = followed(first, now=now + timedelta(days=1))
    others = {
        first.supporter: 404,
        first.coordinator: 403,
        met.supervised(then): 403,
        factories.supporter(elm): 404,
    }
    for row, status in others.items():
        wall.enter(ash.pk)
        assert factories.signed_in(row).get(then.url("handovers")).status_code == status
    wall.enter(ash.pk)
    client = factories.signed_in(then.supporter)
    assert client.post(then.url("handovers")).status_code == 405
    assert client.get(first.url("handovers")).status_code == 404
    assert not Event.objects.filter(verb="sessions.look").exists()


def test_not_after_ones_own_end(ash: Organisation, now: datetime) -> None:
    first = met.introduced(ash)
    ended(first, now=now)
    then = followed(first, now=now + timedelta(days=1))
    with wall.inside(ash.pk):
        later = now + timedelta(days=9)
        pairings.end(pairing_id=then.pairing.pk, by=factories.member(then.supporter), now=later)
    assert factories.signed_in(then.supporter).get(then.url("handovers")).status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_asks_the_same_for_one_and_for_three(ash: Organisation, now: datetime, count: int) -> None:
    first = met.introduced(ash)
    firsts = [first, *(followed(first, now=met.START) for _ in range(count - 1))]
    for two in firsts:
        ended(two, now=now)
    then = followed(first, now=now + timedelta(days=1))
    assert len(read(then)) == count
    marks = count  # each note leaves a mark of its own
    assert queries(factories.signed_in(then.supporter), then.url("handovers")) - marks == 5


def test_of_whom_was_erased_nothing_is_read(ash: Organisation, now: datetime) -> None:
    first = met.introduced(ash)
    ended(first, now=now)
    then = followed(first, now=now + timedelta(days=1))
    keys.drop(first.peer.data_key_id, now=now + timedelta(days=2))
    page = factories.signed_in(then.supporter).get(then.url("handovers"))
    assert says(page, "This can no longer be read")
    assert NOTE not in page.content.decode()
    assert not Event.objects.filter(verb="sessions.look", actor=f"member:{then.supporter.pk}").exists()
