"""A draft is dropped: what is asked stays, and the next one begins anew."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from lib.refusal import Refused
from people.models import Membership, Organisation
from sessions.actions import item_lists
from sessions.models import ItemList
from sessions.queries.item_lists import items_in_force
from tests import factories
from tests.people.asking import says, verbs
from tests.sessions import listed


@pytest.fixture
def coordinator(ash: Organisation) -> Membership:
    return factories.coordinator(ash)


@pytest.fixture
def client(coordinator: Membership) -> Client:
    return factories.signed_in(coordinator)


@pytest.fixture
def row(coordinator: Membership) -> ItemList:
    return listed.added(coordinator, listed.begun(coordinator))


def test_drop(coordinator: Membership, client: Client, row: ItemList) -> None:
    address = listed.url(row.pk, "drop")
    asked = client.get(address)
    assert (says(asked, "Drop this draft?"), says(asked, "Swimming together")) == (True, True)
    row.refresh_from_db()
    assert row.state == "draft"
    for _ in range(2):
        assert client.post(address, {"revision": row.revision})["Location"] == listed.url()
    row.refresh_from_db()
    assert (row.state, row.published_at) == ("withdrawn", None)
    assert verbs(row.pk) == ["sessions.begin_items", "sessions.add_item", "sessions.drop_items"]
    assert items_in_force(row.organisation_id).version == 0
    again = listed.begun(coordinator)
    assert (again.pk != row.pk, again.version, again.entries) == (True, 2, [])
    assert "Version" not in client.get(listed.url()).content.decode()


def test_a_stale_page_drops_nothing(coordinator: Membership, client: Client, row: ItemList) -> None:
    listed.added(coordinator, row, title="Another")
    answer = client.post(listed.url(row.pk, "drop"), {"revision": row.revision})
    assert (answer.status_code, says(answer, "Somebody changed this draft")) == (422, True)
    assert says(answer, "Another")
    newest = answer.context["form"]["revision"].value()
    assert client.post(listed.url(row.pk, "drop"), {"revision": newest}).status_code == 302
    row.refresh_from_db()
    assert row.state == "withdrawn"


@pytest.mark.parametrize("revision", ["", "x", "-1", "\0", "9" * 40])
def test_a_form_without_its_revision(client: Client, row: ItemList, revision: str) -> None:
    assert client.post(listed.url(row.pk, "drop"), {"revision": revision}).status_code == 422
    row.refresh_from_db()
    assert row.state == "draft"


def test_what_is_published_is_not_dropped(coordinator: Membership, client: Client, row: ItemList) -> None:
    listed.published(coordinator, row)
    assert client.get(listed.url(row.pk, "drop"))["Location"] == listed.url()
    answer = client.post(listed.url(row.pk, "drop"), {"revision": row.revision})
    assert (answer.status_code, says(answer, "Somebody published this draft meanwhile.")) == (422, True)
    by = factories.member(coordinator)
    with pytest.raises(Refused, match="published"):
        item_lists.drop_items(item_list_id=row.pk, revision=row.revision, by=by, now=listed.START)
    assert items_in_force(row.organisation_id).version == 1


def test_what_is_dropped_stays_as_it_was(client: Client, row: ItemList) -> None:
    client.post(listed.url(row.pk, "drop"), {"revision": row.revision})
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemList.objects.filter(pk=row.pk).update(entries=[])


def test_only_coordinators(ash: Organisation, row: ItemList) -> None:
    for other in (factories.supporter(ash), factories.supervisor(ash)):
        client = factories.signed_in(other)
        assert client.get(listed.url(row.pk, "drop")).status_code == 403
        assert client.post(listed.url(row.pk, "drop"), {"revision": 1}).status_code == 403
    row.refresh_from_db()
    assert row.state == "draft"
