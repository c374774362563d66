"""Whom a peer trusts: theirs to read, change and take away; a supporter notes it and never sees it again."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from audit.models import Event
from lib import wall
from lib.sealing import keys
from lib.sealing.models import open_text
from people.actions import crisis_contacts
from people.actions.crisis_contacts import BLANK, Wishes
from people.models import CrisisContact, Organisation, Peer, PrivateLink
from sessions.actions import trusted
from sessions.models import Pairing
from tests import factories
from tests.people.test_races import at_once
from tests.sessions import aimed, booked
from tests.sessions.booked import Thread
from tests.sessions.test_goal_races import slowly

WORDS: Wishes = {
    "who": "Aunt Zora 🌻",
    "relation": "שלום my aunt",
    "reach": "The red door, number 7",
    "when": "Only at night.",
    "helps": "Sit with me.",
    "does_not_help": "Questions.",
}


def typed(**changes: Any) -> dict[str, str]:
    """What the form sends."""
    form: dict[str, Any] = {**WORDS, "revision": 0} | changes
    return {key: str(value) for key, value in form.items() if value is not None}


def emptied(**changes: Any) -> dict[str, str]:
    """The same with nothing typed but `changes`."""
    return typed(**(dict(BLANK) | changes))


def row_of(peer: Peer) -> CrisisContact | None:
    with wall.inside(peer.organisation_id):
        return CrisisContact.objects.filter(peer=peer).first()


def said(peer: Peer) -> dict[str, Any]:
    """What is noted, opened."""
    row = row_of(peer)
    assert row is not None
    with wall.inside(peer.organisation_id):
        opened: Any = crisis_contacts._read(open_text(row, "body", peer.data_key))
    return dict(opened)


@pytest.fixture
def found(ash: Organisation) -> Thread:
    return booked.thread(ash)


@pytest.fixture
def link(found: Thread) -> PrivateLink:
    return aimed.own_page(found)


def page(link: PrivateLink) -> tuple[Client, str]:
    return aimed.continued(link), aimed.mine(link, "trusted")


def shown(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def trail(verb: str) -> list[tuple[str, dict[str, Any]]]:
    rows = Event.objects.filter(verb=f"people.{verb}").order_by("number")
    return list(rows.values_list("actor", "detail"))


# The peer, on their own page


def test_a_peer_notes_reads_changes_and_empties(found: Thread, link: PrivateLink) -> None:
    client, url = page(link)
    assert "Nothing is noted yet." in shown(client, url)
    assert trail("look_trusted") == []  # there was nothing to look at
    assert client.post(url, typed()).status_code == 302
    assert said(found.peer) == WORDS
    text = shown(client, url)
    assert [words for words in dict(WORDS).values() if str(words) not in text] == []
    assert client.post(url, typed(revision=1, who="Kim", reach="")).status_code == 302
    assert said(found.peer) == {**WORDS, "who": "Kim", "reach": ""}
    assert client.post(url, emptied(revision=2)).status_code == 302
    row = row_of(found.peer)
    assert row is not None
    assert (bytes(row.body), row.has_person, row.revision) == (b"", False, 3)
    assert "Nothing is noted since" in shown(client, url)


def test_forgetting_takes_one_tick(found: Thread, link: PrivateLink) -> None:
    client, url = page(link)
    client.post(url, typed())
    assert client.post(url, typed(revision=1, forget="on")).status_code == 302
    row = row_of(found.peer)
    assert row is not None
    assert (bytes(row.body), row.has_person) == (b"", False)


def test_what_is_noted_is_ciphertext_and_never_in_the_trail(found: Thread, link: PrivateLink) -> None:
    client, url = page(link)
    client.post(url, typed())
    row = row_of(found.peer)
    assert row is not None
    assert b"Zora" not in bytes(row.body)
    assert trail("note_trusted") == [(f"link:{link.pk}", {})]


def test_each_reading_leaves_a_mark(found: Thread, link: PrivateLink) -> None:
    client, url = page(link)
    client.post(url, typed())
    for _time in range(2):
        shown(client, url)
    assert trail("look_trusted") == [(f"link:{link.pk}", {})] * 2


def test_sent_twice_it_is_noted_once(found: Thread, link: PrivateLink) -> None:
    client, url = page(link)
    for _time in range(2):
        assert client.post(url, typed()).status_code == 302
    assert len(trail("note_trusted")) == 1


def test_a_stale_page_keeps_what_was_typed(found: Thread, link: PrivateLink) -> None:
    client, url = page(link)
    client.post(url, typed())
    answer = client.post(url, typed(who="Kim"))
    assert answer.status_code == 422
    text = answer.content.decode()
    assert 'value="Kim"' in text
    assert "What is saved now" in text
    assert "Aunt Zora" in text
    assert said(found.peer) == WORDS
    assert 'name="revision" value="1"' in text  # and saving again counts
    assert client.post(url, typed(who="Kim", revision=1)).status_code == 302


@pytest.mark.parametrize(
    ("field", "text"),
    [("who", "x" * 81), ("helps", "x" * 601), ("when", "x" * 301), ("reach", "a\x00b"), ("who", "a\nb")],
)
def test_what_cannot_be_kept_is_refused_beside_its_field(
    found: Thread, link: PrivateLink, field: str, text: str
) -> None:
    client, url = page(link)
    answer = client.post(url, typed(**{field: text}))
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert "Sit with me." in answer.content.decode() or field == "helps"
    assert row_of(found.peer) is None


@pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 30])
def test_a_page_without_its_number_is_refused(found: Thread, link: PrivateLink, revision: str) -> None:
    client, url = page(link)
    answer = client.post(url, typed(revision=revision))
    assert (answer.status_code, row_of(found.peer)) == (422, None)
    assert "Aunt Zora" in answer.content.decode()


def test_a_number_without_a_name_is_asked_about(found: Thread, link: PrivateLink) -> None:
    client, url = page(link)
    answer = client.post(url, typed(who=""))
    assert list(answer.context["form"].errors) == ["who"]
    assert (answer.status_code, row_of(found.peer)) == (422, None)


def test_what_helps_may_stand_alone(found: Thread, link: PrivateLink) -> None:
    client, url = page(link)
    assert client.post(url, emptied(helps="Music")).status_code == 302
    row = row_of(found.peer)
    assert row is not None
    assert not row.has_person


def test_after_the_ending_nothing_is_taken_and_nothing_lost(found: Thread, link: PrivateLink) -> None:
    client, url = page(link)
    aimed.ended(found)
    answer = client.post(url, typed())
    assert answer.status_code == 422
    assert "Sit with me." in answer.content.decode()
    assert row_of(found.peer) is None


def test_once_erased_the_page_says_so(found: Thread, link: PrivateLink) -> None:
    client, url = page(link)
    client.post(url, typed())
    with wall.inside(found.organisation.pk):
        keys.drop(found.peer.data_key_id, now=timezone.now())
    assert "Aunt Zora" not in shown(client, url)
    assert client.post(url, typed(revision=1)).status_code == 422


# The supporter, beside the peer


def test_a_supporter_notes_it_and_reads_nothing(found: Thread) -> None:
    client, url = factories.signed_in(found.supporter), aimed.url(found, "trusted")
    assert "Nothing is noted just now." in shown(client, url)
    assert client.post(url, typed()).status_code == 302
    assert said(found.peer) == WORDS
    text = shown(client, url)
    assert [words for words in dict(WORDS).values() if str(words) in text] == []
    assert "Somebody is named." in text
    assert trail("look_trusted") == []
    assert trail("note_trusted") == [(factories.member(found.supporter).actor, {})]


def test_what_a_supporter_leaves_empty_stays(found: Thread, link: PrivateLink) -> None:
    own, url = page(link)
    own.post(url, typed())
    client, noting = factories.signed_in(found.supporter), aimed.url(found, "trusted")
    assert client.post(noting, emptied(revision=1, helps="A walk")).status_code == 302
    assert said(found.peer) == {**WORDS, "helps": "A walk"}
    assert client.post(noting, emptied(revision=2, who="Kim")).status_code == 302
    alone = {"who": "Kim", "relation": "", "reach": "", "when": ""}  # no name beside another's number
    assert said(found.peer) == {**WORDS, "helps": "A walk", **alone}


def test_a_supporter_on_a_stale_page_keeps_their_words(found: Thread, link: PrivateLink) -> None:
    own, url = page(link)
    client, noting = factories.signed_in(found.supporter), aimed.url(found, "trusted")
    own.post(url, typed())
    answer = client.post(noting, emptied(who="Kim"))
    text = answer.content.decode()
    assert (answer.status_code, 'value="Kim"' in text, "Aunt Zora" in text) == (422, True, False)
    assert said(found.peer) == WORDS
    assert client.post(noting, emptied(who="Kim", revision=1)).status_code == 302


def test_a_supporter_may_be_asked_to_have_it_forgotten(found: Thread) -> None:
    client, url = factories.signed_in(found.supporter), aimed.url(found, "trusted")
    client.post(url, typed())
    both = client.post(url, typed(revision=1, forget="on"))
    assert (both.status_code, list(both.context["form"].errors)) == (422, ["forget"])
    assert client.post(url, emptied(revision=1, forget="on")).status_code == 302
    row = row_of(found.peer)
    assert row is not None
    assert bytes(row.body) == b""


def test_an_empty_form_notes_nothing(found: Thread) -> None:
    client, url = factories.signed_in(found.supporter), aimed.url(found, "trusted")
    assert client.post(url, emptied()).status_code == 422
    assert row_of(found.peer) is None


def test_nobody_else_comes_near(found: Thread) -> None:
    url = aimed.url(found, "trusted")
    other = factories.supporter(found.organisation)
    assert factories.signed_in(other).get(url).status_code == 404
    assert factories.signed_in(other).post(url, typed()).status_code == 404
    assert factories.signed_in(found.coordinator).get(url).status_code == 403
    assert factories.signed_in(factories.supervisor(found.organisation)).post(url, typed()).status_code == 403
    assert row_of(found.peer) is None


def test_after_the_ending_the_supporter_is_out(found: Thread) -> None:
    client, url = factories.signed_in(found.supporter), aimed.url(found, "trusted")
    aimed.ended(found)
    assert client.post(url, typed()).status_code == 404


def test_the_next_supporter_notes_into_the_same_row(found: Thread) -> None:
    client = factories.signed_in(found.supporter)
    client.post(aimed.url(found, "trusted"), typed())
    aimed.ended(found)
    second = factories.supporter(found.organisation)
    paired = aimed.paired(found, found.peer, second)
    later, url = factories.signed_in(second), aimed.url(found, "trusted", pairing=paired)
    assert "Aunt Zora" not in shown(later, url)
    assert later.post(url, emptied(revision=1, helps="A walk")).status_code == 302
    assert said(found.peer)["who"] == WORDS["who"]


def test_pages_cost_little(found: Thread, link: PrivateLink, django_assert_max_num_queries: Any) -> None:
    own, url = page(link)
    with django_assert_max_num_queries(14):
        own.post(url, typed())
    with django_assert_max_num_queries(10):
        own.get(url)
    client, noting = factories.signed_in(found.supporter), aimed.url(found, "trusted")
    with django_assert_max_num_queries(10):
        client.get(noting)
    with django_assert_max_num_queries(14 + 4):  # four are savepoints
        client.post(noting, emptied(revision=1, helps="A walk"))


# At the same moment


@pytest.mark.django_db(transaction=True)
def test_two_who_note_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Even through two pairings: one row, and the second is told. Without the lock one fails in the database."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        found = booked.thread(ash)
    other = aimed.paired(found, found.peer, factories.supporter(ash))
    slowly(monkeypatch, crisis_contacts, "seal_text")
    by, now = aimed.by(found), timezone.now()

    def noting(who: str, paired: Pairing) -> Callable[[], object]:
        wishes: Wishes = {**BLANK, "who": who}
        ids: dict[str, Any] = {"pairing_id": paired.pk, "peer_id": found.peer.pk}
        return lambda: trusted.trusted(**ids, revision=0, wishes=wishes, by=by, now=now)

    assert at_once(ash, noting("Kim", found.pairing), noting("Sam", other)) == ["done", "refused"]
