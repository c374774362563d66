"""No longer agreed: nothing new is booked, what is booked stays, and a new agreement can be made."""

import threading
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connections, transaction

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from people.models import Organisation
from sessions.actions import agreements, outcomes
from sessions.models import Agreement, Pairing, PeerSession
from tests import factories
from tests.sessions import booked, met

TODAY = datetime.now(UTC)
IN_FORCE, DRAFT = {"state": "in_force", "sides": "peer"}, {"state": "draft"}


def two_of(found: booked.Thread) -> met.Two:
    """The same people, for their addresses."""
    return met.Two(found.organisation, found.coordinator, found.supporter, found.peer, found.pairing)


def test_one_of_them_no_longer_agrees(ash: Organisation) -> None:
    found = booked.thread(ash)
    two, coming = two_of(found), booked.ahead(found)
    made, client = Agreement.objects.get(), factories.signed_in(found.supporter)
    url = two.url("agreements", made.pk, "withdraw")
    assert url in client.get(two.url()).content.decode()
    asked = client.get(url).content.decode()
    assert "Nobody has to explain." in asked
    assert "Sessions that are booked stay booked until one of you calls them off." in asked
    assert booked.address(found, "cancel", coming.pk) in asked
    assert Agreement.objects.get().state == "in_force"
    answer = client.post(url, IN_FORCE)
    assert (answer.status_code, answer["Location"]) == (302, two.url())
    made = Agreement.objects.get()
    assert made.state == "withdrawn"
    assert made.left_at is not None
    event = Event.objects.get(verb="sessions.withdraw")
    assert (event.object_id, event.detail) == (str(made.pk), {"version": 1})
    assert PeerSession.objects.get().state == "booked"
    assert Pairing.objects.get().state == "active"


def test_what_the_pages_say_afterwards(ash: Organisation) -> None:
    found = booked.thread(ash)
    two, coming = two_of(found), booked.ahead(found)
    made, client = Agreement.objects.get(), factories.signed_in(found.supporter)
    client.post(two.url("agreements", made.pk, "withdraw"), IN_FORCE)
    shown = client.get(two.url()).content.decode()
    for words in ("no agreement holds between you", "Make a new agreement", "Withdrawn"):
        assert words in shown
    assert two.url("first-meeting") in shown
    assert booked.address(found, "cancel", coming.pk) in shown
    assert two.url("book") not in shown
    assert "It was withdrawn on" in client.get(two.url("agreements", made.pk)).content.decode()
    assert "A new agreement" in client.get(two.url("first-meeting")).content.decode()
    assert "No agreement holds just now" in client.get(two.url("book")).content.decode()
    assert "no longer" in client.get("/o/ash/pairings/").content.decode()
    assert "Make a new agreement" in client.get("/o/ash/").content.decode()
    for other in (found.coordinator,):
        told = factories.signed_in(other).get(two.url()).content.decode()
        assert "no agreement holds between the two" in told
        assert "Make a new agreement" not in told


def test_nothing_is_booked_until_they_agree_anew(ash: Organisation) -> None:
    found = booked.thread(ash)
    by, two = factories.member(found.supporter), two_of(found)
    agreements.withdraw(
        agreement_id=Agreement.objects.get().pk, state="in_force", sides=["peer"], by=by, now=TODAY
    )
    with pytest.raises(Refused, match="No agreement is in force"):
        booked.ahead(found)
    draft = met.ready_again(two, review_on=met.days_ahead(56), now=TODAY)
    met.yes(two, draft, now=TODAY)
    booked.ahead(found)
    assert dict(Agreement.objects.values_list("version", "state")) == {1: "withdrawn", 2: "in_force"}


def test_booked_sessions_go_on(ash: Organisation) -> None:
    found = booked.thread(ash)
    coming, by = booked.ahead(found), factories.member(found.supporter)
    agreements.withdraw(
        agreement_id=Agreement.objects.get().pk, state="in_force", sides=["peer"], by=by, now=TODAY
    )
    assert outcomes.confirm(peer_session_id=coming.pk, by=by, now=TODAY).state == "confirmed"
    assert outcomes.cancel(peer_session_id=coming.pk, why="other", by=by, now=TODAY).state == "cancelled"


def test_a_draft_is_put_aside(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.yes(two, met.ready(two))
    draft = met.drafted(two, version=2)
    client, url = factories.signed_in(two.supporter), two.url("agreements", draft.pk, "withdraw")
    assert url in client.get(two.url("first-meeting")).content.decode()
    assert "Put this version aside?" in client.get(url).content.decode()
    assert client.post(url, DRAFT)["Location"] == two.url()
    assert dict(Agreement.objects.values_list("version", "state")) == {1: "in_force", 2: "withdrawn"}
    shown = client.get(two.url()).content.decode()
    assert "no agreement holds" not in shown
    assert "All versions" not in shown
    assert client.get(two.url("agreements", draft.pk)).status_code == 404
    assert client.get(two.url("expectations")).context["form"]["version"].value() == 3


def test_the_first_draft_can_be_put_aside_too(ash: Organisation) -> None:
    two = met.introduced(ash)
    draft = met.ready(two, review_on=met.days_ahead(56), now=TODAY)
    client = factories.signed_in(two.supporter)
    client.post(two.url("agreements", draft.pk, "withdraw"), DRAFT)
    assert Pairing.objects.get().state == "introduced"
    assert "Your first meeting" in client.get(two.url("first-meeting")).content.decode()
    form = client.get(two.url("sheet", "peer")).context["form"]
    assert (form["version"].value(), form["answer_hug_given"].value()) == (2, "never")


def test_a_page_that_showed_another_state_withdraws_nothing(ash: Organisation) -> None:
    """Asked about a draft, and agreed in another tab meanwhile: what was agreed stays."""
    two = met.introduced(ash)
    made = met.agreed(two)
    url = two.url("agreements", made.pk, "withdraw")
    client = factories.signed_in(two.supporter)
    for form in (DRAFT, {}, {"state": "\x00"}, {"state": "replaced"}, {"state": "🌱" * 400}):
        shown = client.post(url, form, follow=True).content.decode()
        assert "This has changed since you opened the page." in shown
    assert Agreement.objects.get().state == "in_force"
    assert not Event.objects.filter(verb="sessions.withdraw").exists()


def test_it_has_to_be_said_who_no_longer_agrees(ash: Organisation) -> None:
    two = met.introduced(ash)
    made, client = met.agreed(two), factories.signed_in(two.supporter)
    url = two.url("agreements", made.pk, "withdraw")
    for sides in ([], ["nobody"], ["\x00"]):
        answer = client.post(url, {"state": "in_force", "sides": sides})
        assert answer.status_code == 422
        assert list(answer.context["form"].errors) == ["sides"]
    assert Agreement.objects.get().state == "in_force"


def test_what_was_replaced_is_not_withdrawn(ash: Organisation) -> None:
    two = met.introduced(ash)
    first = met.agreed(two)
    met.yes(two, met.ready_again(two))
    client, url = factories.signed_in(two.supporter), two.url("agreements", first.pk, "withdraw")
    assert client.get(url)["Location"] == two.url()
    by = factories.member(two.supporter)
    for state in ("in_force", "replaced"):
        with pytest.raises(Refused, match="has changed"):
            agreements.withdraw(agreement_id=first.pk, state=state, by=by, now=TODAY)
    first.refresh_from_db()
    assert first.state == "replaced"


def test_twice_withdraws_once(ash: Organisation) -> None:
    two = met.introduced(ash)
    url = two.url("agreements", met.agreed(two).pk, "withdraw")
    client = factories.signed_in(two.supporter)
    assert {client.post(url, IN_FORCE).status_code for _ in range(2)} == {302}
    assert Event.objects.filter(verb="sessions.withdraw").count() == 1
    assert client.get(url)["Location"] == two.url()


def test_not_after_the_end(ash: Organisation) -> None:
    two = met.introduced(ash)
    made = met.agreed(two)
    factories.signed_in(two.coordinator).post(two.url("end"), {"anyway": "on"})
    with pytest.raises(Refused, match="ended"):
        agreements.withdraw(
            agreement_id=made.pk,
            state="in_force",
            sides=["supporter"],
            by=factories.member(two.supporter),
            now=TODAY,
        )


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else(ash: Organisation, elm: Organisation, method: str) -> None:
    two, others = met.introduced(ash), met.introduced(ash)
    url = two.url("agreements", met.agreed(two).pk, "withdraw")
    refused = {
        two.coordinator: 403,
        factories.supervisor(ash): 403,
        others.supporter: 404,
        factories.supporter(elm): 404,
    }
    for row, status in refused.items():
        wall.enter(ash.pk)
        assert getattr(factories.signed_in(row), method)(url, IN_FORCE).status_code == status
    wall.enter(ash.pk)
    crossed = url.replace(str(two.pairing.pk), str(others.pairing.pk))
    assert getattr(factories.signed_in(two.supporter), method)(crossed, IN_FORCE).status_code == 404
    assert Agreement.objects.get().state == "in_force"


@pytest.mark.django_db(transaction=True)
def test_withdrawing_and_booking_at_once() -> None:
    """Whichever comes second waits for the pairing's row: nothing is booked after it was withdrawn."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        found = booked.thread(ash)
        made = Agreement.objects.get()
    by = factories.member(found.supporter)
    withdrawn, asked = threading.Event(), threading.Event()
    answers: list[str] = []

    def book() -> None:
        withdrawn.wait(10)
        asked.set()
        try:
            booked.session(found, TODAY + timedelta(days=3), now=TODAY)
        except Refused as no:
            answers.append(no.message)
        finally:
            connections["default"].close()

    thread = threading.Thread(target=book)
    thread.start()
    with wall.inside(ash.pk):
        agreements.withdraw(agreement_id=made.pk, state="in_force", sides=["peer"], by=by, now=TODAY)
        withdrawn.set()
        asked.wait(10)
        thread.join(0.5)
        assert thread.is_alive()
    thread.join(20)
    assert answers == ["No agreement is in force for the two of you. Make a new one first."]
