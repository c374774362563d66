"""How a session begins: which one it is, easy questions, and today's boundaries out of the agreement in force."""

from datetime import UTC, datetime
from typing import Any

import pytest

from audit.models import Event
from lib.ids import new_id
from people.models import Organisation
from sessions import warm_ups
from sessions.models import Agreement, PeerSession
from tests import factories
from tests.sessions import booked


def shown(found: booked.Thread, row: PeerSession) -> str:
    page = booked.address(found, "opening", row.pk)
    return factories.signed_in(found.supporter).get(page).content.decode()


def test_what_holds_today_and_that_one_looked(ash: Organisation) -> None:
    found = booked.thread(ash)
    page = shown(found, booked.ahead(found))
    assert "Session 1 of 6." in page
    assert "A hug from the supporter" in page
    assert "If you ask me" in page
    look = Event.objects.get(verb="sessions.look")
    assert look.object_id == str(Agreement.objects.get().pk)


def test_which_session_it_is(ash: Organisation) -> None:
    found = booked.thread(ash)
    rows = [booked.ahead(found, days) for days in (7, 14, 21)]
    off = booked.ahead(found, 3)
    PeerSession.objects.filter(pk=off.pk).update(
        state="cancelled", cancelled_at=datetime.now(UTC), cancelled_by="operator", cancelled_why="time"
    )
    assert [f"Session {number} of 6." in shown(found, row) for number, row in enumerate(rows, 1)] == [
        True
    ] * 3
    assert "called off" in shown(found, PeerSession.objects.get(pk=off.pk))


def test_near_the_end_the_ending_is_talked_about(ash: Organisation) -> None:
    found = booked.thread(ash, number=3)
    rows = [booked.ahead(found, days) for days in (7, 14, 21)]
    assert ["nearly over" in shown(found, row) for row in rows] == [False, True, True]


def test_what_was_for_one_day_only_is_not_carried_over(ash: Organisation) -> None:
    found = booked.thread(ash)
    booked.held(found, fit="today_only", fit_note="No talk about work, just today")
    page = shown(found, booked.ahead(found))
    assert "No talk about work" not in page
    assert "has ended with that day" in page


def test_what_was_answered_stands_in_the_log(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.begun(found)
    log, fit = (
        booked.address(found, "log", row.pk),
        f"/o/ash/pairings/{found.pairing.pk}/fit/?session={row.pk}",
    )
    assert f'href="{fit}&amp;fit=today_only"' in shown(found, row)
    client = factories.signed_in(found.supporter)
    assert client.get(log).context["form"]["fit"].value() is None
    client.post(fit, {"once": new_id(), "side": "peer", "fit": "same", "words": ""})
    assert "Noted for this session: yes, they still fit." in shown(found, row)
    assert client.get(log).context["form"]["fit"].value() == "same"
    client.post(booked.address(found, "log_draft", row.pk), {"fit": "changed", "what_mattered": "kept"})
    form = client.get(log).context["form"]
    assert (form["fit"].value(), form["what_mattered"].value()) == ("changed", "kept")
    assert client.get(f"{log}?fit=today_only").context["form"]["fit"].value() == "today_only"
    assert client.get(f"{log}?fit=nonsense").context["form"]["fit"].value() == "changed"


def test_without_an_agreement_it_says_so(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    agreement = Agreement.objects.get()
    factories.signed_in(found.supporter).post(
        f"/o/ash/pairings/{found.pairing.pk}/agreements/{agreement.pk}/withdraw/",
        {"state": "in_force", "sides": "peer"},
    )
    page = shown(found, row)
    assert "No agreement is in force between you just now." in page
    assert "A hug" not in page
    assert "Session 1 of" not in page


def test_questions_differ_from_session_to_session_and_come_again() -> None:
    first, second = warm_ups.for_session(1), warm_ups.for_session(2)
    assert not set(map(str, first)) & set(map(str, second))
    rounds = len(warm_ups.WARM_UPS) // warm_ups.SHOWN
    assert warm_ups.for_session(rounds + 1) == first
    assert len({str(line) for number in range(1, 9) for line in warm_ups.for_session(number)}) == len(
        warm_ups.WARM_UPS
    )


def test_nobody_else(ash: Organisation, elm: Organisation) -> None:
    found = booked.thread(ash)
    page = booked.address(found, "opening", booked.ahead(found).pk)
    others = {
        found.coordinator: 403,
        factories.supervisor(ash): 403,
        factories.supporter(ash): 404,
        factories.supporter(elm): 404,
    }
    for row, status in others.items():
        assert factories.signed_in(row).get(page).status_code == status
    client = factories.signed_in(found.supporter)
    assert client.get(booked.address(found, "opening", new_id())).status_code == 404
    assert client.post(page).status_code == 405


@pytest.mark.parametrize("sessions", [1, 3])
def test_how_many_queries(ash: Organisation, django_assert_num_queries: Any, sessions: int) -> None:
    found = booked.thread(ash)
    rows = [booked.ahead(found, 7 * number) for number in range(1, sessions + 1)]
    client = factories.signed_in(found.supporter)
    with django_assert_num_queries(13):  # four are savepoints
        client.get(booked.address(found, "opening", rows[-1].pk))


def test_title_and_address_are_neutral(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found, 7)
    assert "<title>Calendar</title>" in shown(found, row)
