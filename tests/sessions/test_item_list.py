"""What is asked: PeerSafe's own items or the organisation's list, read by all, with its earlier versions."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from lib import wall
from people.models import Organisation
from sessions.item_changes import differing, raises_floors, with_entry
from sessions.item_sets import BUILT_IN, Entry, item_set
from sessions.items import ITEMS, Answer
from sessions.queries.item_lists import changes, floor_words, items_in_force
from tests import factories
from tests.people.asking import says
from tests.sessions import listed


def entry(key: str, **rest: Any) -> Entry:
    made: Any = {"key": key, "asked": True, "theme": "", "title": "", "supporter": "", "peer": ""}
    made |= {"floor": "", "because": "", **rest}
    return made  # type: ignore[no-any-return]


def test_peersafes_own_list_comes_first(ash: Organisation) -> None:
    for row in (factories.coordinator(ash), factories.supporter(ash), factories.supervisor(ash)):
        answer = factories.signed_in(row).get(listed.url())
        assert answer.status_code == 200
        assert says(answer, "The list that comes with PeerSafe.")
        groups = answer.context["page"].groups
        assert (groups[0][0], sum(len(rows) for _label, rows in groups)) == ("Touch", 27)
        assert "<title>Settings</title>" in answer.content.decode()
    assert items_in_force(ash.pk) is BUILT_IN


def test_only_coordinators_are_offered_to_change_it(ash: Organisation) -> None:
    coordinator = factories.coordinator(ash)
    assert "Change the list" in factories.signed_in(coordinator).get(listed.url()).content.decode()
    for row in (factories.supporter(ash), factories.supervisor(ash)):
        body = factories.signed_in(row).get(listed.url()).content.decode()
        assert ("Change the list" in body, "/organisation/" in body) == (False, False)
    draft = listed.begun(coordinator)
    assert f"boundaries/{draft.pk}/" in factories.signed_in(coordinator).get(listed.url()).content.decode()
    body = factories.signed_in(factories.supporter(ash)).get(listed.url()).content.decode()
    assert str(draft.pk) not in body


def test_earlier_versions_stay_readable(ash: Organisation) -> None:
    coordinator = factories.coordinator(ash)
    listed.published(coordinator, listed.added(coordinator, listed.begun(coordinator)))
    row = listed.begun(coordinator)
    key = row.entries[0]["key"]
    listed.published(coordinator, listed.edited(coordinator, row, key, asked=False))
    client = factories.signed_in(factories.supporter(ash))
    newest = client.get(listed.url())
    assert says(newest, "Version 2, in force since 5 January 2026.")
    assert [one.title for one in newest.context["page"].no_longer] == ["Swimming together 🏊"]
    first = client.get(listed.url(), {"version": "1"})
    assert says(first, "Version 1, in force from 5 January 2026 until 5 January 2026.")
    assert says(first, "You go swimming with them.")
    assert first.context["page"].no_longer == []
    own = client.get(listed.url(), {"version": "0"})
    assert says(own, "The list that comes with PeerSafe, asked until 5 January 2026.")
    assert "swimming" not in own.content.decode()


@pytest.mark.parametrize("version", ["3", "-1", "x", "١", "", "9" * 40, "1\0"])
def test_a_version_that_there_is_not(ash: Organisation, version: str) -> None:
    coordinator = factories.coordinator(ash)
    listed.published(coordinator, listed.added(coordinator, listed.begun(coordinator)))
    listed.begun(coordinator)
    for client in (factories.signed_in(coordinator), factories.signed_in(factories.supporter(ash))):
        assert client.get(listed.url(), {"version": version}).status_code == 404
        assert client.get(listed.url(), {"version": "2"}).status_code == 404  # only a draft


def test_another_organisations_list_is_not_ours(ash: Organisation, elm: Organisation) -> None:
    theirs = factories.coordinator(elm)
    row = listed.published(theirs, listed.added(theirs, listed.begun(theirs)))
    assert items_in_force(ash.pk) is BUILT_IN
    client = factories.signed_in(factories.coordinator(ash))
    for tail in ((), ("add",), ("drop",), ("publish",), ("items", "alcohol")):
        assert client.get(listed.url(row.pk, *tail)).status_code == 404
        assert client.post(listed.url(row.pk, *tail), {}).status_code in (404, 405)
    with wall.inside(elm.pk):
        assert items_in_force(elm.pk).version == 1


def test_as_many_queries_for_many_versions(ash: Organisation) -> None:
    coordinator = factories.coordinator(ash)
    client, counts = factories.signed_in(factories.supporter(ash)), []
    for number in range(3):
        row = listed.begun(coordinator)
        listed.published(coordinator, listed.added(coordinator, row, title=f"Item {number}"))
        client.get(listed.url())
        with CaptureQueriesContext(
            connection,
        ) as asked:
            assert says(client.get(listed.url()), f"Version {number + 1}")
        counts.append(len(asked))
    assert counts[0] == counts[2]
    assert counts[0] <= 8


# Pure: what differs, and whether a floor was raised ----------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "after", "raised"),
    [
        ([], [entry("alcohol", floor="never", because="x")], True),
        ([], [entry("alcohol", floor="maybe", because="x")], True),
        (
            [entry("alcohol", floor="maybe", because="x")],
            [entry("alcohol", floor="never", because="x")],
            True,
        ),
        (
            [entry("alcohol", floor="never", because="x")],
            [entry("alcohol", floor="maybe", because="x")],
            False,
        ),
        ([entry("alcohol", floor="never", because="x")], [], False),
        (
            [entry("alcohol", floor="never", because="x")],
            [entry("alcohol", floor="never", because="y")],
            False,
        ),
        ([], [entry("alcohol", title="Beer")], False),
        ([], [entry("alcohol", asked=False)], False),
        ([entry("alcohol", asked=False)], [entry("alcohol", floor="maybe", because="x")], True),
        ([], [entry("org-1", theme="social", title="a", supporter="b", peer="c")], False),
        ([], [entry("org-1", theme="social", floor="never", because="x")], True),
        # Of ethical support: whatever is stored, the floor is what it was.
        (
            [entry("romance", floor="maybe", because="x")],
            [entry("romance", floor="never", because="x")],
            False,
        ),
    ],
)
def test_raised(before: list[Entry], after: list[Entry], raised: bool) -> None:
    assert raises_floors(item_set(1, before), item_set(2, after)) is raised


def test_an_item_as_it_comes_is_not_stored() -> None:
    changed = with_entry([], entry("alcohol", theme="social", title="Beer"))
    assert [one["key"] for one in changed] == ["alcohol"]
    assert with_entry(changed, entry("alcohol", theme="social")) == []
    assert with_entry([], entry("alcohol", theme="social")) == []


def test_nothing_differs_from_itself() -> None:
    for one in (BUILT_IN, item_set(1, []), item_set(2, [entry("alcohol", title="Beer")])):
        assert differing(one, one) == []
    assert differing(BUILT_IN, item_set(1, [entry("alcohol", title="Drinking alcohol together")])) == []


def test_floors_in_words() -> None:
    by_key = {item.key: item for item in ITEMS}
    assert floor_words(by_key["alcohol"]) == ""
    assert floor_words(by_key["romance"]) == "“Never” holds, whatever is answered."
    assert floor_words(by_key["suicide_plan"]) == "“Always” holds, whatever is answered."
    maybe = item_set(1, [entry("alcohol", floor="maybe", because="x")]).by_key["alcohol"]
    assert (maybe.floor, floor_words(maybe)) == (Answer.MAYBE, "“Maybe” at most. “Never” is fine too.")


def test_changes_in_words() -> None:
    new = entry("org-1", theme="social", title="Swim", supporter="You swim.", peer="They swim.")
    before = item_set(1, [entry("alcohol", floor="never", because="House rule.")])
    after = item_set(2, [entry("alcohol", title="Beer"), entry("hug_given", asked=False), new])
    said = {str(one.title): list(one.lines) for one in changes(before, after)}
    assert said == {
        "A hug from the supporter": ["It is no longer asked."],
        "Beer": [
            "What it is called until now: Drinking alcohol together",
            "What it is called from now on: Beer",
            "No firm line is drawn any more.",
        ],
        "Swim": ["This is new.", "Supporters read: You swim.", "Peers read: They swim."],
    }
    back = {str(one.title): list(one.lines) for one in changes(after, before)}
    assert back["A hug from the supporter"] == ["It is asked again."]
    assert back["Drinking alcohol together"][2:] == [
        "A firm line: “Never” holds, whatever is answered.",
        "The reason: House rule.",
    ]
