"""The other things a boundary says, and words that would give a number or an address away."""

import pytest
from django.core.exceptions import ValidationError

from lib.ids import new_id
from people.models import Organisation
from sessions import about
from sessions.contact_words import refuse_private
from sessions.models import BoundarySheet, Side
from tests import factories
from tests.sessions import asked, met
from tests.sessions.test_sheet import HTMX, kept


def test_what_each_side_is_asked() -> None:
    assert len(about.BY_KEY) == len(about.MATTERS) == 9
    assert [one.name for one in about.MATTERS if not one.question(Side.SUPPORTER)] == ["preferences"]
    assert [one.name for one in about.MATTERS if not one.question(Side.PEER)] == []
    assert [one.name for one in about.MATTERS if one.is_contact] == ["channels", "hours"]


@pytest.mark.parametrize(
    "text",
    [
        "Ring me: 07700 900123",
        "+44 7700-900-123",
        "(020) 7946 0958",
        "06.12.34.56.78",
        "٠٧٧٠٠٩٠٠١٢٣",
        "me@example.org",
        "find me: @robin_writes",
        "https://example.org/me",
        "www.example.org",
        "facebook.com/robin",
        "12 Elm Street, first floor",
    ],
)
def test_what_looks_private_is_refused(text: str) -> None:
    with pytest.raises(ValidationError, match="your own"):
        refuse_private(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "The work phone, on weekdays from 9-17, within a day",
        "Mon 09:00–12:30, Tue 14.00-17.30, Wed 10-12 14-16",
        "Not between 24.12.2030 and 2031-01-06",
        "After 3 sessions, 50 minutes each 🌱",
        "By mail through the office. Ask Robin.",
        "פעם בשבוע, 18:00-20:00",
    ],
)
def test_times_and_days_are_fine(text: str) -> None:
    refuse_private(text)


def test_words_are_kept_and_read(ash: Organisation) -> None:
    two = met.introduced(ash)
    client, url = factories.signed_in(two.supporter), two.url("sheet", "peer")
    form = {
        "version": "1",
        "revision": "0",
        "note_about-present": "Nobody else 🙏\nNever my brother",
        "note_about-preferences": "امرأة إن أمكن",
    }
    assert client.post(url, form).status_code == 302
    assert kept(two, "peer") == {
        "about-present": {"answer": "", "note": "Nobody else 🙏\nNever my brother"},
        "about-preferences": {"answer": "", "note": "امرأة إن أمكن"},
    }
    assert "0 of 27 answered" in client.get(url).content.decode()
    client.post(two.url("sheet", "peer", "share"), {"version": "1", "revision": "1"})
    page = client.get(url)
    assert [str(title) for title, _words in page.context["page"].abouts()] == [
        "Who may be there",
        "What matters in a supporter",
    ]


def test_a_supporter_is_not_asked_what_is_the_peers(ash: Organisation) -> None:
    two = met.introduced(ash)
    form = {"version": "1", "revision": "0", "note_about-preferences": "x", "note_about-touch": "y"}
    factories.signed_in(two.supporter).post(two.url("sheet", "supporter"), form)
    assert set(kept(two, "supporter")) - {"gift_given"} == {"about-touch"}


@pytest.mark.parametrize("field", ["note_about-channels", "note_about-hours", "note_phone_number"])
def test_a_supporters_own_number_is_refused_kindly(ash: Organisation, field: str) -> None:
    two = met.introduced(ash)
    client = factories.signed_in(two.supporter)
    form = {"version": "1", "revision": "0", field: "07700 900123", "note_about-touch": "kept 🌱"}
    answer = client.post(two.url("sheet", "supporter"), form)
    words = answer.content.decode()
    assert answer.status_code == 422
    assert "This looks like a phone number." in words
    assert "07700 900123" in words
    assert "kept 🌱" in words
    assert not BoundarySheet.objects.exists()
    line = {"item": field.removeprefix("note_"), **form}
    assert client.post(two.url("sheet", "supporter"), line, headers=HTMX).status_code == 422
    assert not BoundarySheet.objects.exists()


def test_a_peer_may_write_how_to_reach_them(ash: Organisation) -> None:
    two = met.introduced(ash)
    form = {"version": "1", "revision": "0", "note_about-channels": "07700 900123, never by mail"}
    answer = factories.signed_in(two.supporter).post(two.url("sheet", "peer"), form)
    assert answer.status_code == 302


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("x" * (about.ABOUT_LENGTH + 1), "Please keep it to 160."),
        ("a\x00b", "This holds a character that cannot be shown."),
        ("\u202eright to left", "This holds a character that cannot be shown."),
    ],
)
def test_nonsense_is_told_beside_its_field(ash: Organisation, value: str, words: str) -> None:
    two = met.introduced(ash)
    form = {"version": "1", "revision": "0", "note_about-helps": value, "note_about-touch": "kept 🌱"}
    answer = factories.signed_in(two.supporter).post(two.url("sheet", "peer"), form)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["note_about-helps"]
    assert words in answer.content.decode()
    assert "kept 🌱" in answer.content.decode()
    assert not BoundarySheet.objects.exists()


def test_one_matter_saves_itself(ash: Organisation) -> None:
    two = met.introduced(ash)
    line = {"item": "about-helps", "version": "1", "revision": "0", "note_about-helps": "A walk"}
    page = factories.signed_in(two.supporter).post(two.url("sheet", "peer"), line, headers=HTMX)
    assert page.status_code == 200
    assert kept(two, "peer") == {"about-helps": {"answer": "", "note": "A walk"}}


def test_an_old_page_is_shown_the_newer_words(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.saved(two, "peer", {"about-touch": {"answer": "", "note": "A handshake"}})
    old = {"version": "1", "revision": "0", "note_about-touch": "Nothing"}
    answer = factories.signed_in(two.supporter).post(two.url("sheet", "peer"), old)
    assert answer.status_code == 422
    assert "Saved meanwhile: A handshake" in answer.content.decode()
    assert answer.context["form"]["note_about-touch"].value() == "Nothing"


def test_no_such_matter(ash: Organisation) -> None:
    two = met.introduced(ash)
    asked.publish(ash)
    for key in ("about-nothing", f"own-{new_id().hex}", "org-x", "%00"):
        line = {"item": key, "version": "1", "revision": "0", f"note_{key}": "x", f"answer_{key}": "never"}
        factories.signed_in(two.supporter).post(two.url("sheet", "peer"), line, headers=HTMX)
    assert not BoundarySheet.objects.exists()
