"""Own lines, other matters and floors on a phone, and a peer's sheet on their own page, with and without a script."""

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from sessions.models import BoundarySheet
from tests import factories
from tests.browser.conftest import Windows
from tests.browser.test_axe import barriers
from tests.sessions import aimed, asked, met


@pytest.fixture
def two(web: object) -> met.Two:
    """A supporter and Sam, introduced; no alcohol in this organisation."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        asked.publish(ash, asked.DRY)
        return met.introduced(ash)


def chip(page: Page, key: str, answer: str) -> None:
    """Tap an answer."""
    page.locator(f"#div_id_answer_{key} label.chip", has_text=answer).click()


def own_page(two: met.Two, page: Page) -> Page:
    """The peer's page, opened."""
    with transaction.atomic():
        link = asked.own_page(two)
        with wall.inside(two.organisation.pk):
            address = aimed.mine(link)
    page.goto(address)
    page.get_by_role("button", name="Continue").click()
    return page


def test_a_peer_answers_alone_and_shares_without_scripts(windows: Windows, two: met.Two) -> None:
    peer, supporter = windows(javascript=False), windows(two.supporter)
    own_page(two, peer)
    peer.get_by_role("link", name="Your boundaries").first.click()
    expect(peer.get_by_text("for you alone until you share it")).to_be_visible()
    chip(peer, "hug_given", "Never")
    peer.get_by_label("May somebody else be there?").fill("Not my brother")
    peer.get_by_label("What is it about?").fill("We meet my dog 🐕")
    peer.get_by_role("group", name="Is this all right for you?").locator("label", has_text="Always").click()
    peer.get_by_role("button", name="Add this line").click()
    expect(peer.locator("fieldset", has_text="We meet my dog 🐕").first).to_be_visible()
    supporter.goto(two.url("sheet", "peer"))
    expect(supporter.get_by_text("for them alone until they share it")).to_be_visible()
    expect(supporter.get_by_text("my dog")).to_have_count(0)
    peer.get_by_role("button", name="Save and finish").click()
    peer.get_by_role("button", name="Share it").click()
    expect(peer.get_by_text("It stays as it is.")).to_be_visible()
    supporter.reload()
    expect(supporter.get_by_text("We meet my dog 🐕")).to_be_visible()
    expect(supporter.get_by_text("Not my brother")).to_be_visible()


def test_no_barriers_on_the_way(windows: Windows, two: met.Two) -> None:
    peer = own_page(two, windows())
    peer.get_by_role("link", name="Your boundaries").first.click()
    peer.get_by_label("What is it about?").fill("We meet my dog 🐕")
    peer.get_by_role("button", name="Add this line").click()
    expect(peer.locator("fieldset", has_text="We meet my dog 🐕").first).to_be_visible()
    assert barriers(peer, "one's own sheet") == []
    supporter = windows(two.supporter)
    supporter.goto(two.url("sheet", "peer"))
    assert barriers(supporter, "a private sheet") == []
    peer.get_by_role("button", name="Save and finish").click()
    assert barriers(peer, "sharing") == []
    peer.get_by_role("button", name="Share it").click()
    assert barriers(peer, "a shared sheet") == []


def test_letting_the_supporter_see_it(windows: Windows, two: met.Two) -> None:
    peer = own_page(two, windows())
    peer.get_by_role("link", name="Your boundaries").first.click()
    chip(peer, "hug_given", "Never")
    expect(peer.locator("#sheet-status")).to_have_text("Saved. 1 of 27 answered")
    peer.reload()
    peer.get_by_role("link", name="Let your supporter see it now").click()
    assert barriers(peer, "letting them see") == []
    peer.get_by_role("button", name="Let them see it").click()
    expect(peer.get_by_text("You are doing this together")).to_be_visible()
    with wall.inside(two.organisation.pk):
        assert not BoundarySheet.objects.get().kept_private


def test_a_floor_and_a_number_are_told_beside_their_line(windows: Windows, two: met.Two) -> None:
    page = windows(two.supporter)
    page.goto(two.url("sheet", "supporter"))
    expect(page.get_by_text("Your organisation says “Never”.")).to_be_visible()
    chip(page, "alcohol", "Always")
    expect(page.locator("#said-alcohol")).to_contain_text("Some of us struggle with alcohol.")
    chip(page, "alcohol", "Never")
    expect(page.locator("#sheet-status")).to_contain_text("Saved.")
    expect(page.locator("#said-alcohol")).to_be_hidden()
    page.get_by_label("How can they get in touch with you?").fill("07700 900123")
    page.locator("h1").click()
    expect(page.locator("#said-about-channels")).to_contain_text("This looks like a phone number.")
    page.get_by_label("How can they get in touch with you?").fill("The work phone")
    page.locator("h1").click()
    expect(page.locator("#said-about-channels")).to_be_hidden()
    assert barriers(page, "errors on a sheet") == []


def test_the_peers_note_comes_with_the_answer(windows: Windows, two: met.Two) -> None:
    page = windows(two.supporter)
    page.goto(two.url("sheet", "peer"))
    note = page.locator("#said-alcohol .floor-note")
    expect(note).to_be_hidden()
    chip(page, "alcohol", "Maybe")
    expect(note).to_be_visible()
    expect(note).to_contain_text("Your answer is kept.")
    chip(page, "alcohol", "Never")
    expect(note).to_be_hidden()
