"""Finishing a boundary sheet: once, as it stands, and then it stays as it is."""

import pytest
from django.db import IntegrityError, connection, transaction

from audit.models import Event
from people.models import Organisation
from sessions.actions import sheets
from sessions.models import BoundarySheet
from tests import factories
from tests.sessions import met
from tests.sessions.test_sheet import ONE, kept


def test_a_sheet_is_finished(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.saved(two, "peer", ONE)
    client, url = factories.signed_in(two.supporter), two.url("sheet", "peer", "share")
    assert "26 lines are left open" in client.get(url).content.decode()
    assert BoundarySheet.objects.get().shared_at is None
    answer = client.post(url, {"version": "1", "revision": "1"})
    assert (answer.status_code, answer["Location"]) == (302, two.url("first-meeting"))
    sheet = BoundarySheet.objects.get()
    assert sheet.shared_at is not None
    assert Event.objects.get(verb="sessions.share_sheet").object_id == str(sheet.pk)
    page = client.get(two.url("sheet", "peer"))
    assert "It stays as it is." in page.content.decode()
    assert client.get(url)["Location"] == two.url("sheet", "peer")


def test_everything_may_be_left_open(ash: Organisation) -> None:
    two = met.introduced(ash)
    factories.signed_in(two.supporter).post(
        two.url("sheet", "peer", "share"), {"version": "1", "revision": "0"}
    )
    assert BoundarySheet.objects.get().shared_at is not None


@pytest.mark.parametrize("revision", ["0", "x", "", "9" * 40, "²"])
def test_what_changed_meanwhile_is_not_finished(ash: Organisation, revision: str) -> None:
    two = met.introduced(ash)
    met.saved(two, "peer", ONE)
    client = factories.signed_in(two.supporter)
    answer = client.post(
        two.url("sheet", "peer", "share"), {"version": "1", "revision": revision}, follow=True
    )
    assert "changed since you opened the page" in answer.content.decode()
    assert BoundarySheet.objects.get().shared_at is None


def test_a_finished_sheet_is_not_changed(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.shared(two, "peer", ONE)
    form = {"version": "1", "revision": "1", "answer_hug_given": "always"}
    answer = factories.signed_in(two.supporter).post(two.url("sheet", "peer"), form)
    assert answer.status_code == 422
    assert "This sheet is finished." in answer.content.decode()
    assert kept(two, "peer") == ONE


def test_finishing_twice_finishes_once(ash: Organisation) -> None:
    two = met.introduced(ash)
    sheet = met.shared(two, "peer", ONE)
    by = factories.member(two.supporter)
    again = sheets.share_sheet(
        pairing_id=two.pairing.pk, side="peer", version=1, revision=0, by=by, now=met.START
    )
    assert again.shared_at == sheet.shared_at
    assert Event.objects.filter(verb="sessions.share_sheet").count() == 1


@pytest.mark.parametrize("change", ["answers = ''", "side = 'supporter'", "shared_at = NULL"])
def test_the_database_keeps_a_finished_sheet(ash: Organisation, change: str) -> None:
    two = met.introduced(ash)
    sheet = met.shared(two, "peer", ONE)
    for statement in (
        f"UPDATE peer_sessions_boundarysheet SET {change} WHERE id = %s",
        "DELETE FROM peer_sessions_boundarysheet WHERE id = %s",
    ):
        with (
            pytest.raises(IntegrityError, match="frozen"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement, [sheet.pk])
