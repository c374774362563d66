"""A peer's agreement on their own page: read, answered either way, withdrawn, and readable for ever."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from lib import wall
from lib.ids import new_id
from lib.sealing import keys
from lib.sealing.models import open_text
from people.models import Organisation, Peer
from reminders.models import Message
from sessions.actions import agreeing, agreements
from sessions.models import Agreement, AgreementAnswer, Side
from tests import factories
from tests.people.test_races import at_once
from tests.sessions import aimed, booked, laid, met
from tests.sessions.booked import Thread


@pytest.fixture
def found(ash: Organisation) -> Thread:
    return booked.thread(ash)


def text(client: Client, url: str) -> str:
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def others(found: Thread) -> Agreement:
    """What lies before another peer of the same supporter."""
    paired = booked.pairing(found, factories.peer(found.organisation, name="Kim"))
    kept, found.pairing = found.pairing, paired
    row = laid.laid(found)
    found.pairing = kept
    return row


# Reading


def test_what_holds_is_there_to_be_read(found: Thread) -> None:
    client, link = laid.phone(found)
    shown = text(client, aimed.mine(link, "agreement"))
    assert "This is what you both said yes to." in shown
    assert "That it ends." in shown  # the peer's own words
    assert "I want to talk about this" in shown
    assert "I no longer agree" in shown
    assert 'value="agrees"' not in shown
    held = laid.held(found)
    assert aimed.events("look")[-1] == (f"link:{link.pk}", str(held.pk))


def test_what_lies_before_them_asks_for_an_answer(found: Thread) -> None:
    laid.laid(found)
    client, link = laid.phone(found)
    home = text(client, aimed.mine(link))
    assert "a version lies before you and asks for your answer" in home
    shown = text(client, aimed.mine(link, "agreement"))
    for words in ("Your answer is asked for.", "What would be different from now", "At a wedding 🥂 שלום"):
        assert words in shown
    assert aimed.mine(link, "agreement", laid.held(found).pk) in shown


def test_before_the_first_meeting_there_is_none(ash: Organisation) -> None:
    two = met.introduced(ash)
    found = Thread(ash, two.coordinator, two.supporter, two.peer, two.pairing, booked.room(ash))
    client, link = laid.phone(found)
    assert "not made yet" in text(client, aimed.mine(link))
    assert "There is none yet." in text(client, aimed.mine(link, "agreement"))
    assert aimed.events("look") == []


def test_a_draft_is_not_theirs_to_answer_yet(found: Thread) -> None:
    draft = laid.ready(found)
    client, link = laid.phone(found)
    shown = text(client, aimed.mine(link, "agreement"))
    assert "A new version is being made." in shown
    assert "At a wedding" not in shown
    url = aimed.mine(link, "agreement", draft.pk)
    for tail in ("", "withdraw/"):
        assert client.get(url + tail).status_code == 404
    for tail in ("answer/", "withdraw/"):
        assert client.post(url + tail, laid.typed(state="draft")).status_code == 404
    assert laid.now_of(draft).state == "draft"


def test_old_versions_stay_readable(found: Thread) -> None:
    first = laid.held(found)
    second = laid.laid(found)
    laid.supporter_says(found, second)
    client, link = laid.phone(found)
    client.post(aimed.mine(link, "agreement", second.pk, "answer"), laid.typed())
    shown = text(client, aimed.mine(link, "agreement"))
    assert aimed.mine(link, "agreement", first.pk) in shown
    old = text(client, aimed.mine(link, "agreement", first.pk))
    assert "It was replaced by a newer one" in old
    assert "At a wedding" not in old


def test_a_version_put_aside_stays_readable_too(found: Thread) -> None:
    row = laid.laid(found)
    client, link = laid.phone(found)
    client.post(aimed.mine(link, "agreement", row.pk, "withdraw"), {"state": "proposed"})
    assert "It was put aside" in text(client, aimed.mine(link, "agreement", row.pk))


@pytest.mark.parametrize("tail", ["", "answer/", "withdraw/"])
def test_nobody_elses_can_be_reached(found: Thread, elm: Organisation, tail: str) -> None:
    theirs = others(found)
    far = laid.laid(booked.thread(elm))
    client, link = laid.phone(found)
    for row_id in (theirs.pk, far.pk, new_id()):
        url = aimed.mine(link, "agreement", row_id) + tail
        answer = client.post(url, laid.typed(state="proposed")) if tail else client.get(url)
        assert answer.status_code == 404
    assert (laid.answers(theirs), laid.now_of(far).state) == ([], "proposed")


def test_the_pages_title_says_nothing(found: Thread) -> None:
    laid.laid(found)
    client, link = laid.phone(found)
    home = text(client, aimed.mine(link))
    neutral = home.partition("<title>")[2].partition("</title>")[0]
    for tail in ("agreement", "trusted", "agreement/hopes"):
        answer = client.get(aimed.mine(link, tail))
        shown = answer.content.decode()
        assert shown.partition("<title>")[2].partition("</title>")[0] == neutral
        assert (answer["Cache-Control"], answer["X-Robots-Tag"]) == ("no-store", "noindex, nofollow")


def test_every_page_asks_first(found: Thread) -> None:
    row = laid.laid(found)
    link = aimed.own_page(found)
    for rest in (["agreement"], ["agreement", "hopes"], ["agreement", row.pk], ["trusted"]):
        assert Client().get(aimed.mine(link, *rest))["Location"] == aimed.mine(link)


def test_once_erased_it_says_so(found: Thread) -> None:
    row = laid.laid(found)
    client, link = laid.phone(found)
    with wall.inside(found.organisation.pk):
        keys.drop(found.peer.data_key_id, now=timezone.now())
    for rest in (["agreement"], ["agreement", row.pk]):
        assert "That it ends." not in text(client, aimed.mine(link, *rest))


# Answering


def test_their_yes_waits_for_the_other(found: Thread) -> None:
    row = laid.laid(found)
    client, link = laid.phone(found)
    answer = client.post(aimed.mine(link, "agreement", row.pk, "answer"), laid.typed())
    assert answer["Location"] == aimed.mine(link, "agreement")
    assert laid.answers(row) == [("peer", "agrees", "own_page")]
    assert laid.now_of(row).state == "proposed"
    shown = text(client, aimed.mine(link, "agreement"))
    assert "You said yes. Your supporter has not answered yet." in shown
    assert 'value="agrees"' not in shown
    assert "waits for your supporter" in text(client, aimed.mine(link))


def test_the_second_yes_puts_it_in_force(found: Thread) -> None:
    first, row = laid.held(found), laid.laid(found)
    laid.supporter_says(found, row)
    client, link = laid.phone(found)
    assert "Your supporter has said yes." in text(client, aimed.mine(link, "agreement"))
    client.post(aimed.mine(link, "agreement", row.pk, "answer"), laid.typed())
    assert (laid.now_of(first).state, laid.now_of(row).state) == ("replaced", "in_force")
    assert aimed.events("answer")[-1] == (f"link:{link.pk}", str(row.pk))
    with wall.inside(found.organisation.pk):
        told = Message.objects.filter(recipient_id=found.supporter.pk, object_id=row.pk)
        assert told.exists()


def test_wanting_to_talk_is_an_answer(found: Thread) -> None:
    row = laid.laid(found)
    client, link = laid.phone(found)
    words = "The one about hugs 🌱 שלום"
    client.post(aimed.mine(link, "agreement", row.pk, "answer"), laid.typed("talk", words))
    assert laid.answers(row) == [("peer", "talk", "own_page")]
    with wall.inside(found.organisation.pk):
        stored = AgreementAnswer.objects.get(agreement=row)
        assert open_text(stored, "words", Peer.objects.get(pk=found.peer.pk).data_key) == words
        assert words.encode() not in bytes(stored.words)
    shown = text(client, aimed.mine(link, "agreement"))
    assert words in shown
    assert 'value="agrees"' in shown  # they may still say yes


def test_what_holds_can_be_talked_about_too(found: Thread) -> None:
    client, link = laid.phone(found)
    row = laid.held(found)
    assert client.post(aimed.mine(link, "agreement", row.pk, "answer"), laid.typed("talk")).status_code == 302
    assert laid.now_of(row).look_again_because == "changed"
    shown = text(client, aimed.mine(link, "agreement"))
    assert "You look at it again together soon." in shown


def test_the_same_answer_twice_is_one(found: Thread) -> None:
    row = laid.laid(found)
    client, link = laid.phone(found)
    url, form = aimed.mine(link, "agreement", row.pk, "answer"), laid.typed("talk", "Hugs")
    assert [client.post(url, form).status_code for _time in range(2)] == [302, 302]
    assert len(laid.answers(row)) == 1
    for _time in range(2):
        client.post(url, laid.typed())
    assert laid.answers(row)[1:] == [("peer", "agrees", "own_page")]


@pytest.mark.parametrize(
    "wrong",
    [
        {"said": ""},
        {"said": "no_longer"},
        {"said": "x"},
        {"words": "x" * 601},
        {"words": "a\x00b"},
        {"once": ""},
        {"once": "x"},
    ],
)
def test_what_cannot_be_taken_is_refused_and_kept(found: Thread, wrong: dict[str, str]) -> None:
    row = laid.laid(found)
    client, link = laid.phone(found)
    form = laid.typed("talk", "Keep these words") | wrong
    answer = client.post(aimed.mine(link, "agreement", row.pk, "answer"), form)
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == list(wrong)
    assert "Keep these words" in answer.content.decode() or "words" in wrong
    assert laid.answers(row) == []


def test_agreeing_to_a_version_just_replaced(found: Thread) -> None:
    old = laid.laid(found)
    client, link = laid.phone(found)
    with wall.inside(found.organisation.pk):
        by = aimed.by(found)
        agreements.withdraw(agreement_id=old.pk, state="proposed", by=by, now=timezone.now())
    new = laid.laid(found, 3)
    answer = client.post(aimed.mine(link, "agreement", old.pk, "answer"), laid.typed("agrees", "Mine"))
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "put aside or replaced since you opened the page" in shown
    assert aimed.mine(link, "agreement", new.pk, "answer") in shown
    assert "Mine" in shown
    assert laid.answers(old) == laid.answers(new) == []


def test_answering_where_nothing_is_left_to_answer(found: Thread) -> None:
    held = laid.held(found)
    client, link = laid.phone(found)
    client.post(aimed.mine(link, "agreement", held.pk, "withdraw"), {"state": "in_force"})
    answer = client.post(aimed.mine(link, "agreement", held.pk, "answer"), laid.typed("talk", "Kept words"))
    assert answer.status_code == 422
    assert "Kept words" in answer.content.decode()


def test_an_answer_is_never_given_by_looking(found: Thread) -> None:
    row = laid.laid(found)
    client, link = laid.phone(found)
    assert client.get(aimed.mine(link, "agreement", row.pk, "answer")).status_code == 405
    assert client.get(aimed.mine(link, "agreement", row.pk, "withdraw")).status_code == 200
    assert (laid.answers(row), laid.now_of(row).state) == ([], "proposed")


# No longer agreeing


def test_no_longer_agreeing_says_what_happens_before_and_after(found: Thread) -> None:
    row = laid.held(found)
    client, link = laid.phone(found)
    url = aimed.mine(link, "agreement", row.pk, "withdraw")
    assert "What happens next" in text(client, url)
    assert client.post(url, {"state": "in_force"})["Location"] == aimed.mine(link, "agreement")
    assert laid.now_of(row).state == "withdrawn"
    assert laid.answers(row)[-1] == ("peer", "no_longer", "own_page")
    after = text(client, aimed.mine(link, "agreement"))
    for words in ("you said that you no longer agree", "What happens next", "Ask for another supporter"):
        assert words in after
    assert "no longer holds since" in text(client, aimed.mine(link))


def test_when_it_was_the_supporter(found: Thread) -> None:
    row = laid.held(found)
    with wall.inside(found.organisation.pk):
        agreements.withdraw(
            agreement_id=row.pk,
            state="in_force",
            sides=[Side.SUPPORTER],
            by=aimed.by(found),
            now=timezone.now(),
        )
    client, link = laid.phone(found)
    assert "your supporter no longer agrees" in text(client, aimed.mine(link, "agreement"))


def test_no_longer_agreeing_twice_is_once(found: Thread) -> None:
    row = laid.held(found)
    client, link = laid.phone(found)
    url = aimed.mine(link, "agreement", row.pk, "withdraw")
    for _time in range(2):
        assert client.post(url, {"state": "in_force"}).status_code == 302
    assert [said for _side, said, _how in laid.answers(row)].count("no_longer") == 1


@pytest.mark.parametrize("state", ["", "proposed", "draft", "x\x00", "replaced"])
def test_a_stale_page_withdraws_nothing(found: Thread, state: str) -> None:
    row = laid.held(found)
    client, link = laid.phone(found)
    answer = client.post(aimed.mine(link, "agreement", row.pk, "withdraw"), {"state": state})
    assert answer.status_code == 422
    assert "This has changed since you opened the page." in answer.content.decode()
    assert laid.now_of(row).state == "in_force"


def test_a_yes_can_be_taken_back_before_the_other_says_theirs(found: Thread) -> None:
    held, row = laid.held(found), laid.laid(found)
    client, link = laid.phone(found)
    client.post(aimed.mine(link, "agreement", row.pk, "answer"), laid.typed())
    assert "Take my yes back" in text(client, aimed.mine(link, "agreement"))
    url = aimed.mine(link, "agreement", row.pk, "withdraw")
    assert "Put this version aside?" in text(client, url)
    client.post(url, {"state": "proposed"})
    assert (laid.now_of(held).state, laid.now_of(row).state) == ("in_force", "withdrawn")


def test_what_is_over_already_cannot_be_withdrawn(found: Thread) -> None:
    first, row = laid.held(found), laid.laid(found)
    laid.supporter_says(found, row)
    client, link = laid.phone(found)
    client.post(aimed.mine(link, "agreement", row.pk, "answer"), laid.typed())
    url = aimed.mine(link, "agreement", first.pk, "withdraw")
    assert client.get(url)["Location"] == aimed.mine(link, "agreement")
    assert client.post(url, {"state": "in_force"}).status_code == 422
    assert laid.now_of(row).state == "in_force"


def test_after_the_ending_nothing_is_taken(found: Thread) -> None:
    row = laid.laid(found)
    client, link = laid.phone(found)
    aimed.ended(found)
    answer = client.post(aimed.mine(link, "agreement", row.pk, "answer"), laid.typed("talk", "Kept words"))
    shown = answer.content.decode()
    assert (answer.status_code, "Kept words" in shown, ">talk<" in shown) == (422, True, False)
    assert laid.answers(row) == []


# What it costs, and at the same moment


def test_pages_cost_little(found: Thread, django_assert_max_num_queries: Any) -> None:
    row = laid.laid(found)
    laid.supporter_says(found, row, "talk", "Hugs")
    client, link = laid.phone(found)
    url = aimed.mine(link, "agreement")
    with django_assert_max_num_queries(10 + 4):  # four are savepoints
        client.get(url)
    with django_assert_max_num_queries(10 + 4):
        client.get(aimed.mine(link, "agreement", row.pk))
    laid.supporter_says(found, row)
    with django_assert_max_num_queries(10 + 2):
        client.get(aimed.mine(link, "agreement", row.pk, "withdraw"))


@pytest.mark.parametrize("number", [1, 3])
def test_versions_cost_the_same(found: Thread, django_assert_num_queries: Any, number: int) -> None:
    for version in range(2, number + 2):
        met.yes(laid.two_of(found), laid.ready(found, version), now=timezone.now())
    client, link = laid.phone(found)
    with django_assert_num_queries(10):  # four are savepoints
        shown = client.get(aimed.mine(link, "agreement"))
    assert len(shown.context["page"].versions) == number


@pytest.mark.django_db(transaction=True)
def test_both_say_yes_at_the_same_moment() -> None:
    """One puts it in force, the other finds it so; without the pairing's row locked neither sees the other's yes."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        found = booked.thread(ash)
        row = laid.laid(found)
        holder = aimed.holder(aimed.own_page(found))

    def saying(side: Side, by: Any) -> Callable[[], object]:
        ids: dict[str, Any] = {"once": new_id(), "agreement_id": row.pk, "side": side, "said": "agrees"}
        return lambda: agreeing.answer(**ids, by=by, now=timezone.now())

    done = at_once(ash, saying(Side.PEER, holder), saying(Side.SUPPORTER, aimed.by(found)))
    assert done == ["done", "done"]
    assert laid.now_of(row).state == "in_force"
