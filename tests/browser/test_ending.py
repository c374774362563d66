"""An ending in a real browser: kept while it is typed, ended in the open, and read by the next supporter alone."""

from datetime import UTC, datetime

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from lib.sealing.models import open_text
from sessions.models import Ending, Pairing
from tests import factories
from tests.browser.conftest import Windows
from tests.sessions import met

WORDS = "Thank you for every walk. 🌱"


@pytest.fixture
def two(web: object) -> met.Two:
    """Two who agreed, seen by the web server."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        made = met.introduced(ash)
        met.agreed(made)
    return made


def write(page: Page, label: str, words: str) -> None:
    page.get_by_label(label).fill(words)


def test_what_is_typed_is_kept_before_anybody_presses_save(two: met.Two, windows: Windows) -> None:
    page = windows(two.supporter)
    page.goto(two.url("ending"))
    write(page, "Your words to them", WORDS)
    expect(page.locator("#ending-status")).to_contain_text("Kept on", timeout=15_000)
    write(page, "What you said", "It was good")
    expect(page.locator("#id_revision")).to_have_value("2", timeout=15_000)
    page.goto("/o/ash/")
    page.goto(two.url("ending"))
    expect(page.get_by_label("Your words to them")).to_have_value(WORDS)
    with wall.inside(two.organisation.pk):
        assert open_text(Ending.objects.get(), "goodbye", two.peer.data_key) == WORDS


def test_a_lost_sign_in_no_longer_says_that_it_is_kept(two: met.Two, windows: Windows) -> None:
    page = windows(two.supporter)
    page.goto(two.url("ending"))
    write(page, "Your words to them", WORDS)
    expect(page.get_by_text("Kept on")).to_be_visible(timeout=15_000)
    page.context.clear_cookies(name="sessionid")
    write(page, "What you said", "typed after the sign-in was lost")
    expect(page.get_by_text("Kept on")).to_be_hidden(timeout=15_000)
    again = windows(two.supporter)
    again.goto(two.url("ending"))
    expect(again.get_by_label("Your words to them")).to_have_value(WORDS)


@pytest.mark.parametrize("javascript", [True, False])
def test_an_ending_from_the_talk_to_the_next_supporter(
    two: met.Two, windows: Windows, javascript: bool
) -> None:
    page = windows(two.supporter, javascript=javascript)
    page.goto(two.url("end"))
    page.get_by_role("button", name="End this pairing").click()
    expect(page.get_by_text("You have not talked about it yet. Tick this").first).to_be_visible()
    page.get_by_role("main").get_by_role("link", name="Prepare your ending").click()
    write(page, "When did you talk about it?", datetime.now(UTC).date().isoformat())
    write(page, "What the next supporter is to know", "Mornings are hard.")
    page.get_by_label("Sam has read these words").check()
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("They said yes to the note for the next supporter")).to_be_visible()
    page.goto(two.url("end"))
    page.get_by_role("button", name="End this pairing").click()
    expect(page).to_have_url(f"{page.url.partition('/o/')[0]}/o/ash/pairings/")
    expect(page.get_by_role("link", name="Sam")).to_have_count(0)
    with wall.inside(two.organisation.pk):
        assert Pairing.objects.get().state == "ended"
        then = factories.supporter(two.organisation)
    pairing = met.pair(two.coordinator, then, two.peer, now=datetime.now(UTC))
    other = windows(then, javascript=javascript)
    other.goto(f"/o/ash/pairings/{pairing.pk}/")
    other.get_by_role("link", name="Read it").click()
    expect(other.get_by_text("Mornings are hard.")).to_be_visible()
