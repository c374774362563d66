"""A boundary sheet: saved whole or item by item, stale pages, floors, and who may look."""

import json
from datetime import datetime
from typing import Any

import pytest

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from lib.sealing.models import open_text
from people.models import Organisation
from sessions.models import BoundarySheet, Side
from sessions.wording import NOTE_LENGTH, Said
from tests import factories
from tests.sessions import met

ONE = {"hug_given": Said(answer="never", note="")}
HTMX = {"HX-Request": "true"}


LIMITS = {"gift_given": Said(answer="maybe", note="")}  # what a supporter's first sheet begins with


def kept(two: met.Two, side: str) -> Any:
    """What a sheet says."""
    sheet = BoundarySheet.objects.get(side=side)
    key = two.supporter.data_key if side == Side.SUPPORTER else two.peer.data_key
    return json.loads(open_text(sheet, "answers", key))


@pytest.mark.parametrize("side", Side.values)
def test_a_supporter_saves_each_side(ash: Organisation, side: str) -> None:
    two = met.introduced(ash)
    form = {
        "version": "1",
        "revision": "0",
        "answer_hug_given": "maybe",
        "note_hug_given": "If you ask first 🤗 بعد السؤال",
        "answer_alcohol": "never",
        "answer_gift_given": "",
    }
    answer = factories.signed_in(two.supporter).post(two.url("sheet", side), form)
    assert (answer.status_code, answer["Location"]) == (302, two.url("sheet", side))
    assert kept(two, side) == {
        "hug_given": {"answer": "maybe", "note": "If you ask first 🤗 بعد السؤال"},
        "alcohol": {"answer": "never", "note": ""},
    }
    event = Event.objects.get(verb="sessions.save_sheet")
    assert event.detail == {"side": side, "answered": 2}
    sheet = BoundarySheet.objects.get()
    assert b"hug" not in bytes(sheet.answers)
    assert (sheet.revision, sheet.shared_at) == (1, None)


def test_saving_and_finishing_leads_to_the_question(ash: Organisation) -> None:
    two = met.introduced(ash)
    answer = factories.signed_in(two.supporter).post(
        two.url("sheet", "peer"), {"version": "1", "revision": "0", "finish": "yes"}
    )
    assert answer["Location"] == two.url("sheet", "peer", "share")


def test_looking_is_marked_and_changes_nothing(ash: Organisation) -> None:
    two = met.introduced(ash)
    client = factories.signed_in(two.supporter)
    assert client.get(two.url("sheet", "peer")).status_code == 200
    assert not BoundarySheet.objects.exists()
    sheet = met.saved(two, "peer", ONE)
    page = client.get(two.url("sheet", "peer"))
    assert page.context["form"]["answer_hug_given"].value() == "never"
    assert "1 of 27 answered" in page.content.decode()
    looks = Event.objects.filter(verb="sessions.look")
    assert [event.object_id for event in looks] == [str(sheet.pk)]
    assert client.get(two.url("sheet", "supporter")).context["page"].answered == 1


def test_one_answer_saves_itself(ash: Organisation) -> None:
    two = met.introduced(ash)
    client, url = factories.signed_in(two.supporter), two.url("sheet", "supporter")
    met.saved(two, "supporter", ONE)
    form = {
        "item": "alcohol",
        "version": "1",
        "revision": "1",
        "answer_alcohol": "maybe",
        "note_alcohol": "One glass",
    }
    page = client.post(url, form, headers=HTMX)
    assert page.status_code == 200
    words = page.content.decode()
    assert "Saved." in words
    assert "3 of 27 answered" in words
    assert 'name="revision" value="2"' in words
    assert kept(two, "supporter") == {**LIMITS, **ONE, "alcohol": {"answer": "maybe", "note": "One glass"}}


def test_one_answer_can_be_taken_back(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.saved(two, "supporter", ONE)
    form = {"item": "hug_given", "version": "1", "revision": "1", "answer_hug_given": ""}
    factories.signed_in(two.supporter).post(two.url("sheet", "supporter"), form, headers=HTMX)
    assert kept(two, "supporter") == LIMITS


def test_one_answer_with_too_long_a_note(ash: Organisation) -> None:
    two = met.introduced(ash)
    form = {
        "item": "alcohol",
        "version": "1",
        "revision": "0",
        "answer_alcohol": "maybe",
        "note_alcohol": "x" * 201,
    }
    page = factories.signed_in(two.supporter).post(two.url("sheet", "supporter"), form, headers=HTMX)
    assert page.status_code == 422
    assert "This is 201 characters long. Please keep it to 200." in page.content.decode()
    assert not BoundarySheet.objects.exists()


def test_an_old_page_is_told_so(ash: Organisation) -> None:
    two = met.introduced(ash)
    client, url = factories.signed_in(two.supporter), two.url("sheet", "peer")
    sheet = met.saved(two, "peer", ONE)
    old = {"version": "1", "revision": "0", "answer_hug_given": "always", "answer_alcohol": "never"}
    answer = client.post(url, old)
    assert answer.status_code == 422
    assert Event.objects.filter(verb="sessions.look", object_id=str(sheet.pk)).count() == 1
    words = answer.content.decode()
    assert "Somebody changed this while you had the page open" in words
    assert "Saved meanwhile: Never" in words
    assert answer.context["form"]["answer_hug_given"].value() == "always"
    assert kept(two, "peer") == ONE
    again = {**old, "version": "1", "revision": answer.context["form"]["revision"].value()}
    assert client.post(url, again).status_code == 302
    assert kept(two, "peer")["hug_given"]["answer"] == "always"


def test_an_old_page_cannot_save_one_answer_either(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.saved(two, "peer", ONE)
    form = {"item": "alcohol", "version": "1", "revision": "0", "answer_alcohol": "never"}
    page = factories.signed_in(two.supporter).post(two.url("sheet", "peer"), form, headers=HTMX)
    assert page.status_code == 422
    assert "Somebody changed this" in page.content.decode()
    assert kept(two, "peer") == ONE


def test_the_same_form_twice_saves_once(ash: Organisation) -> None:
    two = met.introduced(ash)
    client, url = factories.signed_in(two.supporter), two.url("sheet", "peer")
    form = {"version": "1", "revision": "0", "answer_hug_given": "never"}
    assert {client.post(url, form).status_code for _ in range(2)} == {302}
    assert BoundarySheet.objects.get().revision == 1
    assert Event.objects.filter(verb="sessions.save_sheet").count() == 1


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("note_alcohol", "x" * (NOTE_LENGTH + 1), "Please keep it to 200."),
        ("note_alcohol", "a\x00b", "This holds a character that cannot be shown. Please type it again."),
        ("answer_alcohol", "sometimes", "Select a valid choice."),
        ("answer_alcohol", "\x00", "Select a valid choice."),
        ("revision", "x", "Enter a whole number."),
        ("revision", "", "This field is required."),
        ("revision", "9" * 30, "Somebody changed this"),
    ],
)
def test_nonsense_is_told_beside_its_field(ash: Organisation, field: str, value: str, words: str) -> None:
    two = met.introduced(ash)
    form = {
        "version": "1",
        "revision": "0",
        "answer_hug_given": "never",
        "note_hug_given": "kept 🌱",
        field: value,
    }
    answer = factories.signed_in(two.supporter).post(two.url("sheet", "peer"), form)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert "kept 🌱" in answer.content.decode()
    assert not BoundarySheet.objects.exists()


def test_no_such_side(ash: Organisation) -> None:
    two = met.introduced(ash)
    client = factories.signed_in(two.supporter)
    for side in ("both", "%00", "x" * 300):
        assert client.get(two.url("sheet", side)).status_code == 404


def test_below_the_floor_is_said_kindly_and_stands_in_no_trail(ash: Organisation) -> None:
    two = met.introduced(ash)
    answers = {
        "romance": Said(answer="always", note=""),
        "suicide_plan": Said(answer="never", note=""),
        "alcohol": Said(answer="always", note=""),
    }
    sheet = met.saved(two, "supporter", answers)
    # Coordinators read the trail: that somebody answered so, and to what, is between the sheet and supervision.
    event = Event.objects.get(object_id=str(sheet.pk))
    assert (event.verb, set(event.detail)) == ("sessions.save_sheet", {"side", "answered"})
    page = factories.signed_in(two.supporter).get(two.url("sheet", "supporter")).content.decode()
    assert page.count("floor-note-shown") == 2
    assert kept(two, "supporter")["romance"]["answer"] == "always"


def test_an_ended_pairing_takes_no_answers(ash: Organisation, now: datetime) -> None:
    two = met.introduced(ash)
    factories.signed_in(two.supporter).post(two.url("end"), {"anyway": "on"})
    with pytest.raises(Refused, match="ended"):
        met.saved(two, "peer", ONE)
    assert not BoundarySheet.objects.exists()


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("tail", ["sheet/peer", "sheet/supporter/share"])
def test_nobody_else(ash: Organisation, elm: Organisation, method: str, tail: str) -> None:
    two = met.introduced(ash)
    others = {
        two.coordinator: 403,
        factories.supervisor(ash): 403,
        factories.supporter(ash): 404,
        factories.supporter(elm): 404,
    }
    for row, status in others.items():
        wall.enter(ash.pk)
        assert getattr(factories.signed_in(row), method)(two.url(tail)).status_code == status
    wall.enter(ash.pk)
    assert not BoundarySheet.objects.exists()
