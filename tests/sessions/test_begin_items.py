"""A draft is begun once, whoever begins it, with what is asked now."""

import pytest

from audit.models import Event
from lib.ids import new_id
from people.models import Organisation
from sessions.models import ItemList
from tests import factories
from tests.people.asking import verbs
from tests.sessions import listed


def test_begin(ash: Organisation) -> None:
    coordinator = factories.coordinator(ash)
    client = factories.signed_in(coordinator)
    answer = client.post(listed.url("begin"), {"once": new_id()})
    row = ItemList.objects.get()
    assert (answer.status_code, answer["Location"]) == (302, listed.url(row.pk))
    assert (row.version, row.state, row.entries) == (1, "draft", [])
    assert verbs(row.pk) == ["sessions.begin_items"]
    assert "Nobody is asked this yet." in client.get(answer["Location"]).content.decode()


def test_a_second_coordinator_goes_on_with_the_draft(ash: Organisation) -> None:
    row = listed.begun(factories.coordinator(ash))
    client = factories.signed_in(factories.coordinator(ash))
    once = new_id()
    for _ in range(2):
        assert client.post(listed.url("begin"), {"once": once})["Location"] == listed.url(row.pk)
    assert ItemList.objects.count() == 1
    assert Event.objects.filter(verb="sessions.begin_items").count() == 1


def test_the_next_draft_begins_with_what_is_in_force(ash: Organisation) -> None:
    coordinator = factories.coordinator(ash)
    first = listed.published(coordinator, listed.added(coordinator, listed.begun(coordinator)))
    second = listed.begun(coordinator)
    assert (second.version, second.entries) == (2, first.entries)


def test_the_same_form_again_finds_what_it_made(ash: Organisation) -> None:
    coordinator = factories.coordinator(ash)
    client, once = factories.signed_in(coordinator), new_id()
    client.post(listed.url("begin"), {"once": once})
    row = listed.published(coordinator, listed.added(coordinator, ItemList.objects.get()))
    assert client.post(listed.url("begin"), {"once": once})["Location"] == listed.url(row.pk)
    assert ItemList.objects.count() == 1
    assert client.get(listed.url(row.pk))["Location"] == listed.url()


@pytest.mark.parametrize("form", [{}, {"once": "x"}, {"once": "\0"}, {"once": "🌱" * 400}])
def test_a_form_without_its_number(ash: Organisation, form: dict[str, str]) -> None:
    client = factories.signed_in(factories.coordinator(ash))
    assert (
        "press the button once more" in client.post(listed.url("begin"), form, follow=True).content.decode()
    )
    assert ItemList.objects.count() == 0


def test_a_number_that_is_another_organisations_row(ash: Organisation, elm: Organisation) -> None:
    theirs = listed.begun(factories.coordinator(elm))
    factories.signed_in(factories.coordinator(ash)).post(listed.url("begin"), {"once": theirs.pk})
    assert ItemList.objects.get().organisation_id == ash.pk


def test_only_coordinators_and_only_by_pressing(ash: Organisation) -> None:
    for row in (factories.supporter(ash), factories.supervisor(ash)):
        assert factories.signed_in(row).post(listed.url("begin"), {"once": new_id()}).status_code == 403
    assert factories.signed_in(factories.coordinator(ash)).get(listed.url("begin")).status_code == 405
    assert ItemList.objects.count() == 0
