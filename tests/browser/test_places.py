"""Places in a group's meeting, on real phones: the line, an offer, who came, what is ready, the note."""

from datetime import timedelta

from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from sessions.models import MeetingNote, Preparation
from tests import factories
from tests.browser import test_axe
from tests.browser.conftest import Windows
from tests.processes import Web
from tests.sessions import gathered


def fine(page: Page, name: str) -> None:
    """No barrier that axe knows of, nothing to scroll sideways."""
    assert test_axe.barriers(page, name) == []


def circle(**changes: object) -> gathered.Circle:
    """A group with a meeting, stored."""
    with transaction.atomic():
        return gathered.circle(factories.organisation("ash"), **changes)  # type: ignore[arg-type]


def opened(page: Page, made: gathered.Circle, number: int) -> Page:
    """A peer's own phone, past the cover."""
    page.goto(f"/p/{gathered.link(made, number)}/")
    page.get_by_role("button", name="Continue").click()
    return page


def test_a_place_passes_on_from_phone_to_phone(windows: Windows, web: Web) -> None:
    made = circle(people=3, seats=1)
    first, second = opened(windows(), made, 0), opened(windows(javascript=False), made, 1)
    fine(first, "link-fresh")
    first.get_by_role("button", name="I am coming").click()
    expect(first.get_by_role("status")).to_have_text("You have a place. See you then.")
    fine(first, "link-taken")
    second.reload()
    second.get_by_role("button", name="Wait for a place").click()
    expect(second.get_by_text("You are in line, and nothing else is needed.")).to_be_visible()
    first.get_by_role("button", name="Not this time").click()
    second.goto(second.url.replace("wait/", ""))
    expect(second.get_by_text("It is kept for you until")).to_be_visible()
    second.get_by_role("button", name="Yes, I take it").click()
    expect(second.get_by_text("You have a place. See you then.")).to_be_visible()
    with wall.inside(made.organisation.pk):
        assert made.states() == ["given_back", "taken", ""]


def test_a_facilitator_says_who_comes_and_hands_over_a_link(windows: Windows, web: Web) -> None:
    made = circle(people=4, seats=2)
    phone = windows(made.facilitator)
    phone.goto(gathered.address(made, "meeting"))
    for number in range(2):
        phone.get_by_role("button", name=f"Comes Wanda 00{number}").click()
        expect(phone.get_by_text("They have a place.")).to_be_visible()
    phone.get_by_role("button", name="Waits for a place Wanda 002").click()
    phone.get_by_role("button", name="Not this time Wanda 000").click()
    expect(phone.get_by_text("Kept until")).to_be_visible()
    phone.goto(gathered.address(made, "meeting"))
    fine(phone, "meeting")
    with wall.inside(made.organisation.pk):
        assert made.states() == ["given_back", "taken", "offered", ""]
    phone.get_by_role("link", name="Their link Wanda 003").click()
    fine(phone, "make-link")
    phone.get_by_role("button", name="Make a link").click()
    fine(phone, "link-made")
    handed = phone.locator("code").inner_text()
    theirs = windows()
    theirs.goto(handed)
    theirs.get_by_role("button", name="Continue").click()
    expect(theirs.get_by_role("heading", name="Your appointments")).to_be_visible()
    phone.goto(gathered.address(made, "give_places"))
    fine(phone, "give-places")
    phone.goto(gathered.address(made, "take_place", 3))
    fine(phone, "take-place")


def test_ready_who_came_and_the_note(windows: Windows, web: Web) -> None:
    made = circle(people=3, ahead=timedelta(hours=-1))
    with transaction.atomic():
        gathered.take(made, 0, now=made.meeting.starts_at - timedelta(hours=3))
    phone = windows(made.facilitator)
    phone.goto(gathered.address(made, "ready"))
    fine(phone, "ready")
    for words in ("The ground rules are at hand.", "You have the urgent numbers with you."):
        with phone.expect_response(lambda answer: answer.url.endswith("/ready/")):
            phone.get_by_label(words).check()
    expect(phone.get_by_text("2 of 6 things are ready.")).to_be_visible()
    phone.goto(gathered.address(made, "attendance"))
    phone.get_by_role("button", name="Came Wanda 000").click()
    expect(phone.get_by_role("button", name="Came Wanda 000")).to_have_attribute("aria-pressed", "true")
    expect(phone.get_by_role("heading", name="New today")).to_be_visible()
    phone.get_by_role("button", name="Introduced Wanda 000").click()
    expect(phone.get_by_role("button", name="Introduced Wanda 000")).to_have_count(0)
    phone.get_by_role("button", name="Was not there Wanda 001").click()
    expect(phone.get_by_role("button", name="Was not there Wanda 001")).to_have_attribute(
        "aria-pressed", "true"
    )
    fine(phone, "attendance")
    phone.goto(gathered.address(made, "meeting_note"))
    fine(phone, "note")
    phone.get_by_label("mostly calm").check()
    phone.get_by_label("What is worth remembering").fill("Wanda brought a cake. There was hope.")
    phone.get_by_role("button", name="Send the note").click()
    expect(phone.get_by_text("“Wanda” may be somebody’s name.").first).to_be_visible()
    fine(phone, "note-asked")
    phone.get_by_label("What is worth remembering").fill("Somebody brought a cake. There was hope.")
    phone.get_by_role("button", name="Send the note").click()
    phone.wait_for_url("**" + gathered.address(made, "meeting"))
    expect(phone.get_by_text("Your note is saved")).to_be_visible()
    fine(phone, "meeting-held")
    phone.get_by_role("link", name="Read the note").click()
    expect(phone.get_by_text("Somebody brought a cake.")).to_be_visible()
    fine(phone, "note-read")
    with wall.inside(made.organisation.pk):
        assert MeetingNote.objects.count() == 1
        assert Preparation.objects.get().ticked == ["numbers", "rules"]
