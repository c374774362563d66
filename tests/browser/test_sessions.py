"""Sessions from hours to goodbye, as three people play them: on the real server, with a real worker and mail server.

The supporter has a phone, the coordinator a desk, the peer a phone that runs no scripts, and an address for mails.
What the mails bring is read as a calendar would read it.
"""

import re
from datetime import datetime
from email.message import EmailMessage
from typing import Any

import pytest
import vobject
from django.db import transaction
from playwright.sync_api import Locator, Page, expect

from lib import wall
from lib.sealing.models import open_text
from lib.tokens import token_for
from peersafe.local.processes import Child
from people.models import PrivateLink
from sessions import trust
from sessions.models import PeerSession, Reflection
from tests import factories
from tests.browser.conftest import Windows
from tests.browser.mailbox import Mailbox, links
from tests.browser.test_axe import barriers
from tests.sessions import booked
from tests.sessions.booked import Thread

ADDRESS = "sam@example.org"  # of the peer: booked.reachable
OAK = "By the old oak 🌳 שלום"
GOODBYE = "Thank you for every walk. 🌿"
THOUGHT = "I talked too fast 🌊"
PAUSE = 15_000  # milliseconds until what is typed is kept, on a busy machine


@pytest.fixture
def found(web: object) -> Thread:
    """Two who have agreed, a coordinator, a room, and an address to write to."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        made = booked.thread(ash)
        booked.reachable(made.peer)
        return made


# Hours, a booking, and a move ------------------------------------------------------------------------------------


def test_a_free_slot_is_tapped_taken_and_moved(found: Thread, windows: Windows, worker: Child) -> None:
    phone, desk = windows(found.supporter), windows(found.coordinator, desk=True)
    mailbox = Mailbox()
    set_hours(phone)
    wrong = barriers(phone, "hours")
    slot = open_booking(phone, found)
    open_booking(desk, found)
    book(phone, slot)
    too_late(desk, slot)
    wrong += barriers(desk, "just taken")

    first = mailbox.wait_for(ADDRESS)
    peer = say_yes(windows(javascript=False), links(first)[0])
    stale = windows(found.supporter)
    stale.goto(phone.url)
    stale.get_by_role("link", name="Move it").click()
    wish = offered(stale, day=1, number=-1)
    mailbox = Mailbox()
    chosen = take_another_time(peer)
    second = mailbox.wait_for(ADDRESS)
    a_change_for_the_calendar(first, second, chosen)

    mailbox = Mailbox()
    refused_kindly(stale, wish)
    wrong += barriers(stale, "older page")
    stale.get_by_role("button", name="Move it").click()
    expect(stale.get_by_text("Now it waits for a new yes from the peer.")).to_be_visible()
    third = entry(mailbox.wait_for(ADDRESS))
    assert (third.sequence.value, third.dtstart.value) == ("2", moment(wish))
    peer.reload()
    expect(peer.get_by_text("The time or the place has changed.")).to_be_visible()
    expect(peer.get_by_text(OAK)).to_be_visible()
    assert wrong == []
    with wall.inside(found.organisation.pk):
        row = PeerSession.objects.get()
        assert (row.state, row.sequence, row.starts_at) == ("booked", 2, moment(wish))


def set_hours(phone: Page) -> None:
    """Mornings from Monday to Friday; a slip is said beside the field, and nothing typed is lost."""
    phone.goto("/o/ash/calendar/")
    phone.locator("main a[href$='/hours/']").first.click()
    phone.get_by_label("Monday from", exact=True).fill("13:00")
    phone.get_by_label("Monday to", exact=True).fill("12:30")
    phone.get_by_label("Use Monday’s hours from Tuesday to Friday too").check()
    phone.get_by_label("Minutes of rest between two sessions").fill("15")
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_role("alert")).to_contain_text("Please look at this again")
    expect(phone.get_by_label("Minutes of rest between two sessions")).to_have_value("15")
    phone.get_by_label("Monday from", exact=True).fill("09:00")
    phone.get_by_role("button", name="Save").click()
    expect(phone.get_by_role("alert")).to_have_count(0)
    expect(phone.get_by_label("Friday to", exact=True)).to_have_value("12:30")


def open_booking(page: Page, found: Thread) -> str:
    """To the free times, from the page of the pairing; the first of a day is chosen."""
    page.goto(f"/o/ash/pairings/{found.pairing.pk}/")
    page.get_by_role("link", name="Book a session").click()
    return offered(page, day=1)


def offered(page: Page, *, day: int, number: int = 0) -> str:
    """A free time that is offered: on a day of a week that is so far ahead that no reminder is due yet."""
    page.get_by_role("link", name="Show later days").click()
    page.wait_for_url(re.compile(r"\?(day|from)="))
    expect(page.get_by_role("group", name="Free times")).to_be_visible()
    times = page.locator(".slot-day").nth(day).locator("input[name=slot]")
    value = times.nth(number).get_attribute("value")
    assert value
    return value


def chip(page: Page, slot: str) -> Locator:
    """The chip of a free time, to be tapped."""
    return page.locator("label.chip", has=page.locator(f"input[value='{slot}']"))


def book(phone: Page, slot: str) -> None:
    """The supporter taps a free time."""
    chip(phone, slot).tap()
    phone.get_by_label("a walk").check(force=True)
    phone.get_by_label("Where exactly").fill("At the gate")
    phone.get_by_role("button", name="Book", exact=True).tap()
    expect(phone.get_by_text("Booked.", exact=True)).to_be_visible()
    expect(phone.locator("main")).to_contain_text("At the gate")


def too_late(desk: Page, slot: str) -> None:
    """The coordinator's page is a little older: the time is gone, what was typed stays, others are offered."""
    chip(desk, slot).click()
    desk.get_by_label("Minutes").fill("40")
    desk.get_by_label("a walk").check(force=True)
    desk.get_by_label("Where exactly").fill(OAK)
    desk.get_by_role("button", name="Book", exact=True).click()
    expect(desk.get_by_role("alert")).to_contain_text("This time has just been taken for one of you.")
    expect(desk.locator("#div_id_start")).to_contain_text("just been taken")
    day, start = f"{moment(slot).astimezone(booked.LONDON):%Y-%m-%d %H:%M}".split()
    typed = {"day": day, "start": start, "minutes": "40", "meeting_point": OAK}
    for name, value in typed.items():
        expect(desk.locator(f"[name={name}]")).to_have_value(value)
    expect(desk.get_by_label("a walk")).to_be_checked()
    free = [box.get_attribute("value") for box in desk.locator("input[name=slot]").all()]
    assert slot not in free
    assert len([value for value in free if value]) == 3


def say_yes(peer: Page, link: str) -> Page:
    """The peer opens the link from the mail, and will be there."""
    peer.goto(link)
    expect(peer.get_by_role("heading", level=1)).to_have_text("This page is private")
    peer.get_by_role("button", name="Continue").click()
    peer.get_by_role("button", name="I’ll be there").click()
    expect(peer.get_by_text("You said you will be there.")).to_be_visible()
    return peer


def take_another_time(peer: Page) -> str:
    """The peer chooses another time, which needs no further yes."""
    peer.get_by_role("link", name="Another time would be better").click()
    chosen = offered(peer, day=0)
    chip(peer, chosen).tap()
    peer.get_by_role("button", name="Take this time").tap()
    expect(peer.get_by_text("You said you will be there.")).to_be_visible()
    local = moment(chosen).astimezone(booked.LONDON)
    expect(peer.get_by_role("heading", level=1)).to_contain_text(
        f"{local:%A} {local.day} {local:%B}, {local:%H:%M}"
    )
    return chosen


def refused_kindly(stale: Page, wish: str) -> None:
    """The supporter's page is from before the move: they are told so, and everything they chose and typed stays."""
    chip(stale, wish).tap()
    stale.get_by_label("Where exactly").fill(OAK)
    stale.get_by_label("Minutes").fill("35")
    stale.get_by_role("button", name="Move it").click()
    expect(stale.get_by_role("alert")).to_contain_text(
        "Somebody moved this session while your page was open."
    )
    expect(stale.get_by_label("Where exactly")).to_have_value(OAK)
    expect(stale.get_by_label("Minutes")).to_have_value("35")
    expect(stale.locator(f"input[value='{wish}']")).to_be_checked()


# What the mails bring --------------------------------------------------------------------------------------------


def calendar(mail: EmailMessage) -> Any:
    """The calendar that a mail brings."""
    (part,) = [each for each in mail.walk() if each.get_content_type() == "text/calendar"]
    text = part.get_payload(decode=True)
    assert isinstance(text, bytes)
    return vobject.readOne(text.decode())


def entry(mail: EmailMessage) -> Any:
    """Its one entry."""
    return calendar(mail).vevent


def a_change_for_the_calendar(first: EmailMessage, second: EmailMessage, chosen: str) -> None:
    """The same entry, changed once, at the time that was chosen; and nothing in it that names anybody."""
    before, after = entry(first), entry(second)
    assert before.uid.value == after.uid.value
    assert (before.sequence.value, after.sequence.value) == ("0", "1")
    assert after.dtstart.value == moment(chosen)
    assert calendar(second).method.value == "PUBLISH"
    words = f"{first}{second}".replace(ADDRESS, "")
    assert [name for name in ("Sam", "Supporter", "Ash", "gate") if name in words] == []


def moment(slot: str) -> datetime:
    """The moment a chip stands for."""
    return datetime.fromisoformat(slot)


# Afterwards ------------------------------------------------------------------------------------------------------


def test_what_was_noted_reaches_the_peer_and_private_thoughts_do_not(found: Thread, windows: Windows) -> None:
    row = booked.begun(found)
    phone = windows(found.supporter)
    phone.goto(booked.address(found, "peer_session", row.pk))
    note(phone)
    think(phone, found)

    peer = windows(javascript=False)
    with wall.inside(found.organisation.pk):
        link = PrivateLink.objects.get(object_id=row.pk)
    peer.goto(f"/p/{token_for(link.pk)}/session/")
    assert "letter" not in peer.content()
    peer.get_by_role("button", name="Continue").click()
    expect(peer.get_by_text("A letter, opened together.")).to_be_hidden()
    peer.get_by_text("What was written down about it").click()
    expect(peer.get_by_text("A letter, opened together.")).to_be_visible()
    assert THOUGHT not in peer.content()

    desk = windows(found.coordinator, desk=True)
    for name in ("session_log", "reflect"):
        answer = desk.goto(booked.address(found, name, row.pk))
        assert answer is not None
        assert answer.status == 403


def follow(phone: Page, link: str, heading: str) -> None:
    """To a page that keeps what is typed: which it does from the moment on when its scripts are there."""
    phone.get_by_role("link", name=link).first.click()
    expect(phone.get_by_role("heading", level=1)).to_have_text(heading)
    phone.wait_for_load_state("load")


def note(phone: Page) -> None:
    """The supporter writes down how it was."""
    follow(phone, "Write down how it was", "How was it?")
    phone.get_by_label("What mattered").fill("A letter, opened together.")
    phone.get_by_label("yes, they still fit").check(force=True)
    expect(phone.locator("#kept")).to_contain_text("Kept at", timeout=PAUSE)
    phone.get_by_role("button", name="Save the log").click()
    expect(phone.get_by_text("Your log is saved.")).to_be_visible()


def think(phone: Page, found: Thread) -> None:
    """The supporter thinks about it, for themselves: kept while they type, and sealed with their own key."""
    follow(phone, "Think about it, for yourself", "For yourself")
    phone.get_by_label("Nothing was judged.").check()
    phone.get_by_label("Your own words").fill(THOUGHT)
    expect(phone.locator("#kept")).to_contain_text("Saved at", timeout=PAUSE)
    phone.get_by_role("button", name="Save", exact=True).click()
    expect(phone.get_by_text("Only you can read it.")).to_be_visible()
    with wall.inside(found.organisation.pk):
        mine = Reflection.objects.select_related("author__data_key").get()
        kept = trust.read(open_text(mine, "body", mine.author.data_key))
    assert kept == {"built": ["no_judging"], "broke": [], "note": THOUGHT}


# The ending ------------------------------------------------------------------------------------------------------


def test_an_ending_leaves_a_goodbye_and_nothing_else(
    found: Thread, windows: Windows, worker: Child, mailbox: Mailbox
) -> None:
    row = booked.ahead(found)
    told = mailbox.wait_for(ADDRESS)
    phone, peer = windows(found.supporter), windows()
    pairing = f"/o/ash/pairings/{found.pairing.pk}/"
    own = given_a_page(phone, peer, pairing)
    phone.goto(pairing)
    prepare(phone)
    phone.goto(pairing)
    after = Mailbox()
    end(phone)
    called_off(told, after.wait_for(ADDRESS))

    gone = pairing, booked.address(found, "peer_session", row.pk), f"/o/ash/people/{found.peer.pk}/"
    for address in gone:
        answer = phone.goto(address)
        assert answer is not None
        assert (answer.status, address) == (404, address)
        assert "Sam" not in phone.content()
    only_the_goodbye(peer, own)
    answer = windows(javascript=False).goto(links(told)[0])
    assert answer is not None
    assert answer.status == 404


def given_a_page(phone: Page, peer: Page, pairing: str) -> str:
    """The supporter makes the peer's own page, which goes out by mail; the peer opens it and finds what is next."""
    mailbox = Mailbox()
    phone.goto(pairing)
    phone.get_by_role("link", name="Give them a page of their own").click()
    phone.get_by_label("Send them the address of the page by e-mail, too").check()
    phone.get_by_role("button", name="Make the page").click()
    expect(phone.get_by_role("heading", name="Pass it on now")).to_be_visible()
    peer.goto(links(mailbox.wait_for(ADDRESS))[0])
    peer.get_by_role("button", name="Continue").click()
    expect(peer.get_by_role("heading", name="What is next")).to_be_visible()
    expect(peer.get_by_text("At the gate")).to_be_visible()
    return peer.url


def prepare(phone: Page) -> None:
    """The two have talked, and a goodbye is written: kept while it is typed."""
    follow(phone, "Prepare your ending", "Your ending")
    phone.get_by_label("When did you talk about it?").fill(booked.day_ahead(0).isoformat())
    phone.get_by_label("What you said").fill("The bench by the pond.")
    phone.get_by_label("Your words to them").fill(GOODBYE)
    expect(phone.locator("#ending-status")).to_contain_text("Kept on", timeout=PAUSE)
    phone.get_by_role("button", name="Save", exact=True).click()
    expect(phone.get_by_text("Saved.", exact=True)).to_be_visible()
    expect(phone.get_by_label("Your words to them")).to_have_value(GOODBYE)


def end(phone: Page) -> None:
    """The supporter ends it, and is told first what follows."""
    phone.get_by_role("link", name="End this pairing").click()
    expect(phone.get_by_text("1 booked session is called off")).to_be_visible()
    expect(phone.get_by_text("You have not talked about it yet.")).to_have_count(0)
    phone.get_by_role("button", name="End this pairing").click()
    phone.wait_for_url(re.compile("/o/ash/pairings/$"))
    expect(phone.locator("main")).not_to_contain_text("Sam")


def called_off(told: EmailMessage, mail: EmailMessage) -> None:
    """The peer's calendar takes the entry out."""
    assert calendar(mail).method.value == "CANCEL"
    before, after = entry(told), entry(mail)
    assert (after.uid.value, after.status.value) == (before.uid.value, "CANCELLED")
    assert int(after.sequence.value) > int(before.sequence.value)
    assert "Sam" not in str(mail).replace(ADDRESS, "")


def only_the_goodbye(peer: Page, own: str) -> None:
    """Whatever page of theirs the peer asks for, they find the goodbye."""
    for tail in ("", "goals/", "notes/"):
        peer.goto(own + tail)
        expect(peer.get_by_role("heading", name="Written for you")).to_be_visible()
        expect(peer.get_by_text(GOODBYE)).to_be_visible()
        assert peer.url == own
    for words in ("What is next", "Yours", "At the gate", "The bench by the pond."):
        expect(peer.get_by_text(words)).to_have_count(0)
    assert barriers(peer, "goodbye") == []
