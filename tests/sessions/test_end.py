"""Ending a pairing: sight ends this minute, sessions to come are called off."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import Event
from lib import wall
from people.models import Assignment, Organisation
from people.policies import peers_visible_to
from sessions.actions import pairings
from sessions.models import Ending, Hold, Pairing, PeerSession
from sessions.policies import agreements_visible_to, pairings_visible_to, sheets_visible_to
from tests import factories
from tests.people.asking import beside, says
from tests.sessions import booked, met
from tests.sessions.test_agree import counted
from tests.sessions.test_ending import prepared


def test_a_coordinator_ends_it(ash: Organisation) -> None:
    two = met.introduced(ash)
    answer = factories.signed_in(two.coordinator).post(two.url("end"), {"anyway": "on"})
    two.pairing.refresh_from_db()
    assert (answer.status_code, answer["Location"]) == (302, two.url())
    assert (two.pairing.state, two.pairing.ended_by) == ("ended", f"member:{two.coordinator.pk}")
    assert Assignment.objects.get().ends_at == two.pairing.ended_at
    event = Event.objects.get(verb="sessions.end")
    assert (event.object_id, event.detail) == (str(two.pairing.pk), {"called_off": 0})


def test_the_supporter_sees_nothing_of_it_any_more(ash: Organisation) -> None:
    two = met.introduced(ash)
    made = met.agreed(two)
    client = factories.signed_in(two.supporter)
    answer = client.post(two.url("end"), {"anyway": "on"})
    assert (answer.status_code, answer["Location"]) == (302, "/o/ash/pairings/")
    member = factories.member(two.supporter)
    for rows in (pairings_visible_to, agreements_visible_to, sheets_visible_to, peers_visible_to):
        assert not rows(member).exists()
    assert client.get(two.url()).status_code == 404
    assert client.get(two.url("agreements", made.pk)).status_code == 404
    assert client.get(two.url("sheet", "peer")).status_code == 404
    assert "Sam" not in client.get(answer["Location"]).content.decode()


def test_sessions_to_come_are_called_off_and_the_past_stays(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    past = booked.session(found, now - timedelta(hours=2), now=now - timedelta(days=2))
    coming = [booked.session(found, now + timedelta(days=days), now=now) for days in (2, 3)]
    by = factories.member(found.coordinator)
    pairings.end(pairing_id=found.pairing.pk, by=by, now=now)
    states = dict(PeerSession.objects.values_list("pk", "state"))
    assert states == {past.pk: "booked", coming[0].pk: "cancelled", coming[1].pk: "cancelled"}
    assert not Hold.objects.filter(peer_session__in=coming, released_at__isnull=True).exists()
    assert Event.objects.get(verb="sessions.end").detail == {"called_off": 2}


def test_the_page_says_what_follows(ash: Organisation) -> None:
    found = booked.thread(ash)
    booked.ahead(found)
    page = factories.signed_in(found.supporter).get(f"/o/ash/pairings/{found.pairing.pk}/end/")
    assert "1 booked session is called off" in page.content.decode()
    assert Pairing.objects.get().state == "active"


def test_ending_twice_ends_once(ash: Organisation) -> None:
    two = met.introduced(ash)
    client = factories.signed_in(two.coordinator)
    assert {client.post(two.url("end"), {"anyway": "on"}).status_code for _ in range(2)} == {302}
    assert Event.objects.filter(verb="sessions.end").count() == 1
    assert client.get(two.url("end"))["Location"] == two.url()


def test_they_can_be_introduced_again(ash: Organisation, now: datetime) -> None:
    two = met.introduced(ash)
    pairings.end(pairing_id=two.pairing.pk, by=factories.member(two.coordinator), now=now)
    again = met.pair(two.coordinator, two.supporter, two.peer, now=now)
    assert again != two.pairing
    assert list(pairings_visible_to(factories.member(two.supporter))) == [again]


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_ends_it(ash: Organisation, elm: Organisation, method: str) -> None:
    two = met.introduced(ash)
    supervisor = factories.supervisor(ash)
    others = {
        supervisor: 403,
        factories.supporter(ash): 404,
        factories.coordinator(elm): 404,
    }
    for row, status in others.items():
        wall.enter(ash.pk)
        assert getattr(factories.signed_in(row), method)(two.url("end")).status_code == status
    wall.enter(ash.pk)
    assert Pairing.objects.get().state == "introduced"


# Talked about, or not --------------------------------------------------------------------------------------------


def test_what_was_not_talked_about_is_asked_first(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.agreed(two)
    words = {
        two.supporter: "You have not talked about it yet.",
        two.coordinator: "Nobody has noted that the two",
    }
    for row, said in words.items():
        client = factories.signed_in(row)
        assert says(client.get(two.url("end")), said)
        answer = client.post(two.url("end"))
        assert answer.status_code == 422
        assert "Tick this to end it all the same." in beside(answer, "anyway")[0]
    two.pairing.refresh_from_db()
    assert two.pairing.state == "active"
    assert factories.signed_in(two.supporter).post(two.url("end"), {"anyway": "on"}).status_code == 302


def test_after_the_talk_it_is_one_step(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.agreed(two)
    now = datetime.now(UTC)
    prepared(two, talked_on=now.date(), goodbye="Take care", now=now)
    client = factories.signed_in(two.supporter)
    page = client.get(two.url("end"))
    assert "anyway" not in page.context["form"].fields
    assert says(page, "The goodbye note, if there is one, stays on the peer’s own page for 30 days.")
    assert client.post(two.url("end")).status_code == 302
    two.pairing.refresh_from_db()
    assert two.pairing.state == "ended"
    assert Ending.objects.get().closed_at == two.pairing.ended_at


def test_what_never_began_needs_no_talk(ash: Organisation) -> None:
    two = met.introduced(ash)
    assert factories.signed_in(two.supporter).post(two.url("end")).status_code == 302


def test_how_much_the_pages_ask(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.agreed(two)
    client = factories.signed_in(two.supporter)
    assert counted(client, two.url("end")) <= 10
    assert counted(client, two.url("end"), {"anyway": "on"}) <= 14
