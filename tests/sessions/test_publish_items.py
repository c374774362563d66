"""A draft is put in force: sheets ask it, what was agreed stays, and a raised floor starts another look."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from people.models import Membership, Organisation
from reminders.models import Reminder
from sessions.actions import agreeing, pairings
from sessions.models import Agreement, ItemList
from sessions.queries.item_lists import items_in_force
from tests import factories
from tests.people.asking import says, verbs
from tests.sessions import listed, met

LATER = listed.START + timedelta(days=9)


@pytest.fixture
def coordinator(ash: Organisation) -> Membership:
    return factories.coordinator(ash)


@pytest.fixture
def client(coordinator: Membership) -> Client:
    return factories.signed_in(coordinator)


def floored(coordinator: Membership, key: str = "alcohol", floor: str = "never") -> ItemList:
    """A draft that draws a line where there was none."""
    row = listed.begun(coordinator, now=LATER)
    return listed.edited(coordinator, row, key, floor=floor, because="Our house rule.", now=LATER)


def marks() -> list[tuple[Any, str]]:
    return list(Agreement.objects.order_by("pk").values_list("look_again_at", "look_again_because"))


def test_publish(coordinator: Membership, client: Client) -> None:
    row = listed.added(coordinator, listed.begun(coordinator))
    address = listed.url(row.pk, "publish")
    asked = client.get(address)
    for words in (
        "What changes",
        "Swimming together",
        "This is new.",
        "No agreement has to be looked at again.",
    ):
        assert says(asked, words)
    assert ItemList.objects.get().state == "draft"
    for _ in range(2):
        answer = client.post(address, {"revision": row.revision})
        assert (answer.status_code, answer["Location"]) == (302, listed.url())
    row.refresh_from_db()
    assert (row.state, row.published_by, row.raises_floors) == (
        "in_force",
        factories.member(coordinator).actor,
        False,
    )
    assert verbs(row.pk) == ["sessions.begin_items", "sessions.add_item", "sessions.publish_items"]
    asked_now = items_in_force(row.organisation_id)
    assert (asked_now.version, asked_now.items[-1].title) == (1, "Swimming together 🏊")


def test_the_next_version_takes_its_place(coordinator: Membership) -> None:
    first = listed.published(coordinator, listed.added(coordinator, listed.begun(coordinator)))
    second = listed.published(coordinator, floored(coordinator))
    assert dict(ItemList.objects.values_list("version", "state")) == {1: "replaced", 2: "in_force"}
    assert [one["key"] for one in second.entries] == [first.entries[0]["key"], "alcohol"]


def test_a_raised_floor_starts_another_look(
    ash: Organisation, coordinator: Membership, client: Client
) -> None:
    one, other = met.introduced(ash), met.introduced(ash)
    kept = met.agreed(one)
    before: dict[str, Any] = dict(Agreement.objects.values().get())
    met.yes(other, met.ready(other))
    waiting = met.drafted(met.introduced(ash))
    row = floored(coordinator)
    asked = client.get(listed.url(row.pk, "publish"))
    assert says(asked, "2 agreements in force are to be looked at again.")
    body = asked.content.decode()
    assert "Sam" not in body
    assert str(one.pairing.pk) not in body
    row = listed.published(coordinator, row, now=LATER)
    assert row.raises_floors is True
    kept.refresh_from_db()
    after = Agreement.objects.values().get(pk=kept.pk)
    changed = {key for key, value in after.items() if before[key] != value}
    assert changed == {"look_again_at", "look_again_because"}
    assert marks() == [(LATER, "floor"), (LATER, "floor"), (None, "")]
    waiting.refresh_from_db()
    assert waiting.look_again_at is None
    told = Reminder.objects.filter(object_id=row.pk, kind="something_waits")
    assert set(told.values_list("recipient_id", flat=True)) == {one.supporter.pk, other.supporter.pk}
    assert set(told.values_list("due_at", flat=True)) == {LATER}
    event = Event.objects.get(verb="sessions.publish_items")
    assert event.detail == {"version": 1, "told": 2}
    assert not Event.objects.filter(verb="sessions.look").filter(at=LATER).exists()


def test_a_supporter_of_two_hears_once(ash: Organisation, coordinator: Membership) -> None:
    one = met.introduced(ash)
    met.agreed(one)
    peer = factories.peer(ash, name="Kim")
    pairing = met.pair(one.coordinator, one.supporter, peer)
    met.agreed(met.Two(ash, one.coordinator, one.supporter, peer, pairing))
    row = listed.published(coordinator, floored(coordinator), now=LATER)
    assert Reminder.objects.filter(object_id=row.pk).count() == 1
    assert [because for _at, because in marks()] == ["floor", "floor"]


def test_a_floor_that_is_lowered_or_new_words_start_nothing(
    ash: Organisation, coordinator: Membership
) -> None:
    listed.published(coordinator, floored(coordinator))
    met.agreed(met.introduced(ash))
    row = listed.edited(coordinator, listed.begun(coordinator), "alcohol", floor="maybe", title="Beer")
    assert listed.published(coordinator, row, now=LATER).raises_floors is False
    assert marks() == [(None, "")]
    assert Reminder.objects.filter(object_id=row.pk).count() == 0


def test_what_was_asked_from_the_new_list_is_left_alone(ash: Organisation, coordinator: Membership) -> None:
    listed.published(coordinator, floored(coordinator))
    made = met.agreed(met.introduced(ash))
    assert (made.item_list, marks()) == (1, [(None, "")])


def test_what_lies_before_both_is_looked_at_again_too(
    ash: Organisation, coordinator: Membership, client: Client
) -> None:
    """It was asked from the old list, and may be in force tomorrow."""
    two = met.introduced(ash)
    draft = met.ready(two)
    by = factories.member(two.supporter)
    agreeing.propose(agreement_id=draft.pk, revision=draft.revision, by=by, now=listed.START)
    row = floored(coordinator)
    asked = client.get(listed.url(row.pk, "publish"))
    assert says(asked, "No agreement in force has to be looked at again.")
    assert says(asked, "1 agreement that waits for a yes is to be looked at again, too.")
    listed.published(coordinator, row, now=LATER)
    assert marks() == [(LATER, "floor")]
    draft.refresh_from_db()
    made = met.yes(two, draft, now=LATER)
    assert (made.state, made.item_list, marks()) == ("in_force", 0, [(LATER, "floor")])


def test_nobody_says_yes_to_a_list_they_have_not_read(ash: Organisation, coordinator: Membership) -> None:
    """The page side by side was opened before the list was published: what it shows is not what would hold."""
    two = met.introduced(ash)
    draft = met.ready(two, review_on=met.days_ahead(56), now=datetime.now(UTC))
    supporter, url = factories.signed_in(two.supporter), two.url("agree")
    supporter.get(url)
    listed.published(coordinator, floored(coordinator), now=LATER)
    yes = {"agreement": str(draft.pk), "supporter_yes": "on", "peer_yes": "on"}
    answer = supporter.post(url, {**yes, "revision": draft.revision})
    assert (answer.status_code, says(answer, "has changed since you opened this page")) == (422, True)
    newest = answer.context["form"]["revision"].value()
    assert supporter.post(url, {**yes, "revision": newest}).status_code == 302
    made = Agreement.objects.get()
    assert (made.state, made.item_list, made.look_again_because) == ("in_force", 1, "")


def test_an_earlier_reason_to_look_keeps_its_moment(ash: Organisation, coordinator: Membership) -> None:
    met.agreed(met.introduced(ash))
    Agreement.objects.update(look_again_at=listed.START, look_again_because="changed")
    listed.published(coordinator, floored(coordinator), now=LATER)
    assert marks() == [(listed.START, "floor")]


def test_what_has_ended_is_left_in_peace(ash: Organisation, coordinator: Membership) -> None:
    two = met.introduced(ash)
    met.agreed(two)
    pairings.end(pairing_id=two.pairing.pk, by=factories.member(two.coordinator), now=LATER)
    row = listed.published(coordinator, floored(coordinator), now=LATER)
    assert (row.raises_floors, marks()) == (True, [(None, "")])
    assert Reminder.objects.filter(object_id=row.pk).count() == 0


def test_another_organisations_agreements_are_theirs(
    ash: Organisation, elm: Organisation, coordinator: Membership
) -> None:
    with wall.inside(elm.pk):
        met.agreed(met.introduced(elm))
    with wall.inside(ash.pk):
        listed.published(coordinator, floored(coordinator), now=LATER)
    with wall.inside(elm.pk):
        assert marks() == [(None, "")]


def test_nothing_to_publish(coordinator: Membership, client: Client) -> None:
    row = listed.begun(coordinator)
    address = listed.url(row.pk, "publish")
    shown = client.get(address)
    assert (says(shown, "Nothing is different"), "<h2>What follows" in shown.content.decode()) == (
        True,
        False,
    )
    answer = client.post(address, {"revision": row.revision})
    assert (answer.status_code, says(answer, "Nothing is different from what is asked now.")) == (422, True)
    row.refresh_from_db()
    assert row.state == "draft"


def test_a_stale_page_publishes_nothing(coordinator: Membership, client: Client) -> None:
    row = listed.added(coordinator, listed.begun(coordinator))
    listed.edited(coordinator, row, "alcohol", title="Beer")
    answer = client.post(listed.url(row.pk, "publish"), {"revision": row.revision})
    assert (answer.status_code, says(answer, "Somebody changed this draft")) == (422, True)
    assert says(answer, "What it is called from now on: Beer")
    assert ItemList.objects.get().state == "draft"
    newest = answer.context["form"]["revision"].value()
    assert client.post(listed.url(row.pk, "publish"), {"revision": newest}).status_code == 302


@pytest.mark.parametrize("revision", ["", "x", "-1", "\0", "9" * 40])
def test_a_form_without_its_revision(coordinator: Membership, client: Client, revision: str) -> None:
    row = listed.added(coordinator, listed.begun(coordinator))
    assert client.post(listed.url(row.pk, "publish"), {"revision": revision}).status_code == 422
    assert ItemList.objects.get().state == "draft"


def test_what_was_dropped_is_not_published(coordinator: Membership, client: Client) -> None:
    row = listed.added(coordinator, listed.begun(coordinator))
    client.post(listed.url(row.pk, "drop"), {"revision": row.revision})
    answer = client.post(listed.url(row.pk, "publish"), {"revision": row.revision})
    assert (answer.status_code, says(answer, "Somebody dropped this draft meanwhile.")) == (422, True)
    with pytest.raises(Refused, match="dropped"):
        listed.published(coordinator, row)
    assert items_in_force(row.organisation_id).version == 0


def test_what_is_published_stands_still(coordinator: Membership) -> None:
    row = listed.published(coordinator, listed.added(coordinator, listed.begun(coordinator)))
    changes: tuple[dict[str, Any], ...] = (
        {"entries": []},
        {"version": 9},
        {"raises_floors": True},
        {"published_by": "x"},
        {"drafted_by": "x"},
    )
    for change in changes:
        with pytest.raises(IntegrityError), transaction.atomic():
            ItemList.objects.filter(pk=row.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        ItemList.objects.filter(pk=listed.begun(coordinator).pk).update(
            state="in_force", published_at=LATER, published_by="x"
        )


def test_only_coordinators(ash: Organisation, coordinator: Membership) -> None:
    row = listed.added(coordinator, listed.begun(coordinator))
    for other in (factories.supporter(ash), factories.supervisor(ash)):
        client = factories.signed_in(other)
        assert client.get(listed.url(row.pk, "publish")).status_code == 403
        assert client.post(listed.url(row.pk, "publish"), {"revision": 1}).status_code == 403
    assert ItemList.objects.get().state == "draft"


def test_statements(ash: Organisation, coordinator: Membership, client: Client) -> None:
    met.agreed(met.introduced(ash))
    row = floored(coordinator)
    client.get(listed.url(row.pk, "publish"))
    counts = []
    for method, data in ((client.get, None), (client.post, {"revision": row.revision})):
        with CaptureQueriesContext(connection) as asked:
            assert method(listed.url(row.pk, "publish"), data).status_code in (200, 302)
        counts.append(len([one for one in asked if "SAVEPOINT" not in one["sql"]]))
    assert (counts[0] <= 10, counts[1] <= 14) == (True, True), counts
