"""What the two talk about at their first meeting: the draft of their agreement."""

import json
from datetime import datetime, timedelta

import pytest

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from lib.sealing.models import open_text
from people.models import Organisation
from sessions.models import Agreement
from sessions.wording import TALK_LENGTH
from tests import factories
from tests.sessions import met


def test_a_supporter_notes_what_was_said(ash: Organisation) -> None:
    two = met.introduced(ash)
    client = factories.signed_in(two.supporter)
    answer = client.post(two.url("expectations"), met.typed(minutes=40, rhythm="monthly"))
    assert (answer.status_code, answer["Location"]) == (302, two.url("first-meeting"))
    made = Agreement.objects.get()
    assert (made.state, made.version, made.minutes, made.revision) == ("draft", 1, 40, 1)
    body = json.loads(open_text(made, "body", two.peer.data_key))
    assert {key: body[key] for key in met.TALK} == {**met.TALK, "rhythm": "monthly"}
    assert body["boundaries"] == []
    assert b"Somebody" not in bytes(made.body)
    event = Event.objects.get(verb="sessions.draft")
    assert (event.object_id, event.detail) == (str(made.pk), {"version": 1})


def test_looking_is_marked_and_makes_nothing(ash: Organisation) -> None:
    two = met.introduced(ash)
    client = factories.signed_in(two.supporter)
    page = client.get(two.url("expectations"))
    assert page.context["form"]["review_on"].value() == met.days_ahead(56)
    assert not Agreement.objects.exists()
    assert not Event.objects.filter(verb="sessions.look").exists()
    made = met.drafted(two)
    assert "Somebody who knows. 🌱 שלום" in client.get(two.url("expectations")).content.decode()
    assert Event.objects.get(verb="sessions.look").object_id == str(made.pk)


def test_both_exceptions_are_written_out(ash: Organisation) -> None:
    two = met.introduced(ash)
    page = factories.signed_in(two.supporter).get(two.url("expectations")).content.decode()
    assert "talk with their supervisor" in page
    assert "call the emergency services" in page
    assert "Nobody here promises a cure" in page


def test_half_a_draft_is_kept(ash: Organisation) -> None:
    two = met.introduced(ash)
    empty = met.typed(
        exceptions_read=None, supporter_expects="", peer_expects="", supporter_fears="", peer_fears=""
    )
    assert factories.signed_in(two.supporter).post(two.url("expectations"), empty).status_code == 302
    assert Agreement.objects.get().state == "draft"


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("peer_expects", "x" * (TALK_LENGTH + 1), "This is 601 characters long. Please keep it to 600."),
        ("peer_fears", "a\x00b", "This holds a character that cannot be shown. Please type it again."),
        ("sessions_agreed", "0", "greater than or equal to 1"),
        ("sessions_agreed", "61", "less than or equal to 60"),
        ("minutes", "9", "greater than or equal to 10"),
        ("minutes", "181", "less than or equal to 180"),
        ("minutes", "", "This field is required."),
        ("rhythm", "hourly", "Select a valid choice."),
        ("review_on", "yesterday", "Enter a valid date."),
        ("review_on", "2020-01-01", "Please choose a day that is still to come."),
        ("review_on", met.days_ahead(0).isoformat(), "Please choose a day that is still to come."),
        ("review_on", met.days_ahead(400).isoformat(), "Please choose a day within the next year."),
        ("review_on", "9999-12-31", "Please choose a day within the next year."),
        ("revision", "7", "Somebody changed this"),
        ("version", "2", "Somebody changed this"),
        ("version", "x", "Enter a whole number."),
    ],
)
def test_nonsense_is_told_beside_its_field(ash: Organisation, field: str, value: str, words: str) -> None:
    two = met.introduced(ash)
    form = met.typed(supporter_fears="kept 🌱", **{field: value})
    answer = factories.signed_in(two.supporter).post(two.url("expectations"), form)
    assert answer.status_code == 422
    page = answer.content.decode()
    assert words in page
    assert "kept 🌱" in page
    assert not Agreement.objects.exists()


def test_an_old_page_is_told_and_shown_what_is_saved(ash: Organisation) -> None:
    two = met.introduced(ash)
    client = factories.signed_in(two.supporter)
    client.post(two.url("expectations"), met.typed(peer_expects="The first"))
    answer = client.post(two.url("expectations"), met.typed(peer_expects="The second"))
    assert answer.status_code == 422
    page = answer.content.decode()
    assert "Somebody changed this while you had the page open" in page
    assert "Saved meanwhile: The first" in page
    looked = Event.objects.filter(verb="sessions.look", object_id=str(Agreement.objects.get().pk))
    assert looked.count() == 1
    again = met.typed(peer_expects="The second", revision=answer.context["form"]["revision"].value())
    assert client.post(two.url("expectations"), again).status_code == 302
    body = open_text(Agreement.objects.get(), "body", two.peer.data_key)
    assert "The second" in body


def test_the_same_form_twice_saves_once(ash: Organisation) -> None:
    two = met.introduced(ash)
    client, form = factories.signed_in(two.supporter), met.typed()
    assert {client.post(two.url("expectations"), form).status_code for _ in range(2)} == {302}
    assert Agreement.objects.get().revision == 1
    assert Event.objects.filter(verb="sessions.draft").count() == 1


def test_a_new_version_begins_with_what_is_in_force(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.agreed(two)
    client = factories.signed_in(two.supporter)
    form = client.get(two.url("expectations")).context["form"]
    assert form["peer_expects"].value() == met.TALK["peer_expects"]
    assert (form["version"].value(), form["exceptions_read"].value()) == (2, False)
    client.post(two.url("expectations"), met.typed(version=2, sessions_agreed=12))
    states = dict(Agreement.objects.values_list("version", "state"))
    assert states == {1: "in_force", 2: "draft"}


def test_an_ended_pairing_takes_no_draft(ash: Organisation, now: datetime) -> None:
    two = met.introduced(ash)
    factories.signed_in(two.coordinator).post(two.url("end"), {"anyway": "on"})
    with pytest.raises(Refused, match="ended"):
        met.drafted(two, now=now, review_on=(now + timedelta(days=9)).date())


@pytest.mark.parametrize(
    ("method", "tail"), [("get", "first-meeting"), ("get", "expectations"), ("post", "expectations")]
)
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
        client = factories.signed_in(row)
        found = client.get(two.url(tail)) if method == "get" else client.post(two.url(tail), met.typed())
        assert found.status_code == (405 if (method, tail) == ("post", "first-meeting") else status)
    wall.enter(ash.pk)
    assert not Agreement.objects.exists()


# The thread ------------------------------------------------------------------------------------------------------


def states(two: met.Two) -> str:
    """The steps' states in one word: d(one), n(ow), l(ater)."""
    page = factories.signed_in(two.supporter).get(two.url("first-meeting"))
    return "".join(step.state[0] for step in page.context["meeting"].steps)


def test_the_steps_follow_each_other(ash: Organisation) -> None:
    two = met.introduced(ash)
    assert states(two) == "nllllll"
    draft = met.drafted(two, exceptions_read=False)
    assert states(two) == "dndllll"
    draft = met.drafted(two, revision=draft.revision)
    assert states(two) == "dddnlll"
    met.shared(two, "supporter", met.SUPPORTER)
    assert states(two) == "ddddnll"
    met.shared(two, "peer", met.PEER)
    assert states(two) == "dddddnl"
    met.yes(two, met.settled(two, draft))
    assert states(two) == "nllllll"  # and so the next version begins


def test_the_thread_shows_nothing_that_was_said(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.ready(two)
    page = factories.signed_in(two.supporter).get(two.url("first-meeting")).content.decode()
    assert "Somebody who knows" not in page
    assert not Event.objects.filter(verb="sessions.look").exists()
