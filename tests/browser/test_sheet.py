"""The boundary sheet and the agreement in a real browser: taps that save themselves, no script at all, no network."""

import json
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from lib.sealing.models import open_text
from sessions.items import ITEMS
from sessions.models import BoundarySheet
from sessions.wording import Said
from tests import factories
from tests.browser.conftest import Windows
from tests.sessions import met


@pytest.fixture
def two(web: Any) -> met.Two:
    """A supporter and Sam, introduced."""
    with transaction.atomic():
        return met.introduced(factories.organisation("ash"))


def chip(page: Page, key: str, answer: str) -> None:
    """Tap an answer."""
    page.locator(f"#div_id_answer_{key} label.chip", has_text=answer).click()


def kept(two: met.Two) -> dict[str, str]:
    """What the database holds of the supporter's sheet."""
    with wall.inside(two.organisation.pk):
        sheet = BoundarySheet.objects.get(side="supporter")
        answers = json.loads(open_text(sheet, "answers", two.supporter.data_key))
    return {key: said["answer"] for key, said in answers.items() if key != "gift_given"}  # of their limits


def test_every_tap_saves_itself_however_fast(windows: Windows, two: met.Two) -> None:
    page = windows(two.supporter)
    page.goto(two.url("sheet", "supporter"))
    for key, answer in (("hug_given", "Never"), ("hug_received", "Maybe"), ("phone_number", "Always")):
        chip(page, key, answer)
    expect(page.locator("#sheet-status")).to_have_text("Saved. 4 of 27 answered")
    expect(page.locator("#progress-touch")).to_have_text("2 of 2 answered")
    page.get_by_label("What does it depend on?").nth(1).fill("Ask me first 🤗")
    page.locator("h1").click()
    expect(page.locator("input[name=revision]")).to_have_value("4")
    assert kept(two) == {"hug_given": "never", "hug_received": "maybe", "phone_number": "always"}
    page.reload()
    expect(page.get_by_label("What does it depend on?").nth(1)).to_have_value("Ask me first 🤗")


def test_the_kind_note_comes_with_the_answer(windows: Windows, two: met.Two) -> None:
    page = windows(two.supporter)
    page.goto(two.url("sheet", "supporter"))
    note = page.locator("#said-suicide_plan .floor-note")
    expect(note).to_be_hidden()
    chip(page, "suicide_plan", "Never")
    expect(note).to_be_visible()
    chip(page, "suicide_plan", "Always")
    expect(note).to_be_hidden()


def test_without_a_network_it_says_so(windows: Windows, two: met.Two) -> None:
    page = windows(two.supporter)
    page.goto(two.url("sheet", "supporter"))
    page.context.set_offline(True)
    chip(page, "hug_given", "Never")
    expect(page.locator("#sheet-status")).to_have_text("That was not saved just now. Please press Save.")
    page.context.set_offline(False)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("2 of 27 answered")).to_be_visible()
    assert kept(two) == {"hug_given": "never"}


def test_a_first_meeting_without_scripts(windows: Windows, two: met.Two) -> None:
    page = windows(two.supporter, javascript=False)
    page.goto(two.url())
    page.get_by_role("link", name="Begin the first meeting").click()
    page.get_by_role("link", name="Go on here").click()
    page.get_by_label("We have read both of them together.").check()
    page.get_by_label("What does Sam hope for?").fill("To be heard")
    page.get_by_role("button", name="Save").click()
    for answer in ("Never", "Maybe"):
        page.get_by_role("link", name="Go on here").click()
        chip(page, "hug_given", answer)
        page.get_by_role("button", name="Save and finish").click()
        page.get_by_role("button", name="Finish").click()
    page.get_by_role("link", name="Go on here").click()
    expect(page.locator("#differ .compare-row")).to_have_count(1)
    page.locator("#differ label.chip", has_text="We talked it through").click()
    page.locator("#differ").get_by_role("button", name="Save").click()
    page.get_by_label("I say yes to this.").check()
    page.get_by_label("Sam says yes to this, here beside me.").check()
    page.get_by_role("button", name="Yes, we agree").click()
    expect(page.get_by_role("heading", name="Our agreement")).to_be_visible()
    expect(page.locator(".bound-never")).to_contain_text("A hug from the supporter")
    expect(page.get_by_text("To be heard")).to_be_visible()


def test_an_agreement_prints_on_one_page(windows: Windows, two: met.Two) -> None:
    now = datetime.now(UTC)
    answers = {
        item.key: Said(
            answer=["never", "maybe", "always"][item.number % 3],
            note="When we both feel calm and safe" if item.number % 3 == 1 else "",
        )
        for item in ITEMS
    }
    words = "Somebody who listens, who has been there, and who does not tell me what to do. " * 2
    draft = met.drafted(two, now=now, peer_expects=words, supporter_expects=words, peer_fears=words)
    met.shared(two, "supporter", answers, now=now)
    met.shared(two, "peer", {}, now=now)
    made = met.yes(two, draft, now=now)
    page = windows(two.supporter, desk=True)
    page.goto(two.url("agreements", made.pk))
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4"))) == 1
