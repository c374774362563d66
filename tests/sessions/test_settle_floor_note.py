"""Answers against ethical support: kept as they are, seen by the supervisor, talked about."""

from typing import Any

import pytest

from audit.models import Event
from lib import wall
from lib.ids import new_id
from people.models import Membership, Organisation
from reminders.models import Message
from sessions.models import FloorNote, LimitsSheet, Side
from sessions.wording import Said
from tests import factories
from tests.sessions import limited, met
from tests.sessions.limited import NEVER, START, URL

LIST = "/o/ash/to-talk-about/"
BELOW = {"romance": Said(answer="maybe", note="If we both were free 🌱"), "alcohol": NEVER}


def noted(ash: Organisation) -> tuple[Membership, Membership, FloorNote]:
    """A supporter's limits with such an answer, and their supervisor."""
    row = limited.newcomer(ash, person=factories.user("Ada"))
    supervisor = limited.supervised(row)
    limited.finished(row, BELOW)
    return row, supervisor, FloorNote.objects.get()


def test_it_is_said_before_and_reaches_the_supervisor(ash: Organisation) -> None:
    row = limited.newcomer(ash, person=factories.user("Ada"))
    supervisor = limited.supervised(row)
    limited.saved(row, BELOW)
    client = factories.signed_in(row)
    page = client.get(f"{URL}finish/").content.decode()
    assert "Your supervisor sees these answers" in page
    assert "A romantic or sexual relationship" in page
    assert not FloorNote.objects.exists()
    client.post(f"{URL}finish/", {"version": "1", "revision": "1"})
    note = FloorNote.objects.get()
    assert (note.supporter_id, note.pairing_id, note.item_key) == (row.pk, None, "romance")
    assert note.sheet_id == LimitsSheet.objects.get().pk
    assert b"free" not in bytes(note.body)
    message = Message.objects.get(kind="something_waits")
    assert message.recipient_id == supervisor.pk
    home = factories.signed_in(supervisor).get("/o/ash/").content.decode()
    assert "an answer to talk about" in home
    assert f"{LIST}{note.pk}/" in home
    assert "Answers that your supervisor sees" in client.get(URL).content.decode()


def test_reading_it_leaves_a_mark_and_the_list_opens_nothing(ash: Organisation) -> None:
    row, supervisor, note = noted(ash)
    for reader in (row, supervisor):
        client = factories.signed_in(reader)
        listed = client.get(LIST).content.decode()
        assert ("romantic" in listed, f"{LIST}{note.pk}/" in listed) == (False, True)
        page = client.get(f"{LIST}{note.pk}/").content.decode()
        assert "A romantic or sexual relationship" in page
        assert "If we both were free 🌱" in page
        assert "the sheet of your own limits" in page or reader == supervisor
        assert ("We have talked about it" in page) == (reader == supervisor)
    looks = Event.objects.filter(verb="sessions.look", object_id=str(note.pk))
    assert {look.actor for look in looks} == {f"member:{row.pk}", f"member:{supervisor.pk}"}
    assert looks.count() == 2


def test_a_note_of_a_pairings_sheet_leads_to_the_pairing(ash: Organisation) -> None:
    two = met.introduced(ash)
    supervisor = met.supervised(two)
    met.shared(two, Side.SUPPORTER, {"suicide_plan": Said(answer="never", note="")})
    note = FloorNote.objects.get()
    page = factories.signed_in(supervisor).get(f"{LIST}{note.pk}/").content.decode()
    assert two.url() in page
    assert "keeping them alive comes first" in page


def test_it_is_talked_about(ash: Organisation) -> None:
    row, supervisor, note = noted(ash)
    client = factories.signed_in(supervisor)
    for _twice in range(2):
        assert client.post(f"{LIST}{note.pk}/settle/")["Location"] == LIST
    note.refresh_from_db()
    assert note.settled_by == f"member:{supervisor.pk}"
    event = Event.objects.get(verb="sessions.settle_floor_note")
    assert (event.object_id, event.detail) == (str(note.pk), {})
    assert "Nothing waits" in client.get(LIST).content.decode()
    assert "Ada" in client.get(LIST, {"settled": "yes"}).content.decode()
    assert "an answer to talk about" not in client.get("/o/ash/").content.decode()
    page = factories.signed_in(row).get(f"{LIST}{note.pk}/").content.decode()
    assert "Talked about on" in page


def test_only_their_supervisor_settles_it_and_only_by_a_button(ash: Organisation, elm: Organisation) -> None:
    row, supervisor, note = noted(ash)
    url = f"{LIST}{note.pk}/settle/"
    assert factories.signed_in(supervisor).get(url).status_code == 405
    assert factories.signed_in(row).post(url).status_code == 403
    assert factories.signed_in(factories.coordinator(ash)).post(url).status_code == 403
    assert factories.signed_in(factories.supervisor(ash)).post(url).status_code == 404
    assert factories.signed_in(supervisor).post(f"{LIST}{new_id()}/settle/").status_code == 404
    wall.enter(elm.pk)
    stranger = factories.signed_in(factories.supervisor(elm))
    assert stranger.post(f"/o/elm/to-talk-about/{note.pk}/settle/").status_code == 404
    wall.enter(ash.pk)
    note.refresh_from_db()
    assert note.settled_at is None


def test_nobody_else_sees_it(ash: Organisation) -> None:
    _row, _supervisor, note = noted(ash)
    for other in (factories.supporter(ash), factories.supervisor(ash)):
        client = factories.signed_in(other)
        assert client.get(f"{LIST}{note.pk}/").status_code == 404
        assert client.get(LIST).context["page"].rows == []
    client = factories.signed_in(factories.coordinator(ash))
    assert {client.get(url).status_code for url in (LIST, f"{LIST}{note.pk}/")} == {403}


def test_taking_limits_back_does_not_take_this_news_back(ash: Organisation) -> None:
    row, _supervisor, note = noted(ash)
    sheet = limited.shown(row, LimitsSheet.objects.get())
    factories.signed_in(row).post(f"{URL}{sheet.pk}/hide/")
    assert set(Message.objects.filter(object_id=note.sheet_id).values_list("state", flat=True)) == {"queued"}


@pytest.mark.parametrize("many", [1, 3])
def test_how_many_queries(ash: Organisation, django_assert_num_queries: Any, many: int) -> None:
    row = limited.newcomer(ash)
    supervisor = limited.supervised(row)
    for version in range(1, many + 1):
        limited.finished(row, BELOW, version=version, now=START)
    client = factories.signed_in(supervisor)
    with django_assert_num_queries(6):  # two are savepoints
        assert len(client.get(LIST).context["page"].rows) == many
