"""More sessions than were agreed on: only when both want it and a supervisor says yes."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from lib.sealing.models import open_text
from people.actions.members import end_supervision
from people.models import Organisation, Supervision
from reminders.models import Reminder
from sessions.actions import pairings
from sessions.models import Agreement, Extension
from tests import factories
from tests.people.asking import NASTY, beside, says
from tests.sessions import met
from tests.sessions.test_agree import counted

TODAY = datetime.now(UTC)


@pytest.fixture
def two(ash: Organisation) -> met.Two:
    """Two who agreed on six sessions."""
    made = met.introduced(ash)
    met.yes(made, met.ready(made, review_on=met.days_ahead(56), now=TODAY), now=TODAY)
    return made


def typed(**changes: Any) -> dict[str, str]:
    form = {"once": new_id(), "up_to": 12, "because": "It has only begun", "peer_yes": "on", **changes}
    return {name: str(value) for name, value in form.items() if value is not None}


def test_the_two_ask(two: met.Two) -> None:
    supervisor = met.supervised(two)
    client = factories.signed_in(two.supporter)
    assert says(client.get(two.url("more")), "You agreed on 6 sessions.")
    answer = client.post(two.url("more"), typed(because="Sam has found a rhythm 🌱"))
    made = Extension.objects.get()
    assert answer["Location"] == f"/o/ash/extensions/{made.pk}/"
    assert (made.state, made.up_to, made.asked_by) == ("asked", 12, f"member:{two.supporter.pk}")
    assert open_text(made, "because", two.peer.data_key) == "Sam has found a rhythm 🌱"
    assert b"rhythm" not in bytes(made.because)
    told = Reminder.objects.filter(kind="something_waits").values_list("object_id", "recipient_id", "link_id")
    assert list(told) == [(made.pk, supervisor.pk, None)]
    event = Event.objects.get(verb="sessions.ask_extension")
    assert (event.object_id, event.detail) == (str(made.pk), {"up_to": 12})


def test_the_same_form_twice_asks_once(two: met.Two) -> None:
    met.supervised(two)
    client, form = factories.signed_in(two.supporter), typed()
    places = {client.post(two.url("more"), form)["Location"] for _ in range(2)}
    assert len(places) == Extension.objects.count() == 1
    assert Event.objects.filter(verb="sessions.ask_extension").count() == 1


def test_one_wish_at_a_time(two: met.Two) -> None:
    met.supervised(two)
    met.asked(two, now=TODAY)
    answer = factories.signed_in(two.supporter).post(two.url("more"), typed(because="And another"))
    assert answer.status_code == 422
    assert says(answer, "You have asked already, and your supervisor has not answered yet.")
    assert says(answer, "And another")
    assert Extension.objects.count() == 1


def test_somebody_has_to_be_there_to_decide(two: met.Two) -> None:
    answer = factories.signed_in(two.supporter).post(two.url("more"), typed())
    assert answer.status_code == 422
    assert says(answer, "Nobody supervises you just now.")
    assert not Extension.objects.exists()


def test_there_has_to_be_an_agreement(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.supervised(two)
    answer = factories.signed_in(two.supporter).post(two.url("more"), typed())
    assert says(answer, "No agreement is in force for the two of you.")


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("up_to", "6", "You have agreed on 6 already."),
        ("up_to", "61", "less than or equal to 60"),
        ("up_to", "many", "whole number"),
        ("because", "", "required"),
        ("because", "x" * 601, "at most 600"),
        ("because", NASTY[1], "cannot be shown"),
        ("peer_yes", None, "Ask Sam first"),
    ],
)
def test_what_is_typed_badly(two: met.Two, name: str, value: str | None, words: str) -> None:
    met.supervised(two)
    answer = factories.signed_in(two.supporter).post(two.url("more"), typed(**{name: value}))
    assert answer.status_code == 422
    assert words in " ".join(beside(answer, name))
    assert not Extension.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else(two: met.Two, elm: Organisation, method: str) -> None:
    others = {
        two.coordinator: 403,
        met.supervised(two): 403,
        factories.supporter(two.organisation): 404,
        factories.supporter(elm): 404,
    }
    for row, status in others.items():
        wall.enter(two.organisation.pk)
        assert getattr(factories.signed_in(row), method)(two.url("more")).status_code == status


# The page of one -------------------------------------------------------------------------------------------------


def test_the_reason_is_shared_and_reading_it_is_noted(two: met.Two) -> None:
    supervisor = met.supervised(two)
    made = met.asked(two, now=TODAY)
    url = f"/o/ash/extensions/{made.pk}/"
    for row in (supervisor, two.supporter):
        page = factories.signed_in(row).get(url)
        assert says(page, "We have only just begun. 🌱")
        look = Event.objects.get(verb="sessions.look", actor=f"member:{row.pk}")
        assert look.object_id == str(made.pk)
        assert "<title>Pairings</title>" in page.content.decode()


def test_who_sees_one(two: met.Two, elm: Organisation) -> None:
    supervisor = met.supervised(two)
    made = met.asked(two, now=TODAY)
    others = {
        two.coordinator: 403,
        factories.supervisor(two.organisation): 404,
        factories.supporter(two.organisation): 404,
        factories.supervisor(elm): 404,
    }
    url = f"/o/ash/extensions/{made.pk}/"
    for row, status in others.items():
        wall.enter(two.organisation.pk)
        assert factories.signed_in(row).get(url).status_code == status
    wall.enter(two.organisation.pk)
    together = Supervision.objects.get(supervisor=supervisor)
    end_supervision(supervision_id=together.pk, by=factories.member(two.coordinator), now=TODAY)
    assert factories.signed_in(supervisor).get(url).status_code == 404


def test_coordinators_see_that_one_is_asked_and_not_why(two: met.Two) -> None:
    met.supervised(two)
    made = met.asked(two, now=TODAY)
    page = factories.signed_in(two.coordinator).get(two.url())
    assert says(page, "Waits for a supervisor Up to 12 sessions in all")
    assert str(made.pk) not in page.content.decode()
    assert "only just begun" not in page.content.decode()


def test_how_much_the_pages_ask(two: met.Two) -> None:
    supervisor = met.supervised(two)
    client = factories.signed_in(two.supporter)
    assert counted(client, two.url("more")) <= 10
    assert counted(client, two.url("more"), typed()) <= 14
    made = Extension.objects.get()
    assert counted(factories.signed_in(supervisor), f"/o/ash/extensions/{made.pk}/") <= 10
    assert counted(factories.signed_in(supervisor), f"/o/ash/extensions/{made.pk}/grant/", {}) <= 14


# Agreeing --------------------------------------------------------------------------------------------------------


def test_more_is_not_agreed_without_a_supervisor(two: met.Two) -> None:
    draft = met.ready_again(two, sessions_agreed=12, review_on=met.days_ahead(56), now=TODAY)
    client = factories.signed_in(two.supporter)
    page = client.get(two.url("agree"))
    assert says(page, "Ask your supervisor: these are more sessions than you agreed on before.")
    assert two.url("more") in page.content.decode()
    assert two.url("more") in client.get(two.url("first-meeting")).content.decode()
    both = {"agreement": draft.pk, "revision": draft.revision, "supporter_yes": "on", "peer_yes": "on"}
    answer = client.post(two.url("agree"), both)
    assert answer.status_code == 422
    assert says(answer, "This is more than you agreed on before. Ask your supervisor first, both of you.")
    assert Agreement.objects.get(version=1).state == "in_force"
    met.granted(two, up_to=12, now=TODAY)
    assert not client.get(two.url("agree")).context["page"].needs_extension
    assert client.post(two.url("agree"), both).status_code == 302
    assert Agreement.objects.get(version=2).state == "in_force"


@pytest.mark.parametrize(("number", "fine"), [(6, True), (3, True), (12, True), (13, False)])
def test_up_to_what_was_granted(two: met.Two, number: int, fine: bool) -> None:
    met.granted(two, up_to=12, now=TODAY)
    draft = met.ready_again(two, sessions_agreed=number, review_on=met.days_ahead(56), now=TODAY)
    if fine:
        assert met.yes(two, draft, now=TODAY).sessions_agreed == number
        return
    with pytest.raises(Refused, match="Ask your supervisor first"):
        met.yes(two, draft, now=TODAY)


@pytest.mark.parametrize("verb", ["decline_extension", "take_back_extension"])
def test_what_was_not_granted_does_not_count(two: met.Two, verb: str) -> None:
    from sessions.actions import extensions

    supervisor = met.supervised(two)
    made = met.asked(two, now=TODAY)
    by = factories.member(supervisor if verb == "decline_extension" else two.supporter)
    getattr(extensions, verb)(extension_id=made.pk, by=by, now=TODAY)
    draft = met.ready_again(two, sessions_agreed=12, review_on=met.days_ahead(56), now=TODAY)
    with pytest.raises(Refused, match="Ask your supervisor first"):
        met.yes(two, draft, now=TODAY)


def test_withdrawing_first_is_no_way_round(two: met.Two) -> None:
    from sessions.actions import agreements

    by = factories.member(two.supporter)
    made = Agreement.objects.get()
    agreements.withdraw(agreement_id=made.pk, state="in_force", sides=["peer"], by=by, now=TODAY)
    draft = met.ready_again(two, sessions_agreed=12, review_on=met.days_ahead(56), now=TODAY)
    with pytest.raises(Refused, match="Ask your supervisor first"):
        met.yes(two, draft, now=TODAY)


def test_anothers_grant_does_not_count(two: met.Two) -> None:
    others = met.introduced(two.organisation)
    met.yes(others, met.ready(others, review_on=met.days_ahead(56), now=TODAY), now=TODAY)
    met.granted(others, up_to=12, now=TODAY)
    draft = met.ready_again(two, sessions_agreed=12, review_on=met.days_ahead(56), now=TODAY)
    with pytest.raises(Refused, match="Ask your supervisor first"):
        met.yes(two, draft, now=TODAY)


def test_a_wish_is_void_with_its_pairing(two: met.Two) -> None:
    met.supervised(two)
    made = met.asked(two, now=TODAY)
    pairings.end(pairing_id=two.pairing.pk, by=factories.member(two.supporter), now=TODAY + timedelta(days=1))
    made.refresh_from_db()
    assert made.state == "taken_back"
    assert {row.state for row in Reminder.objects.filter(object_id=made.pk)} == {"cancelled"}
