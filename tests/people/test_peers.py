"""Peers: made, edited, archived, restored; seen by whom."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from audit.actions import Operator
from lib.ids import new_id
from people import policies
from people.actions import groups, members, peers
from people.models import GroupMember, Organisation, Peer
from reminders.models import ChannelPreference
from reminders.queries import address_of
from tests import factories
from tests.people.asking import FINE, NASTY, beside, follow, peer_form, says, url, verbs


@pytest.fixture
def client(ash: Organisation) -> Client:
    """A coordinator's browser."""
    return factories.signed_in(factories.coordinator(ash))


# peer_add ---------------------------------------------------------------------------------------------------


def test_add_a_peer(ash: Organisation, client: Client) -> None:
    form = peer_form(name="Sam", email="sam@example.org", safe_to_write="on")
    page = follow(client, client.post(url("peer_add"), form))
    peer = Peer.objects.get()
    assert (peer.name, peer.pronouns, peer.zone) == (
        "Sam",
        "they/them",
        "Europe/London",
    )
    assert address_of(peer.pk, peer.data_key) == "sam@example.org"
    assert verbs(peer.pk) == ["people.add_peer"]
    assert says(page, "by e-mail; they said it is safe")
    assert b"sam@example.org" not in page.content


def test_the_same_form_twice_makes_one_peer(client: Client) -> None:
    form = peer_form(email="sam@example.org", safe_to_write="on")
    first, second = client.post(url("peer_add"), form), client.post(url("peer_add"), form)
    assert first["Location"] == second["Location"]
    assert (Peer.objects.count(), ChannelPreference.objects.filter(address__gt=b"").count()) == (
        1,
        2,
    )  # one is the coordinator's


def test_no_address_without_their_yes(client: Client) -> None:
    answer = client.post(url("peer_add"), peer_form(email="sam@example.org"))
    assert answer.status_code == 422
    assert beside(answer, "safe_to_write") == ["Please ask them first. Without their yes we keep no address."]
    assert 'value="sam@example.org"' in answer.content.decode()
    assert Peer.objects.count() == 0


@pytest.mark.parametrize("name", FINE)
def test_any_name_people_have(client: Client, name: str) -> None:
    page = follow(client, client.post(url("peer_add"), peer_form(name=name)))
    assert Peer.objects.get().name == name
    assert "<script>alert" not in page.content.decode()


@pytest.mark.parametrize("name", ["", *NASTY])
def test_no_name_nobody_can_read(client: Client, name: str) -> None:
    answer = client.post(url("peer_add"), peer_form(name=name, pronouns="kept/typed"))
    assert answer.status_code == 422
    assert len(beside(answer, "name")) >= 1
    assert "kept/typed" in answer.content.decode()
    assert Peer.objects.count() == 0


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("zone", "Mars/Olympus"),
        ("zone", "../../etc/passwd"),
        ("zone", ""),
        ("pronouns", "x" * 41),
        ("email", "not an address"),
        ("email", "a@b\nBcc: c@d.org"),
        ("once", "not-an-id"),
        ("language", "tlh"),
    ],
)
def test_wrong_facts_are_refused(client: Client, field: str, value: str) -> None:
    answer = client.post(url("peer_add"), peer_form(**{"safe_to_write": "on", field: value}))
    assert answer.status_code == 422
    assert len(beside(answer, field)) >= 1
    assert Peer.objects.count() == 0


def test_only_coordinators_add(ash: Organisation) -> None:
    for row in (factories.supporter(ash), factories.supervisor(ash)):
        browser = factories.signed_in(row)
        assert browser.get(url("peer_add")).status_code == 403
        assert browser.post(url("peer_add"), peer_form()).status_code == 403
    assert Peer.objects.count() == 0


# edit_peer --------------------------------------------------------------------------------------------------


def edited(peer: Peer, **changes: Any) -> dict[str, str]:
    form = peer_form(name=peer.name, pronouns=peer.pronouns, once=None, revision=peer.revision)
    return form | {key: str(value) for key, value in changes.items()}


def test_edit_a_peer(ash: Organisation, client: Client) -> None:
    peer = factories.peer(ash)
    client.post(url("edit_peer", peer.pk), edited(peer, name="Sammy", zone="Europe/Dublin"))
    peer.refresh_from_db()
    assert (peer.name, peer.zone, peer.revision) == ("Sammy", "Europe/Dublin", 1)
    assert verbs(peer.pk) == ["people.add_peer", "people.edit_peer"]


def test_a_stale_page_is_refused_and_can_be_saved_again(ash: Organisation, client: Client) -> None:
    peer = factories.peer(ash)
    form = edited(peer, name="Mine")
    client.post(url("edit_peer", peer.pk), edited(peer, name="Theirs"))
    answer = client.post(url("edit_peer", peer.pk), form)
    assert answer.status_code == 422
    assert says(answer, "Somebody changed this while you had the page open.")
    assert says(answer, "Theirs")
    assert 'value="Mine"' in answer.content.decode()
    assert Peer.objects.get().name == "Theirs"
    again = form | {"revision": answer.context["form"]["revision"].value()}
    assert client.post(url("edit_peer", peer.pk), again).status_code == 302
    assert Peer.objects.get().name == "Mine"


def test_the_same_edit_twice_is_one(ash: Organisation, client: Client) -> None:
    peer = factories.peer(ash)
    form = edited(peer, name="Sammy")
    assert [client.post(url("edit_peer", peer.pk), form).status_code for _ in range(2)] == [302, 302]
    assert (Peer.objects.get().revision, verbs(peer.pk).count("people.edit_peer")) == (1, 1)


def test_the_address_is_replaced_kept_and_forgotten(ash: Organisation, client: Client) -> None:
    peer = factories.peer(ash)
    page = url("edit_peer", peer.pk)
    client.post(page, edited(peer, email="new@example.org", safe_to_write="on"))
    assert address_of(peer.pk, peer.data_key) == "new@example.org"
    assert b"new@example.org" not in client.get(page).content
    client.post(page, edited(Peer.objects.get(), name="Sammy"))
    assert address_of(peer.pk, peer.data_key) == "new@example.org"
    both = edited(Peer.objects.get(), email="b@example.org", safe_to_write="on", forget_email="on")
    assert client.post(page, both).status_code == 422
    client.post(page, edited(Peer.objects.get(), forget_email="on"))
    assert address_of(peer.pk, peer.data_key) == ""


def test_editing_elsewhere_is_not_there(ash: Organisation, elm: Organisation, client: Client) -> None:
    theirs = factories.peer(elm)
    assert client.get(url("edit_peer", theirs.pk)).status_code == 404
    assert client.post(url("edit_peer", theirs.pk), edited(theirs)).status_code == 404


# archive_peer, restore_peer ---------------------------------------------------------------------------------


def test_archive_and_restore(ash: Organisation, client: Client, now: datetime) -> None:
    peer, group = factories.peer(ash), factories.group(ash)
    groups.join(group_id=group.pk, peer=peer, by=Operator(ash.pk), now=now)
    assert says(client.get(url("archive_peer", peer.pk)), "They leave every group they are in.")
    assert Peer.objects.get().state == "active"
    client.post(url("archive_peer", peer.pk))
    peer.refresh_from_db()
    assert (peer.state, bool(peer.archived_at), peer.archived_by[:7]) == ("archived", True, "member:")
    assert GroupMember.objects.filter(left_at__isnull=True).count() == 0
    client.post(url("restore_peer", peer.pk))
    peer.refresh_from_db()
    assert (peer.state, peer.archived_at, peer.archived_by) == ("active", None, "")
    assert verbs(peer.pk) == ["people.add_peer", "people.archive_peer", "people.restore_peer"]


def test_archived_twice_says_so(ash: Organisation, client: Client) -> None:
    peer = factories.peer(ash)
    assert client.post(url("archive_peer", peer.pk)).status_code == 302
    answer = client.post(url("archive_peer", peer.pk))
    assert answer.status_code == 422
    assert says(answer, "This has changed since you opened the page.")


def test_nobody_is_put_away_while_supported(ash: Organisation, client: Client, now: datetime) -> None:
    peer, helper = factories.peer(ash), factories.supporter(ash)
    peers.assign(peer=peer, supporter=helper, by=Operator(ash.pk), now=now)
    answer = client.post(url("archive_peer", peer.pk))
    assert answer.status_code == 422
    assert says(answer, "Somebody still supports this person.")
    assert Peer.objects.get().state == "active"


def test_restore_is_no_link(ash: Organisation, client: Client) -> None:
    peer = factories.peer(ash)
    assert client.get(url("restore_peer", peer.pk)).status_code == 405
    assert says(
        follow(client, client.post(url("restore_peer", peer.pk))), "This has changed since you opened"
    )


# who sees whom ----------------------------------------------------------------------------------------------


def test_who_sees_whom(ash: Organisation, elm: Organisation, now: datetime) -> None:
    by = Operator(ash.pk)
    boss, helper, other = factories.coordinator(ash), factories.supporter(ash), factories.supporter(ash)
    lead = factories.supervisor(ash)
    sam, kim, lee = (factories.peer(ash, name=name) for name in ("Sam", "Kim", "Lee"))
    factories.peer(elm, name="Elsewhere")
    peers.assign(peer=sam, supporter=helper, by=by, now=now)
    peers.assign(peer=kim, supporter=other, by=by, now=now)
    supervision = members.begin_supervision(supervisor_id=lead.pk, supporter_id=helper.pk, by=by, now=now)

    def seen(row: Any) -> set[Peer]:
        return set(policies.peers_visible_to(factories.member(row)))

    assert (seen(boss), seen(helper), seen(other), seen(lead)) == ({sam, kim, lee}, {sam}, {kim}, {sam})
    members.end_supervision(supervision_id=supervision.pk, by=by, now=now)
    peers.unassign(peer=sam, supporter=helper, now=now)
    assert (seen(helper), seen(lead)) == (set(), set())


def test_a_peer_one_does_not_support_is_not_there(ash: Organisation, elm: Organisation) -> None:
    mine, theirs = factories.peer(ash), factories.peer(elm)
    browser = factories.signed_in(factories.supporter(ash))
    answers = [browser.get(url("peer", pk)) for pk in (mine.pk, theirs.pk, new_id())]
    assert [answer.status_code for answer in answers] == [404, 404, 404]
    assert len({answer.content for answer in answers}) == 1


# peer_list --------------------------------------------------------------------------------------------------


def names(answer: Any) -> list[str]:
    return [row.name for row in answer.context["page"].rows]


def test_search_and_filter(ash: Organisation, client: Client, now: datetime) -> None:
    for name in ("Ada", "Adam", "Zoë"):
        factories.peer(ash, name=name)
    gone = factories.peer(ash, name="Adele")
    peers.archive_peer(peer_id=gone.pk, by=Operator(ash.pk), now=now)
    assert names(client.get(url("peer_list"))) == ["Ada", "Adam", "Zoë"]
    assert names(client.get(url("peer_list"), {"q": "aD"})) == ["Ada", "Adam"]
    assert names(client.get(url("peer_list"), {"q": "ad", "state": "archived"})) == ["Adele"]
    assert names(client.get(url("peer_list"), {"q": "%"})) == []
    assert names(client.get(url("peer_list"), {"state": "nonsense", "after": "nonsense"})) == [
        "Ada",
        "Adam",
        "Zoë",
    ]
    assert client.get(url("peer_list"), {"q": "a\0b"}).status_code == 200


def test_htmx_gets_the_rows_alone(ash: Organisation, client: Client) -> None:
    factories.peer(ash, name="Ada")
    part = client.get(url("peer_list"), {"q": "a"}, headers={"HX-Request": "true"}).content.decode()
    assert ("Ada" in part, "<html" in part) == (True, False)


def test_pages_of_25(ash: Organisation, client: Client) -> None:
    for number in range(27):
        factories.peer(ash, name=f"Peer {number:02d}")
    first = client.get(url("peer_list"), {"q": "peer"})
    second = client.get(url("peer_list"), {"q": "peer", "after": first.context["page"].next})
    assert (len(names(first)), names(second)) == (25, ["Peer 25", "Peer 26"])
    assert second.context["page"].next is None


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_list(
    ash: Organisation, client: Client, now: datetime, rows: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        peers.assign(
            peer=factories.peer(ash), supporter=factories.supporter(ash), by=Operator(ash.pk), now=now
        )
    client.get(url("peer_list"))
    with django_assert_num_queries(SAVEPOINTS + 5):
        client.get(url("peer_list"))


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_a_peer(
    ash: Organisation, client: Client, now: datetime, rows: int, django_assert_num_queries: Any
) -> None:
    sam = factories.peer(ash)
    for _ in range(rows):
        peers.assign(peer=sam, supporter=factories.supporter(ash), by=Operator(ash.pk), now=now)
        groups.join(group_id=factories.group(ash).pk, peer=sam, by=Operator(ash.pk), now=now)
    client.get(url("peer", sam.pk))
    with django_assert_num_queries(SAVEPOINTS + 7):
        client.get(url("peer", sam.pk))


SAVEPOINTS = 2  # a test stands in a transaction already, so that a request's own becomes a savepoint
