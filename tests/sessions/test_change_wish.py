"""Another supporter: asked for without a reason, answered by a coordinator, not told to the supporter."""

from datetime import datetime, timedelta

import pytest

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.access import LinkHolder
from people.models import Organisation
from reminders.models import Reminder
from sessions.actions import change_wishes, pairings
from sessions.models import ChangeWish
from tests import factories
from tests.people.asking import beside, says
from tests.sessions import met
from tests.sessions.test_pairings import queries

LIST = "/o/ash/changes/"


def by_peer(two: met.Two) -> LinkHolder:
    """The peer on their own page."""
    place = factories.member(two.supporter).organisation
    return LinkHolder(new_id(), "pairing", two.pairing.pk, two.peer.pk, place)


def wished(two: met.Two, now: datetime = met.START) -> ChangeWish:
    with wall.inside(two.organisation.pk):
        return change_wishes.wish_change(pairing_id=two.pairing.pk, by=by_peer(two), now=now)


# Wishing ---------------------------------------------------------------------------------------------------------


def test_a_peer_wishes_and_the_coordinators_are_told(ash: Organisation) -> None:
    two = met.introduced(ash)
    other = factories.coordinator(ash)
    wish = wished(two)
    assert (wish.answered_at, wish.asked_by[:5]) == (None, "link:")
    told = Reminder.objects.filter(object_id=wish.pk)
    assert {row.recipient_id for row in told} == {two.coordinator.pk, other.pk}
    assert {(row.kind, row.link_id, row.about_at) for row in told} == {("something_waits", None, None)}
    event = Event.objects.get(verb="sessions.wish_change")
    assert (event.object_id, event.detail) == (str(wish.pk), {})


def test_the_supporter_sees_nothing_of_it(ash: Organisation) -> None:
    two = met.introduced(ash)
    client = factories.signed_in(two.supporter)
    pages = [two.url(), two.url("change"), "/o/ash/", "/o/ash/pairings/"]
    before = [_plain(client, url) for url in pages]
    wish = wished(two)
    assert [_plain(client, url) for url in pages] == before
    assert client.get(LIST).status_code == 403
    change_wishes.answer_change(
        change_wish_id=wish.pk, outcome="stays", by=factories.member(two.coordinator), now=met.START
    )
    assert [_plain(client, url) for url in pages] == before
    assert not Reminder.objects.filter(recipient_id=two.supporter.pk).exclude(kind="look_again").exists()


def _plain(client: object, url: str) -> str:
    import re

    text = client.get(url).content.decode()  # type: ignore[attr-defined]
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", text)


@pytest.mark.parametrize("who", ["supporter", "coordinator"])
def test_members_note_it_for_them(ash: Organisation, who: str) -> None:
    two = met.introduced(ash)
    row = getattr(two, who)
    client = factories.signed_in(row)
    assert says(client.get(two.url("change")), "never has to say why")
    assert not ChangeWish.objects.exists()
    assert {client.post(two.url("change"))["Location"] for _ in range(2)} == {two.url()}
    wish = ChangeWish.objects.get()
    assert wish.asked_by == f"member:{row.pk}"
    told = set(Reminder.objects.exclude(kind="look_again").values_list("recipient_id", flat=True))
    assert told == (set() if who == "coordinator" else {two.coordinator.pk})


def test_a_second_wish_is_the_first(ash: Organisation) -> None:
    two = met.introduced(ash)
    first = wished(two)
    answer = factories.signed_in(two.supporter).post(two.url("change"), follow=True)
    assert says(answer, "Noted. A coordinator talks with them.")  # the same, whoever was first
    assert list(ChangeWish.objects.all()) == [first]
    assert Event.objects.filter(verb="sessions.wish_change").count() == 1


def test_not_after_the_end(ash: Organisation, now: datetime) -> None:
    two = met.introduced(ash)
    pairings.end(pairing_id=two.pairing.pk, by=factories.member(two.coordinator), now=now)
    with pytest.raises(Refused, match="has ended"):
        wished(two)
    client = factories.signed_in(two.coordinator)
    assert client.get(two.url("change"))["Location"] == two.url()
    assert says(client.post(two.url("change"), follow=True), "This pairing has ended.")


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_notes_it(ash: Organisation, elm: Organisation, method: str) -> None:
    two = met.introduced(ash)
    others = {met.supervised(two): 403, factories.supporter(ash): 404, factories.coordinator(elm): 404}
    for row, status in others.items():
        wall.enter(ash.pk)
        assert getattr(factories.signed_in(row), method)(two.url("change")).status_code == status
    wall.enter(ash.pk)
    assert not ChangeWish.objects.exists()


# The list --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_for_one_and_for_three(ash: Organisation, count: int) -> None:
    two = met.introduced(ash)
    wished(two)
    for _ in range(count - 1):
        wished(met.introduced(ash))
    client = factories.signed_in(two.coordinator)
    assert queries(client, LIST) == 4
    assert len(client.get(LIST).context["page"].rows) == count


def test_the_list_says_who_and_never_why(ash: Organisation, now: datetime) -> None:
    two, others = met.introduced(ash), met.introduced(ash)
    wished(others, now)
    wished(two, now + timedelta(days=1))
    client = factories.signed_in(two.coordinator)
    rows = client.get(LIST).context["page"].rows
    assert [row.pairing_url for row in rows] == [others.url(), two.url()]
    assert [row.noted for row in rows] == ["by themselves, on their own page"] * 2
    assert says(client.get(two.url()), "Sam would like another supporter.")
    for nonsense in ("x", "\x00", "🌱"):
        assert client.get(LIST, {"after": nonsense}).status_code == 200
    assert client.post(LIST).status_code == 405


def test_a_wish_outlives_its_pairing(ash: Organisation, now: datetime) -> None:
    """Whoever ended it may not have known: somebody still has to talk with the peer."""
    two = met.introduced(ash)
    wished(two)
    pairings.end(pairing_id=two.pairing.pk, by=factories.member(two.supporter), now=now)
    page = factories.signed_in(two.coordinator).get(LIST)
    assert [row.pairing_state for row in page.context["page"].rows] == ["Ended"]


def test_nobody_waits(ash: Organisation, elm: Organisation) -> None:
    wished(met.introduced(elm))
    wall.enter(ash.pk)
    assert says(factories.signed_in(factories.coordinator(ash)).get(LIST), "Nobody waits")


# Answering -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("outcome", ["arranged", "stays"])
def test_answering(ash: Organisation, outcome: str) -> None:
    two = met.introduced(ash)
    wish = wished(two)
    client, url = factories.signed_in(two.coordinator), f"{LIST}{wish.pk}/answer/"
    assert client.get(url).status_code == 200
    answer = client.post(url, {"outcome": outcome})
    assert answer["Location"] == (two.url() if outcome == "arranged" else LIST)
    wish.refresh_from_db()
    assert wish.answered_by == f"member:{two.coordinator.pk}"
    event = Event.objects.get(verb="sessions.answer_change")
    assert (event.object_id, event.detail) == (str(wish.pk), {"outcome": outcome})
    assert {row.state for row in Reminder.objects.exclude(kind="look_again")} == {"cancelled"}
    client.post(url, {"outcome": "stays"})
    assert Event.objects.filter(verb="sessions.answer_change").count() == 1
    assert client.get(url)["Location"] == LIST
    assert wished(two).pk != wish.pk  # the peer may ask again


@pytest.mark.parametrize("outcome", ["", "because", "\x00"])
def test_nonsense(ash: Organisation, outcome: str) -> None:
    two = met.introduced(ash)
    wish = wished(two)
    answer = factories.signed_in(two.coordinator).post(f"{LIST}{wish.pk}/answer/", {"outcome": outcome})
    assert answer.status_code == 422
    assert beside(answer, "outcome") != []
    wish.refresh_from_db()
    assert wish.answered_at is None


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else_answers(ash: Organisation, elm: Organisation, method: str) -> None:
    two = met.introduced(ash)
    wish = wished(two)
    others = {two.supporter: 403, met.supervised(two): 403, factories.coordinator(elm): 404}
    for row, status in others.items():
        wall.enter(ash.pk)
        client, url = factories.signed_in(row), f"{LIST}{wish.pk}/answer/"
        assert getattr(client, method)(url).status_code == status
    wall.enter(elm.pk)
    there = factories.signed_in(factories.coordinator(elm))
    assert getattr(there, method)(f"/o/elm/changes/{wish.pk}/answer/").status_code == 404
