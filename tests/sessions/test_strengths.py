"""What carries a peer: added in their words, theirs to take away, read under the eyes of the trail."""

from typing import Any

import pytest

from lib.ids import new_id
from lib.sealing.models import open_text
from people.models import Organisation
from sessions.actions import strengths
from sessions.models import Strength
from tests import factories
from tests.sessions import aimed, booked


def form(**changes: object) -> dict[str, str]:
    values = {"once": new_id(), "kind": "listens", "text": "My aunt 👵 דודה"} | changes
    return {key: str(value) for key, value in values.items()}


def test_added_shown_and_taken_away(ash: Organisation) -> None:
    found = booked.thread(ash)
    client, page = factories.signed_in(found.supporter), aimed.url(found, "strengths")
    sent = form()
    for _press in range(2):
        assert client.post(f"{page}add/", sent)["Location"] == page
    row = Strength.objects.get()
    assert open_text(row, "text", found.peer.data_key) == "My aunt 👵 דודה"
    assert (row.peer_id, row.added_by) == (found.peer.pk, f"member:{found.supporter.pk}")
    kinds = client.get(page).context["page"].kinds
    assert [[line.text for line in kind.lines] for kind in kinds] == [[], [], ["My aunt 👵 דודה"], [], []]
    assert aimed.events("look_strengths") == [(f"member:{found.supporter.pk}", str(found.peer.pk))]
    for _press in range(2):
        assert client.post(f"{page}{row.pk}/remove/")["Location"] == page
    assert "My aunt" not in client.get(page).content.decode()
    assert (len(aimed.events("add_strength")), len(aimed.events("remove_strength"))) == (1, 1)


@pytest.mark.parametrize(
    ("changes", "field", "words"),
    [
        ({"kind": ""}, "kind", "Please choose one of these."),
        ({"kind": "no"}, "kind", "Select a valid choice. no is not one of the available choices."),
        ({"text": ""}, "text", "This field is required."),
        ({"text": "x" * 301}, "text", "This is 301 characters long. Please keep it to 300."),
        ({"text": "a\x00b"}, "text", "This holds a character that cannot be shown. Please type it again."),
        ({"text": "a\u202eb"}, "text", "This holds a character that cannot be shown. Please type it again."),
    ],
)
def test_what_is_wrong_is_said(ash: Organisation, changes: dict[str, str], field: str, words: str) -> None:
    found = booked.thread(ash)
    sent = form(**{"text": "Typed <b> 🌿"} | changes)
    answer = factories.signed_in(found.supporter).post(aimed.url(found, "strengths", "add"), sent)
    assert (answer.status_code, answer.context["form"].errors) == (422, {field: [words]})
    assert ("Typed &lt;b&gt; 🌿" in answer.content.decode()) is (field == "kind")
    assert Strength.objects.count() == 0


def test_too_many_are_refused_kindly(ash: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strengths, "MOST", 1)
    found = booked.thread(ash)
    aimed.strength(found)
    answer = factories.signed_in(found.supporter).post(aimed.url(found, "strengths", "add"), form())
    assert answer.status_code == 422
    assert "There are 1 already: how good." in answer.content.decode()


@pytest.mark.parametrize("number", [1, 3])
def test_many_cost_the_same(ash: Organisation, django_assert_num_queries: Any, number: int) -> None:
    found = booked.thread(ash)
    for _row in range(number):
        aimed.strength(found)
    client = factories.signed_in(found.supporter)
    with django_assert_num_queries(8):  # two are the savepoint of the request
        assert client.get(aimed.url(found, "strengths")).status_code == 200


def test_who_may(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, page = aimed.strength(found), aimed.url(found, "strengths")
    other = booked.pairing(found, factories.peer(ash, name="Kim"))
    client = factories.signed_in(found.supporter)
    assert client.post(aimed.url(found, "strengths", row.pk, "remove", pairing=other)).status_code == 404
    for who, status in (
        (found.coordinator, 403),
        (factories.supervisor(ash), 403),
        (factories.supporter(ash), 404),
    ):
        client = factories.signed_in(who)
        assert client.get(page).status_code == status
        assert client.post(f"{page}add/", form()).status_code == status
        assert client.post(f"{page}{row.pk}/remove/").status_code == status
    client = factories.signed_in(found.supporter)
    assert client.get(f"{page}add/").status_code == 405
    assert client.get(f"{page}{row.pk}/remove/").status_code == 405
    assert list(Strength.objects.values_list("removed_at", flat=True)) == [None]


def test_the_next_supporter_finds_them(ash: Organisation) -> None:
    found = booked.thread(ash)
    aimed.strength(found, "My aunt")
    aimed.ended(found)
    assert factories.signed_in(found.supporter).get(aimed.url(found, "strengths")).status_code == 404
    row = factories.supporter(ash)
    later = aimed.paired(found, found.peer, row)
    page = aimed.url(found, "strengths", pairing=later)
    assert "My aunt" in factories.signed_in(row).get(page).content.decode()
