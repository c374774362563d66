"""Confirming: the peer will be there."""

from datetime import datetime, timedelta

import pytest
from django.test import Client

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from people.models import Organisation
from sessions.actions import outcomes
from sessions.models import PeerSession
from tests import factories
from tests.sessions import booked


@pytest.mark.parametrize("role", ["supporter", "coordinator"])
def test_confirming(ash: Organisation, role: str) -> None:
    found = booked.thread(ash)
    row, who = booked.ahead(found), getattr(found, role)
    page = booked.address(found, "confirm", row.pk)
    client = factories.signed_in(who)
    assert "Will they be there?" in client.get(page).content.decode()
    row.refresh_from_db()
    assert row.state == "booked"
    answer = client.post(page)
    assert answer["Location"] == booked.address(found, "peer_session", row.pk)
    row.refresh_from_db()
    assert (row.state, row.confirmed_by) == ("confirmed", f"member:{who.pk}")
    assert Event.objects.filter(verb="sessions.confirm", object_id=str(row.pk)).count() == 1


def test_a_second_press_changes_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    page = booked.address(found, "confirm", row.pk)
    client.post(page)
    shown = client.post(page, follow=True).content.decode()
    assert "This has changed since you opened the page." in shown
    assert Event.objects.filter(verb="sessions.confirm").count() == 1


def test_not_what_was_called_off_and_not_what_has_begun(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    by = factories.member(found.supporter)
    off = booked.session(found, now + timedelta(days=1), now=now)
    outcomes.cancel(peer_session_id=off.pk, why="time", by=by, now=now)
    with pytest.raises(Refused, match="has changed"):
        outcomes.confirm(peer_session_id=off.pk, by=by, now=now)
    row = booked.session(found, now + timedelta(days=2), now=now)
    with pytest.raises(Refused, match="has begun already"):
        outcomes.confirm(peer_session_id=row.pk, by=by, now=row.starts_at)


def test_nobody_confirms_a_time_they_have_not_seen(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    page = booked.address(found, "confirm", row.pk)
    assert 'name="sequence" value="0"' in client.get(page).content.decode()
    PeerSession.objects.filter(pk=row.pk).update(sequence=1)
    shown = client.post(page, {"sequence": "0"}, follow=True).content.decode()
    assert "moved while your page was open" in shown
    row.refresh_from_db()
    assert row.state == "booked"
    client.post(page, {"sequence": "1"})
    row.refresh_from_db()
    assert row.state == "confirmed"


@pytest.mark.parametrize("verb", ["confirm", "cancel", "move", "miss", "settle", "log", "peer_session"])
def test_who_may_not(ash: Organisation, elm: Organisation, verb: str) -> None:
    found, other = booked.thread(ash), booked.thread(elm)
    wall.enter(ash.pk)
    row = booked.ahead(found)
    page = booked.address(found, verb, row.pk)
    assert Client().get(page)["Location"].startswith("/account/login/")
    assert factories.signed_in(other.supporter).get(page).status_code == 404
    stranger = factories.signed_in(factories.supporter(ash)).get(page).status_code
    assert stranger == (403 if verb == "settle" else 404)
    supervisor = factories.signed_in(factories.supervisor(ash))
    assert supervisor.get(page).status_code == (404 if verb == "peer_session" else 403)
    wall.enter(elm.pk)
    theirs = booked.address(found, verb, booked.ahead(other).pk)
    crossing = factories.signed_in(found.coordinator if verb == "settle" else found.supporter)
    assert crossing.get(theirs).status_code == 404


@pytest.mark.parametrize("verb", ["log", "session_log"])
def test_coordinators_do_not(ash: Organisation, verb: str) -> None:
    found = booked.thread(ash)
    page = booked.address(found, verb, booked.ahead(found).pk)
    assert factories.signed_in(found.coordinator).get(page).status_code == 403
    assert factories.signed_in(found.coordinator).post(page).status_code == 403
