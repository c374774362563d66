"""An item of the organisation's own is added once, and can be left out again before anybody is asked."""

import pytest
from django.test import Client

from lib.ids import new_id
from people.models import Membership, Organisation
from sessions.actions import item_lists
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


def test_add_with_a_firm_line(client: Client, row: ItemList) -> None:
    form = listed.typed(floor="maybe", because="The pool has rules.")
    assert client.get(listed.url(row.pk, "add")).status_code == 200
    for _ in range(2):
        assert client.post(listed.url(row.pk, "add"), form)["Location"] == listed.url(row.pk)
    row.refresh_from_db()
    item = items_of(row).items[-1]
    assert (item.title, item.theme, item.floor) == ("Swimming together 🏊", "social", Answer.MAYBE)
    assert (item.supporter, item.peer) == (
        "You go swimming with them.",
        "You and your supporter go swimming.",
    )
    assert len(item.key) == 36
    assert verbs(row.pk) == ["sessions.begin_items", "sessions.add_item"]
    shown = client.get(listed.url(row.pk))
    assert (says(shown, "New"), says(shown, "“Maybe” at most.")) == (True, True)
    assert items_in_force(row.organisation_id).version == 0


def test_it_can_be_changed_like_any_other(client: Client, row: ItemList) -> None:
    client.post(listed.url(row.pk, "add"), listed.typed())
    row.refresh_from_db()
    key = row.entries[0]["key"]
    address = listed.url(row.pk, "items", key)
    for name in ("title", "supporter", "peer"):
        answer = client.post(address, listed.typed_again(row, key, **{name: ""}))
        assert (answer.status_code, beside(answer, name)) == (422, ["This field is required."])
    assert client.post(address, listed.typed_again(row, key, theme="touch")).status_code == 302
    row.refresh_from_db()
    assert items_of(row).by_key[key].theme == "touch"


def test_left_out_again_before_anybody_was_asked(coordinator: Membership, row: ItemList) -> None:
    row = listed.added(coordinator, row)
    row = listed.edited(coordinator, row, row.entries[0]["key"], asked=False)
    row = listed.edited(coordinator, row, "alcohol", title="Beer")
    assert [one["key"] for one in listed.published(coordinator, row).entries] == ["alcohol"]


def test_what_was_asked_once_keeps_its_words(coordinator: Membership, row: ItemList) -> None:
    key = listed.published(coordinator, listed.added(coordinator, row)).entries[0]["key"]
    for changes in ({"asked": False}, {"title": "Swim"}):
        row = listed.published(
            coordinator, listed.edited(coordinator, listed.begun(coordinator), key, **changes)
        )
        assert [one["key"] for one in row.entries] == [key]
    asked = items_in_force(row.organisation_id)
    assert key not in {item.key for item in asked.asked()}
    assert key in {item.key for item in asked.asked([key])}


@pytest.mark.parametrize("nasty", [*NASTY, ""])
@pytest.mark.parametrize("field", ["title", "supporter", "peer"])
def test_nasty_words(client: Client, row: ItemList, field: str, nasty: str) -> None:
    form = listed.typed(because="Kept 🌱 שלום", **{field: nasty})
    answer = client.post(listed.url(row.pk, "add"), form)
    assert (answer.status_code, len(beside(answer, field))) == (422, 1)
    assert "Kept 🌱 שלום" in answer.content.decode()
    row.refresh_from_db()
    assert row.entries == []


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("theme", {"theme": "own"}),
        ("theme", {"theme": "\0"}),
        ("theme", {"theme": None}),
        ("floor", {"floor": "always"}),
        ("because", {"floor": "never"}),
        ("because", {"floor": "never", "because": "x" * 301}),
        ("once", {"once": "x"}),
    ],
)
def test_wrong_answers(client: Client, row: ItemList, field: str, changes: dict[str, str | None]) -> None:
    answer = client.post(listed.url(row.pk, "add"), listed.typed(**changes))
    assert (answer.status_code, len(beside(answer, field))) == (422, 1)
    assert 'value="Swimming together 🏊"' in answer.content.decode()
    row.refresh_from_db()
    assert row.entries == []


def test_not_too_many(coordinator: Membership, client: Client, row: ItemList) -> None:
    for number in range(item_lists.MOST_ADDED):
        listed.added(coordinator, row, title=f"Item {number}")
    answer = client.post(listed.url(row.pk, "add"), listed.typed())
    assert (answer.status_code, says(answer, "You have added 20 already.")) == (422, True)
    row.refresh_from_db()
    listed.edited(coordinator, row, row.entries[0]["key"], asked=False)
    assert client.post(listed.url(row.pk, "add"), listed.typed()).status_code == 302


def test_adding_does_not_mind_an_older_page(coordinator: Membership, client: Client, row: ItemList) -> None:
    """Nothing is overwritten: two coordinators add side by side."""
    listed.added(coordinator, row, title="Theirs")
    assert client.post(listed.url(row.pk, "add"), listed.typed(title="Mine")).status_code == 302
    row.refresh_from_db()
    assert [one["title"] for one in row.entries] == ["Theirs", "Mine"]


@pytest.mark.parametrize("end", ["dropped", "published"])
def test_once_the_draft_is_gone_words_are_kept(
    coordinator: Membership, client: Client, row: ItemList, end: str
) -> None:
    once = new_id()
    row = listed.added(coordinator, row, once=once)
    if end == "dropped":
        client.post(listed.url(row.pk, "drop"), {"revision": row.revision})
    else:
        listed.published(coordinator, row)
    answer = client.post(listed.url(row.pk, "add"), listed.typed(title="Half typed"))
    assert (answer.status_code, 'value="Half typed"' in answer.content.decode()) == (422, True)
    assert says(answer, f"Somebody {end} this draft meanwhile.")
    assert client.get(listed.url(row.pk, "add"))["Location"] == listed.url()
    row.refresh_from_db()
    assert len(row.entries) == 1


def test_only_coordinators(ash: Organisation, row: ItemList) -> None:
    for other in (factories.supporter(ash), factories.supervisor(ash)):
        client = factories.signed_in(other)
        assert client.get(listed.url(row.pk, "add")).status_code == 403
        assert client.post(listed.url(row.pk, "add"), listed.typed()).status_code == 403
    row.refresh_from_db()
    assert row.entries == []
