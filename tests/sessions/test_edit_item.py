"""One item of a draft: its words, whether it is asked, a firm line with its reason."""

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib.refusal import Refused
from people.models import Membership, Organisation
from sessions.actions import item_lists
from sessions.item_changes import entry_of
from sessions.items import Answer
from sessions.models import ItemList
from sessions.queries.item_lists import items_in_force, items_of
from tests import factories
from tests.people.asking import NASTY, beside, says, verbs
from tests.sessions import listed


@pytest.fixture
def coordinator(ash: Organisation) -> Membership:
    return factories.coordinator(ash)


@pytest.fixture
def client(coordinator: Membership) -> Client:
    return factories.signed_in(coordinator)


@pytest.fixture
def row(coordinator: Membership) -> ItemList:
    return listed.begun(coordinator)


def saved(row: ItemList, key: str) -> Any:
    row.refresh_from_db()
    return items_of(row).by_key[key]


def test_reword_an_item(client: Client, row: ItemList) -> None:
    address = listed.url(row.pk, "items", "alcohol")
    asked = client.get(address)
    assert says(asked, "Left empty, it is: “You drink alcohol together.”")
    form = listed.typed_again(row, "alcohol", title="A drink 🍺", peer="אתם שותים יחד.")
    for _ in range(2):  # the same again is no quarrel
        assert client.post(address, form)["Location"] == listed.url(row.pk)
    item = saved(row, "alcohol")
    assert (item.title, item.peer) == ("A drink 🍺", "אתם שותים יחד.")
    assert str(item.supporter) == "You drink alcohol together."
    assert (row.revision, verbs(row.pk)) == (1, ["sessions.begin_items", "sessions.edit_item"])
    assert Event.objects.filter(verb="sessions.edit_item").get().detail == {"item": "alcohol"}
    assert items_in_force(row.organisation_id).version == 0
    shown = client.get(listed.url(row.pk)).content.decode()
    assert ("A drink 🍺" in shown, "Changed" in shown) == (True, True)


def test_draw_a_firm_line_and_take_it_away(client: Client, row: ItemList) -> None:
    address = listed.url(row.pk, "items", "alcohol")
    line = {"floor": "never", "because": "We meet sober.\nAlways."}
    client.post(address, listed.typed_again(row, "alcohol", **line))
    item = saved(row, "alcohol")
    assert (item.floor, item.floor_note) == (Answer.NEVER, "We meet sober.\nAlways.")
    assert says(client.get(listed.url(row.pk)), "“Never” holds, whatever is answered.")
    client.post(address, listed.typed_again(row, "alcohol", floor="maybe"))
    assert saved(row, "alcohol").floor == Answer.MAYBE
    client.post(address, listed.typed_again(row, "alcohol", floor="free"))
    assert (saved(row, "alcohol").floor, row.entries) == (None, [])


def test_no_longer_ask_and_ask_again(client: Client, row: ItemList) -> None:
    address = listed.url(row.pk, "items", "gift_given")
    client.post(address, listed.typed_again(row, "gift_given", asked="no"))
    assert saved(row, "gift_given").asked is False
    assert says(client.get(listed.url(row.pk)), "No longer asked")
    client.post(address, listed.typed_again(row, "gift_given", asked="yes"))
    assert (saved(row, "gift_given").asked, row.entries) == (True, [])


@pytest.mark.parametrize("key", ["romance", "romance_with_family", "suicide_plan"])
def test_what_ethical_support_asks_for_is_not_for_sale(client: Client, row: ItemList, key: str) -> None:
    address = listed.url(row.pk, "items", key)
    before = items_of(row).by_key[key]
    form = client.get(address).context["form"]
    assert {"asked", "floor", "because"} & set(form.fields) == set()
    forged = {"floor": "maybe", "because": "We allow it.", "asked": "no", "title": "Love"}
    assert client.post(address, listed.typed_again(row, key, **forged)).status_code == 302
    item = saved(row, key)
    assert (item.title, item.floor, item.asked) == ("Love", before.floor, True)
    assert str(item.floor_note) == str(before.floor_note)
    assert (row.entries[0]["floor"], row.entries[0]["asked"]) == ("", True)


@pytest.mark.parametrize(
    ("field", "changes", "words"),
    [
        ("because", {"floor": "never"}, "Please give the reason. Both of them read it."),
        ("because", {"floor": "never", "because": "   "}, "Please give the reason."),
        (
            "asked",
            {"floor": "never", "because": "x", "asked": "no"},
            "Where you draw a firm line the question is always asked.",
        ),
        ("floor", {"floor": "always", "because": "x"}, "Please choose one of these."),
        ("floor", {"floor": ""}, "Please choose one of these."),
        ("floor", {"floor": "\0"}, "Please choose one of these."),
        ("asked", {"asked": "perhaps"}, "Please choose one of these."),
        ("because", {"floor": "never", "because": "x" * 301}, "301 characters long"),
    ],
)
def test_wrong_answers(
    client: Client, row: ItemList, field: str, changes: dict[str, str], words: str
) -> None:
    form = listed.typed_again(row, "alcohol", **{"title": "As typed", **changes})
    answer = client.post(listed.url(row.pk, "items", "alcohol"), form)
    assert (answer.status_code, 'value="As typed"' in answer.content.decode()) == (422, True)
    assert any(words in error for error in beside(answer, field))
    row.refresh_from_db()
    assert (row.entries, row.revision) == ([], 0)


@pytest.mark.parametrize("nasty", NASTY)
@pytest.mark.parametrize("field", ["title", "supporter", "peer"])
def test_nasty_words(client: Client, row: ItemList, field: str, nasty: str) -> None:
    form = listed.typed_again(row, "alcohol", because="Kept 🌱 שלום", **{field: nasty})
    answer = client.post(listed.url(row.pk, "items", "alcohol"), form)
    assert (answer.status_code, len(beside(answer, field))) == (422, 1)
    assert "Kept 🌱 שלום" in answer.content.decode()
    row.refresh_from_db()
    assert row.entries == []


def test_a_stale_page_keeps_its_words(client: Client, row: ItemList) -> None:
    address = listed.url(row.pk, "items", "alcohol")
    client.post(address, listed.typed_again(row, "alcohol", title="Theirs"))
    answer = client.post(address, listed.typed_again(row, "alcohol", title="Mine"))
    body = answer.content.decode()
    assert (answer.status_code, says(answer, "What is saved now"), 'value="Mine"' in body) == (
        422,
        True,
        True,
    )
    assert says(answer, "Theirs")
    newest = answer.context["form"]["revision"].value()
    form = listed.typed_again(row, "alcohol", title="Mine", revision=newest)
    assert client.post(address, form).status_code == 302
    assert saved(row, "alcohol").title == "Mine"


@pytest.mark.parametrize("end", ["dropped", "published"])
def test_once_the_draft_is_gone_words_are_kept(
    coordinator: Membership, client: Client, row: ItemList, end: str
) -> None:
    page = listed.typed_again(row, "alcohol", title="Half typed")
    row = listed.added(coordinator, row)
    if end == "dropped":
        client.post(listed.url(row.pk, "drop"), {"revision": row.revision})
    else:
        listed.published(coordinator, row)
    address = listed.url(row.pk, "items", "alcohol")
    answer = client.post(address, page)
    assert (answer.status_code, 'value="Half typed"' in answer.content.decode()) == (422, True)
    assert says(answer, f"Somebody {end} this draft meanwhile.")
    assert client.get(address)["Location"] == listed.url()
    assert saved(row, "alcohol").title != "Half typed"


def test_an_item_that_there_is_not(client: Client, row: ItemList) -> None:
    for key in ("nothing", "own-1", "about-touch", "org-" + "0" * 32, "add"):
        assert client.get(listed.url(row.pk, "items", key)).status_code == 404
        assert client.post(listed.url(row.pk, "items", key), {}).status_code == 404


def test_only_coordinators(ash: Organisation, row: ItemList) -> None:
    for other in (factories.supporter(ash), factories.supervisor(ash)):
        client = factories.signed_in(other)
        for tail in ((), ("items", "alcohol")):
            assert client.get(listed.url(row.pk, *tail)).status_code == 403
        assert client.post(listed.url(row.pk, "items", "alcohol"), {}).status_code == 403


def test_looking_writes_nothing(client: Client, row: ItemList) -> None:
    before = Event.objects.count()
    assert client.get(listed.url(row.pk, "items", "alcohol")).status_code == 200
    row.refresh_from_db()
    assert (row.revision, Event.objects.count()) == (0, before)


def test_the_action_itself_holds_the_line(coordinator: Membership, row: ItemList) -> None:
    """Whoever calls it, by whatever form."""
    by = factories.member(coordinator)
    plain: Any = entry_of("alcohol", [])
    for changes, field in (
        ({"floor": "always", "because": "x"}, "floor"),
        ({"floor": "never"}, "because"),
        ({"floor": "never", "because": "x", "asked": False}, "asked"),
    ):
        entry: Any = dict(plain, **changes)
        with pytest.raises(Refused) as no:
            item_lists.edit_item(item_list_id=row.pk, revision=0, entry=entry, by=by, now=listed.START)
        assert no.value.field == field


def test_statements(client: Client, row: ItemList) -> None:
    address = listed.url(row.pk, "items", "alcohol")
    client.get(address)
    for method, most, data in (
        (client.get, 10, None),
        (client.post, 14, listed.typed_again(row, "alcohol", title="Beer")),
    ):
        with CaptureQueriesContext(connection) as asked:
            method(address, data)
        assert len(asked) <= most
