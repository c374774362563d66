"""Does it still fit? On the peer's own page."""

from typing import Any

import pytest
from django.test import Client

from audit.models import Event
from people.models import Organisation
from reminders.models import Message
from sessions.models import Agreement, FitCheck
from tests import factories
from tests.sessions import aimed, booked, revisited

WORDS = "Please do not ask about work today. 🌱 שלום"


def typed(**changes: Any) -> dict[str, str]:
    form = revisited.typed_fit(**changes)
    del form["side"]
    return form


def test_the_peer_says_that_something_is_different_today(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    client, page = aimed.continued(link), aimed.mine(link, "fit")
    answer = client.post(page, typed(fit="today_only", words=WORDS))
    assert answer["Location"] == f"{page}?noted=today_only"
    check = FitCheck.objects.get()
    assert (check.side, check.holds_on, check.noted_by) == ("peer", booked.day_ahead(0), f"link:{link.pk}")
    assert WORDS in client.get(answer["Location"]).content.decode()
    first = client.get(aimed.mine(link)).content.decode()
    assert "Something is different between you today" in first
    assert WORDS not in first
    message = Message.objects.get(object_id=found.pairing.pk)
    assert (message.kind, message.recipient_id) == ("something_waits", found.supporter.pk)
    row = revisited.today(found)
    opening = booked.address(found, "opening", row.pk)
    assert WORDS in factories.signed_in(found.supporter).get(opening).content.decode()
    assert "what was said about your boundaries" in client.get(aimed.mine(link, "looks")).content.decode()


def test_something_should_change(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    client = aimed.continued(link)
    client.post(aimed.mine(link, "fit"), typed(fit="changed"))
    assert Agreement.objects.get().look_again_because == "changed"
    assert "it is time to look at your agreement again" in client.get(aimed.mine(link)).content.decode()
    assert Message.objects.filter(object_id=found.pairing.pk).count() == 1


def test_that_it_fits_is_no_news(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    form = typed()
    answers = [aimed.continued(link).post(aimed.mine(link, "fit"), form).status_code for _ in range(2)]
    assert answers == [302, 302]
    assert FitCheck.objects.count() == 1
    assert not Message.objects.filter(object_id=found.pairing.pk).exists()


def test_what_the_supporter_says_for_themselves_reaches_the_peer(ash: Organisation) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    link = aimed.own_page(found)
    revisited.said(found, "today_only", WORDS)  # noted for the peer: no news to them
    assert not Message.objects.filter(object_id=found.pairing.pk).exists()
    revisited.said(found, "today_only", "I have a cold.", side="supporter")
    message = Message.objects.get(object_id=found.pairing.pk)
    assert (message.kind, message.recipient_id, message.link_id) == ("own_page_news", found.peer.pk, link.pk)
    page = aimed.continued(link).get(aimed.mine(link, "fit")).content.decode()
    assert "I have a cold." in page
    assert "said by your supporter" in page
    assert not Event.objects.filter(verb="sessions.look_fit", actor__startswith="member").exists()


def test_behind_the_cover_and_only_for_this_page(ash: Organisation, elm: Organisation) -> None:
    found, there = booked.thread(ash), booked.thread(elm)
    revisited.said(there, "today_only", "Of elm")
    link = aimed.own_page(found)
    assert Client().get(aimed.mine(link, "fit"))["Location"] == aimed.mine(link)
    assert Client().get("/p/nonsense/mine/fit/").status_code == 404
    other = booked.pairing(found, factories.peer(ash, name="Wren"))
    found.pairing, mine = other, found.pairing
    revisited.said(found, "today_only", "Of Wren")
    found.pairing = mine
    shown = aimed.continued(link).get(aimed.mine(link, "fit")).content.decode()
    assert ("Of elm" in shown, "Of Wren" in shown) == (False, False)


def test_after_the_ending_it_is_shown_to_be_copied(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    client = aimed.continued(link)
    aimed.ended(found)
    answer = client.post(aimed.mine(link, "fit"), typed(fit="today_only", words=WORDS))
    assert (answer.status_code, WORDS in answer.content.decode()) == (422, True)
    assert "today_only" not in answer.content.decode()
    assert not FitCheck.objects.exists()


@pytest.mark.parametrize("words", [*revisited.NASTY, ""])
def test_nasty_words(ash: Organisation, words: str) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    answer = aimed.continued(link).post(aimed.mine(link, "fit"), typed(fit="today_only", words=words))
    assert (answer.status_code, answer.context["form"]["words"].value()) == (422, words)
    assert not FitCheck.objects.exists()


def title(page: str) -> str:
    return page.partition("<title>")[2].partition("</title>")[0].strip()


def test_title_is_neutral(ash: Organisation) -> None:
    found = booked.thread(ash)
    link = aimed.own_page(found)
    client = aimed.continued(link)
    first = title(client.get(aimed.mine(link)).content.decode())
    for page in ("fit", "crossed", "crossed/new"):
        assert title(client.get(aimed.mine(link, page)).content.decode()) == first
