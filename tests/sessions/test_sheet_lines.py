"""Lines of a sheet beyond PeerSafe's own: those somebody adds, those of the organisation, and its floors."""

from typing import Any

import pytest

from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Organisation
from sessions import floors
from sessions.item_sets import item_set
from sessions.items import BY_KEY, Answer
from sessions.models import BoundarySheet
from sessions.queries.sheets import sheet_page
from sessions.wording import MOST_OWN, Said
from tests import factories
from tests.sessions import asked, met
from tests.sessions.test_sheet import HTMX, kept


def line(**changes: Any) -> dict[str, str]:
    """A form with a line of one's own."""
    form: dict[str, Any] = {
        "version": 1,
        "revision": 0,
        "own_once": new_id(),
        "own_text": "We meet my dog 🐕 כלב",
        "own_answer": "maybe",
        "own_note": "When she is calm",
    }
    return {key: str(value) for key, value in (form | changes).items()}


def own(number: int = 0, text: str = "We meet my dog") -> dict[str, Said]:
    """The same, as it is kept."""
    return {f"own-{number:032x}": {"answer": "maybe", "note": "", "text": text}}


# Own lines -------------------------------------------------------------------------------------------------------


def test_a_line_is_added_answered_and_taken_away(ash: Organisation) -> None:
    two = met.introduced(ash)
    client, url = factories.signed_in(two.supporter), two.url("sheet", "peer")
    answer = client.post(url, line(add="yes"))
    assert (answer.status_code, answer["Location"]) == (302, f"{url}#theme-own")
    ((key, said),) = kept(two, "peer").items()
    assert key.startswith("own-")
    assert said == {"answer": "maybe", "note": "When she is calm", "text": "We meet my dog 🐕 כלב"}
    words = client.get(url).content.decode()
    assert "We meet my dog 🐕 כלב" in words
    assert "1 of 28 answered" in words
    saving = {"item": key, "version": "1", "revision": "1", f"answer_{key}": "never", f"note_{key}": ""}
    assert client.post(url, saving, headers=HTMX).status_code == 200
    assert kept(two, "peer")[key] == {"answer": "never", "note": "", "text": "We meet my dog 🐕 כלב"}
    away = {"version": "1", "revision": "2", f"answer_{key}": "never", "remove": key}
    assert client.post(url, away).status_code == 302
    assert kept(two, "peer") == {}


def test_the_same_line_twice_is_added_once(ash: Organisation) -> None:
    two = met.introduced(ash)
    client, form = factories.signed_in(two.supporter), line()
    assert {client.post(two.url("sheet", "peer"), form).status_code for _ in range(2)} == {302}
    assert len(kept(two, "peer")) == 1
    assert BoundarySheet.objects.get().revision == 1


def test_a_line_without_an_answer_stays_open(ash: Organisation) -> None:
    two = met.introduced(ash)
    client, url = factories.signed_in(two.supporter), two.url("sheet", "peer")
    client.post(url, line(own_answer="", own_note=""))
    assert [said["answer"] for said in kept(two, "peer").values()] == [""]
    client.post(url, {"version": "1", "revision": "1", "answer_alcohol": "never"})
    assert len(kept(two, "peer")) == 2


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"own_text": ""}, "own_text", "Please write what this line is about."),
        ({"own_text": "x" * 121}, "own_text", "Please keep it to 120."),
        ({"own_text": "a\x00b"}, "own_text", "This holds a character that cannot be shown."),
        ({"own_note": "x" * 201}, "own_note", "Please keep it to 200."),
        ({"own_answer": "sometimes"}, "own_answer", "Select a valid choice."),
        ({"own_once": ""}, "__all__", "Please open this page again"),
        ({"own_once": "x"}, "own_once", "Enter a valid UUID."),
    ],
)
def test_nonsense_is_told_beside_its_field(
    ash: Organisation, changes: dict[str, str], field: str, words: str
) -> None:
    two = met.introduced(ash)
    form = line(answer_hug_given="maybe", note_hug_given="kept 🌱", **changes)
    answer = factories.signed_in(two.supporter).post(two.url("sheet", "peer"), form)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert words in answer.content.decode()
    assert "kept 🌱" in answer.content.decode()
    assert not BoundarySheet.objects.exists()


def test_there_is_room_for_eight(ash: Organisation) -> None:
    two = met.introduced(ash)
    rows = {key: said for number in range(MOST_OWN) for key, said in own(number).items()}
    met.saved(two, "peer", rows)
    page = factories.signed_in(two.supporter).get(two.url("sheet", "peer"))
    assert not page.context["form"].may_add
    with pytest.raises(Refused, match="eight lines"):
        met.saved(two, "peer", own(MOST_OWN), revision=1)
    assert len(kept(two, "peer")) == MOST_OWN


def test_the_words_of_a_line_stay_as_they_are(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.saved(two, "peer", own(text="We meet my dog"))
    met.saved(two, "peer", own(text="Something else altogether"), revision=1)
    assert [said["text"] for said in kept(two, "peer").values()] == ["We meet my dog"]


def test_nobody_aims_at_the_line_of_somebody_else(ash: Organisation) -> None:
    """The number a form sends is not the key: what it stands for nobody outside can choose."""
    two = met.introduced(ash)
    (key,) = own(5)
    met.saved(two, "peer", own(5))
    factories.signed_in(two.supporter).post(
        two.url("sheet", "supporter"), line(own_once=key.removeprefix("own-"))
    )
    assert key not in kept(two, "supporter")


def test_a_line_of_what_is_in_force_is_asked_of_the_other(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.shared(two, "supporter", {})
    met.shared(two, "peer", own())
    met.yes(two, met.drafted(two))
    with wall.inside(ash.pk):
        page = sheet_page(two.pairing, "supporter")
    (key,) = own()
    assert [str(item.title) for item in page.lines if item.key == key] == ["We meet my dog"]
    client, url = factories.signed_in(two.supporter), two.url("sheet", "supporter")
    assert f'value="{key}"' not in client.get(url).content.decode()  # theirs to take away, not yours
    client.post(url, {"version": "2", "revision": "0", "answer_alcohol": "never"})
    sheet = BoundarySheet.objects.get(version=2)
    assert sheet.side == "supporter"
    saving = {"item": key, "version": "2", "revision": "1", f"answer_{key}": "never", f"note_{key}": ""}
    assert client.post(url, saving, headers=HTMX).status_code == 200
    with wall.inside(ash.pk):
        said = sheet_page(two.pairing, "supporter").answers[key]
    assert said == {"answer": "never", "note": "", "text": "We meet my dog"}


# The organisation's list and its floors --------------------------------------------------------------------------


def test_the_list_in_force_is_asked(ash: Organisation, elm: Organisation) -> None:
    two = met.introduced(ash)
    asked.publish(
        ash,
        asked.entry("hug_given", asked=False),
        asked.entry("friends", peer="Are you two friends?"),
        asked.entry("org-dog", title="Dogs", supporter="You bring your dog.", peer="They bring a dog."),
    )
    asked.publish(elm, asked.entry("org-cat", title="Cats", supporter="A cat.", peer="A cat."))
    words = factories.signed_in(two.supporter).get(two.url("sheet", "peer")).content.decode()
    assert "0 of 27 answered" in words
    assert "Are you two friends?" in words
    assert "They bring a dog." in words
    assert "Your supporter gives you a hug." not in words
    assert "A cat." not in words


def test_what_is_not_asked_any_more_stays_where_it_was_answered(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.saved(two, "peer", {"hug_given": Said(answer="never", note="")})
    asked.publish(ash, asked.entry("hug_given", asked=False))
    words = factories.signed_in(two.supporter).get(two.url("sheet", "peer")).content.decode()
    assert "Your supporter gives you a hug." in words


@pytest.mark.parametrize("only", [True, False])
def test_a_supporter_cannot_go_below_the_organisations_floor(ash: Organisation, only: bool) -> None:
    two = met.introduced(ash)
    asked.publish(ash, asked.DRY)
    form = {
        "version": "1",
        "revision": "0",
        "item": "alcohol",
        "answer_alcohol": "always",
        "note_alcohol": "Now and then",
    }
    client, url = factories.signed_in(two.supporter), two.url("sheet", "supporter")
    assert "Your organisation says “Never”." in client.get(url).content.decode()
    answer = client.post(url, form, headers=HTMX if only else {})
    assert answer.status_code == 422
    words = answer.content.decode()
    assert "please choose “Never”, or leave it open. Its reason: Some of us struggle with alcohol." in words
    assert answer.context["form"]["answer_alcohol"].value() == "always"
    assert not BoundarySheet.objects.exists()
    with pytest.raises(Refused, match="Some of us struggle") as no:
        met.saved(two, "supporter", {"alcohol": Said(answer="always", note="")})
    assert no.value.field == "answer_alcohol"
    assert not BoundarySheet.objects.exists()


def test_stricter_is_free(ash: Organisation) -> None:
    two = met.introduced(ash)
    asked.publish(ash, asked.entry("gift_given", floor="maybe", because="Only small ones."))
    met.saved(two, "supporter", {"gift_given": Said(answer="never", note="")})
    assert kept(two, "supporter")["gift_given"]["answer"] == "never"


def test_a_peer_is_not_bound_by_it(ash: Organisation) -> None:
    two = met.introduced(ash)
    asked.publish(ash, asked.DRY)
    met.saved(two, "peer", {"alcohol": Said(answer="always", note="")})
    page = factories.signed_in(two.supporter).get(two.url("sheet", "peer"))
    assert kept(two, "peer")["alcohol"]["answer"] == "always"
    assert page.content.decode().count("floor-note-shown") == 1
    assert "Your answer is kept." in page.content.decode()


def test_a_floor_raised_meanwhile_is_asked_about_before_finishing(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.saved(two, "supporter", {"alcohol": Said(answer="always", note="")})
    asked.publish(ash, asked.DRY)
    client, url = factories.signed_in(two.supporter), two.url("sheet", "supporter", "share")
    assert "look at these lines once more first" in client.get(url).content.decode()
    answer = client.post(url, {"version": "1", "revision": "1"})
    assert answer.status_code == 422
    assert "Drinking alcohol together: Thank you for answering honestly." in answer.content.decode()
    assert BoundarySheet.objects.get().shared_at is None


def test_other_lines_save_themselves_beside_it(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.saved(two, "supporter", {"alcohol": Said(answer="always", note="")})
    asked.publish(ash, asked.DRY)
    saving = {"item": "friends", "version": "1", "revision": "1", "answer_friends": "never"}
    client = factories.signed_in(two.supporter)
    assert client.post(two.url("sheet", "supporter"), saving, headers=HTMX).status_code == 200


def test_no_organisation_takes_an_ethical_floor_away() -> None:
    loose = item_set(1, [asked.entry("romance", asked=False), asked.entry("suicide_plan", floor="never")])
    assert [loose.by_key[key].floor for key in ("romance", "suicide_plan")] == [Answer.NEVER, Answer.ALWAYS]
    assert loose.by_key["romance"].asked


def test_an_answer_against_ethical_support_is_kept_on_either_side() -> None:
    said = {"suicide_plan": Said(answer="never", note="")}
    for side in ("supporter", "peer"):
        assert floors.refused(BY_KEY.values(), side, said) == []
        assert floors.told(BY_KEY["suicide_plan"], side)
    assert [item.key for item in floors.below(BY_KEY.values(), said)] == ["suicide_plan"]


# What a supporter's first sheet begins with ----------------------------------------------------------------------


def test_a_first_sheet_begins_with_ones_own_limits(ash: Organisation) -> None:
    two = met.introduced(ash)
    client, url = factories.signed_in(two.supporter), two.url("sheet", "supporter")
    page = client.get(url)
    assert "The answers of your own limits are filled in." in page.content.decode()
    assert page.context["form"]["answer_gift_given"].value() == "maybe"
    assert client.get(two.url("sheet", "peer")).context["form"]["answer_gift_given"].value() == ""
    client.post(two.url("sheet", "supporter", "share"), {"version": "1", "revision": "0"})
    assert kept(two, "supporter") == {"gift_given": {"answer": "maybe", "note": ""}}
