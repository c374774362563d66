"""Around a session in a browser: ticks and thoughts are saved by themselves, and both work without a script."""

from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from sessions import trust
from sessions.models import PeerSession, Preparation, Reflection
from tests import factories
from tests.browser.conftest import Windows
from tests.sessions import booked, test_reflect

WORDS = "I was in a hurry. שלום 🌊"


def made() -> tuple[booked.Thread, PeerSession, PeerSession]:
    """A pairing with a session that has begun and one ahead."""
    with transaction.atomic():
        found = booked.thread(factories.organisation("ash"))
        return found, booked.begun(found), booked.ahead(found)


def ticked(found: booked.Thread) -> list[str]:
    with wall.inside(found.organisation.pk):
        return list(Preparation.objects.get().ticked)


def thoughts(found: booked.Thread) -> trust.Thoughts:
    with wall.inside(found.organisation.pk):
        return test_reflect.opened(Reflection.objects.select_related("author__data_key").get())


def test_each_tick_saves_itself(windows: Windows) -> None:
    found, _begun, ahead = made()
    page = windows(found.supporter)
    page.goto(booked.address(found, "prepare", ahead.pk))
    for label in ("Tissues are close at hand.", "There are places on the way to sit down."):
        page.get_by_label(label).check()
    expect(page.get_by_text("Saved. 2 of 9 ready")).to_be_visible()
    page.get_by_label("Tissues are close at hand.").uncheck()
    expect(page.get_by_text("Saved. 1 of 9 ready")).to_be_visible()
    assert ticked(found) == ["bench"]
    page.get_by_label("You have some water with you.").check()
    page.get_by_role("button", name="Save").click()  # the page knows what it saved itself
    expect(page.get_by_text("2 of 9 ready")).to_be_visible()
    assert ticked(found) == ["bench", "bottle"]


def test_thoughts_save_themselves_and_the_button_ends_it(windows: Windows) -> None:
    found, begun, _ahead = made()
    page = windows(found.supporter)
    page.goto(booked.address(found, "reflect", begun.pk))
    page.get_by_label("Nothing was judged.").check()
    expect(page.get_by_text("Saved at")).to_be_visible()
    page.get_by_label("Your own words").fill(WORDS)
    expect(page.locator("input[name=revision]")).to_have_value("2")
    assert thoughts(found) == {"built": ["no_judging"], "broke": [], "note": WORDS}
    page.get_by_label("There was advice that nobody had asked for.").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Only you can read it.")).to_be_visible()
    assert thoughts(found)["broke"] == ["advice"]


def test_without_a_script_the_buttons_save(windows: Windows) -> None:
    found, begun, ahead = made()
    page = windows(found.supporter, javascript=False)
    _ticks(page, booked.address(found, "prepare", ahead.pk))
    page.goto(booked.address(found, "reflect", begun.pk))
    page.get_by_label("Your own words").fill(WORDS)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Only you can read it.")).to_be_visible()
    assert (ticked(found), thoughts(found)["note"]) == (["tissues"], WORDS)


def _ticks(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_label("Tissues are close at hand.").check()
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("1 of 9 ready")).to_be_visible()
