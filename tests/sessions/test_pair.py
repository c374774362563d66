"""Pairing: a coordinator introduces a peer to a supporter who has room."""

import threading
from datetime import datetime, timedelta

import pytest
from django.db import connection, connections
from django.test import Client

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.actions import members as member_actions
from people.actions import peers as peer_actions
from people.models import Assignment, Membership, Organisation, Peer
from people.policies import peers_visible_to
from sessions.actions import pairings
from sessions.models import Availability, Pairing
from tests import factories
from tests.sessions import met

URL = "/o/ash/pairings/new/"


def typed(peer: Peer, supporter: Membership, once: object = None) -> dict[str, str]:
    return {"once": str(once or new_id()), "peer": str(peer.pk), "supporter": str(supporter.pk)}


def coordinator(ash: Organisation) -> Client:
    return factories.signed_in(factories.coordinator(ash))


def test_a_coordinator_introduces_two_people(ash: Organisation) -> None:
    client, peer, supporter = coordinator(ash), factories.peer(ash), factories.supporter(ash)
    answer = client.post(URL, typed(peer, supporter))
    made = Pairing.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, f"/o/ash/pairings/{made.pk}/")
    assert (made.peer, made.supporter, made.state) == (peer, supporter, "introduced")
    assert list(peers_visible_to(factories.member(supporter))) == [peer]
    event = Event.objects.get(verb="sessions.pair")
    assert event.object_id == str(made.pk)
    assert event.detail == {"peer": str(peer.pk), "supporter": str(supporter.pk)}


def test_the_form_shows_room_left_and_no_ranking(ash: Organisation) -> None:
    two = met.introduced(ash, person=factories.user("Zoe"))
    factories.supporter(ash, person=factories.user("Ada"), most_peers=0)
    away = factories.supporter(ash, person=factories.user("Bo"))
    Membership.objects.filter(pk=away.pk).update(paused_until=met.START + timedelta(days=9000))
    page = factories.signed_in(two.coordinator).get(URL).content.decode()
    assert page.index("Ada: 0 of 0, no room just now") < page.index("Bo: not now") < page.index("Zoe: 1 of 5")
    assert page.count("disabled") == 2


def test_the_form_shows_the_most_sessions_a_week(ash: Organisation) -> None:
    told, silent = (factories.supporter(ash, person=factories.user(name)) for name in ("Ada", "Bo"))
    Availability.objects.create(organisation=ash, membership=told, most_a_week=3, set_at=met.START)
    Availability.objects.create(organisation=ash, membership=silent, set_at=met.START)
    page = coordinator(ash).get(URL).content.decode()
    assert "Ada: 0 of 5, and at most 3 sessions a week" in page
    assert "Bo: 0 of 5, and" not in page


def test_the_peer_can_stand_in_the_address(ash: Organisation) -> None:
    client, peer, supporter = coordinator(ash), factories.peer(ash, name="Wren"), factories.supporter(ash)
    page = client.get(f"{URL}?peer={peer.pk}")
    assert page.context["peer"] == peer
    assert "Wren" in page.content.decode()
    assert client.post(f"{URL}?peer={peer.pk}", typed(peer, supporter)).status_code == 302


def test_a_supporter_without_room_is_refused(ash: Organisation) -> None:
    two = met.introduced(ash, most_peers=1)
    other = factories.peer(ash, name="Wren")
    answer = factories.signed_in(two.coordinator).post(URL, typed(other, two.supporter))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {
        "supporter": ["This supporter has no room for another person just now."]
    }
    assert answer.context["form"]["peer"].value() == str(other.pk)
    assert Pairing.objects.count() == 1


def test_a_supporter_on_a_break_is_refused(ash: Organisation, now: datetime) -> None:
    supporter = factories.supporter(ash)
    Membership.objects.filter(pk=supporter.pk).update(paused_until=now + timedelta(days=1))
    with pytest.raises(Refused, match="break"):
        met.pair(factories.coordinator(ash), supporter, factories.peer(ash), now=now)
    assert not Assignment.objects.exists()


def test_two_who_are_together_already_are_refused(ash: Organisation) -> None:
    two = met.introduced(ash)
    with pytest.raises(Refused, match="together already"):
        met.pair(two.coordinator, two.supporter, two.peer)


def test_a_peer_who_was_put_away_is_refused(ash: Organisation, now: datetime) -> None:
    by, peer = factories.coordinator(ash), factories.peer(ash)
    peer_actions.archive_peer(peer_id=peer.pk, by=factories.member(by), now=now)
    with pytest.raises(Refused, match="put away"):
        met.pair(by, factories.supporter(ash), peer, now=now)


def test_a_supporter_who_has_left_is_refused(ash: Organisation, now: datetime) -> None:
    by, supporter, peer = factories.coordinator(ash), factories.supporter(ash), factories.peer(ash)
    member_actions.end_membership(membership_id=supporter.pk, by=factories.member(by), now=met.START)
    with pytest.raises(Refused, match="does not work here any more"):
        met.pair(by, supporter, peer, now=now)
    answer = factories.signed_in(by).post(URL, typed(peer, supporter))
    assert answer.context["form"].errors == {
        "supporter": ["This supporter does not work here any more. Please choose another one."]
    }


def test_the_same_form_twice_pairs_once(ash: Organisation) -> None:
    client, form = coordinator(ash), typed(factories.peer(ash), factories.supporter(ash))
    places = {client.post(URL, form)["Location"] for _ in range(2)}
    assert len(places) == 1
    assert Pairing.objects.count() == Assignment.objects.count() == 1


def test_people_of_another_organisation_cannot_be_chosen(ash: Organisation, elm: Organisation) -> None:
    client, peer, supporter = coordinator(ash), factories.peer(ash), factories.supporter(ash)
    wall.enter(elm.pk)
    foreign, stranger = factories.peer(elm), factories.supporter(elm)
    wall.enter(ash.pk)
    assert "peer" in client.post(URL, typed(foreign, supporter)).context["form"].errors
    assert "supporter" in client.post(URL, typed(peer, stranger)).context["form"].errors
    for nonsense in ("", "x", "\x00", "🌱", "9" * 4000):
        answer = client.post(URL, {"once": nonsense, "peer": nonsense, "supporter": nonsense})
        assert answer.status_code == 422
        assert client.get(URL, {"peer": nonsense}).status_code == 200
    assert not Pairing.objects.exists()


def test_only_coordinators_pair(ash: Organisation, elm: Organisation) -> None:
    peer, supporter = factories.peer(ash), factories.supporter(ash)
    for row in (supporter, factories.supervisor(ash)):
        assert factories.signed_in(row).post(URL, typed(peer, supporter)).status_code == 403
    stranger = factories.signed_in(factories.coordinator(elm))
    assert stranger.post(URL, typed(peer, supporter)).status_code == 404
    wall.enter(ash.pk)
    assert not Pairing.objects.exists()


def test_looking_pairs_nobody(ash: Organisation) -> None:
    coordinator(ash).get(URL, typed(factories.peer(ash), factories.supporter(ash)))
    assert not Pairing.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_the_last_place_goes_to_one_of_two() -> None:
    """Without the lock on the supporter's row both would count the same free place, and both would take it."""
    from django.db import transaction

    with transaction.atomic():
        ash = factories.organisation("ash")
        supporter = factories.supporter(ash, most_peers=1)
        both = [(factories.coordinator(ash), factories.peer(ash, name=name)) for name in ("Sam", "Wren")]
    together = threading.Barrier(2)
    through: list[str] = []
    other_is_through = threading.Event()

    def introduce(by: Membership, peer: Peer) -> None:
        try:
            with wall.inside(ash.pk):
                member = factories.member(by)
                together.wait(10)
                try:
                    pairings.pair(
                        once=new_id(), peer_id=peer.pk, supporter_id=supporter.pk, by=member, now=met.START
                    )
                    through.append("paired")
                except Refused as no:
                    through.append(str(no))
                if len(through) == 2:
                    other_is_through.set()
                # Not committed before the other one has decided too, unless a lock keeps it waiting for us.
                other_is_through.wait(1)
        finally:
            connections["default"].close()

    threads = [threading.Thread(target=introduce, args=pair) for pair in both]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)
    assert sorted(through) == ["This supporter has no room for another person just now.", "paired"]
    with wall.inside(ash.pk):
        assert Pairing.objects.count() == Assignment.objects.count() == 1
    assert connection.in_atomic_block is False
