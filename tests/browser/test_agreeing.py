"""On the way to an agreement in a real browser: differences, answers and paper, by tap and without a script."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from sessions.about import MATTERS
from sessions.actions import agreeing
from sessions.models import Agreement, AgreementAnswer, Side
from sessions.wording import Said
from tests import factories, pictures
from tests.browser.conftest import Windows
from tests.browser.test_axe import barriers
from tests.sessions import booked, laid, met

MINE = {"alcohol": Said(answer="maybe", note="At a wedding"), "friends": Said(answer="never", note="")}
THEIRS = {"friends": Said(answer="always", note=""), "medicine": Said(answer="maybe", note="If I ask")}
TALKED, OPEN = "We talked it through", "We leave it open for now"


@pytest.fixture
def two(web: Any) -> met.Two:
    """Two who agreed once, and have both finished their sheets anew: they differ in two more matters."""
    now = datetime.now(UTC)
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        made = laid.two_of(booked.thread(ash))
        met.supervised(made)
        met.drafted(made, version=2, now=now)
        words = Said(answer="", note="On weekdays, in words that are short and kind, and never late")
        mine = {matter.key: words for matter in MATTERS if matter.question(Side.SUPPORTER)}
        theirs = {matter.key: words for matter in MATTERS if matter.question(Side.PEER)}
        met.shared(made, "supporter", MINE | mine, version=2, now=now)
        met.shared(made, "peer", THEIRS | theirs, version=2, now=now)
    return made


def being_made(two: met.Two) -> Agreement:
    with wall.inside(two.organisation.pk):
        return Agreement.objects.get(version=2)


def chip(page: Page, label: str, number: int = 0) -> None:
    page.locator("label.chip", has_text=label).nth(number).click()


def test_each_tap_saves_itself(windows: Windows, two: met.Two) -> None:
    page = windows(two.supporter)
    page.goto(two.url("agree"))
    status = page.locator("#points-status")
    expect(status).to_have_text("1 of 3 differences are settled")
    chip(page, TALKED, 1)
    expect(status).to_contain_text("Saved. 2 of 3 differences are settled")
    page.get_by_label("In a few words (if you like)").nth(1).fill("Weddings only 🥂")
    chip(page, OPEN, 2)
    expect(status).to_contain_text("Saved. 3 of 3 differences are settled")
    status.get_by_role("link", name="Go on").click()
    expect(page.get_by_label("In a few words (if you like)").nth(1)).to_have_value("Weddings only 🥂")
    chip(page, OPEN, 1)  # said otherwise after all: the yes below is a yes to that
    expect(status).to_contain_text("Saved. 3 of 3 differences are settled")
    page.get_by_label("I say yes to this.").check()
    page.get_by_label("Sam says yes to this, here beside me.").check()
    page.get_by_role("button", name="Yes, we agree").click()
    expect(page.get_by_role("heading", name="Our agreement")).to_be_visible()
    expect(
        page.get_by_text("We see this differently, and leave it open for now. Weddings only 🥂")
    ).to_be_visible()


def test_the_whole_way_on_a_phone_without_a_script(windows: Windows, two: met.Two) -> None:
    page, row = windows(two.supporter, javascript=False), being_made(two)
    page.goto(two.url("agree"))
    chip(page, TALKED, 1)
    chip(page, OPEN, 2)
    page.get_by_role("button", name="Save").click()
    page.get_by_role("link", name="Lay it before us both").click()
    page.get_by_role("button", name="Lay it before us both").click()
    expect(page.get_by_text("Nobody has answered yet.")).to_be_visible()
    page.get_by_role("link", name="Say what you think").click()
    chip(page, "I want to talk about this")
    page.get_by_label("What is it about?").fill("The evenings 🌙")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("The evenings 🌙")).to_be_visible()
    page.get_by_role("link", name="Say what you think").click()
    chip(page, "I agree")
    page.get_by_role("button", name="Send").click()
    page.get_by_role("link", name="Note what Sam says").click()
    chip(page, "I agree")
    chip(page, "On paper")
    page.get_by_role("button", name="Note it").click()
    picture = {"name": "a.jpg", "mimeType": "image/jpeg", "buffer": pictures.photo(1200, 1600)}
    page.get_by_label("The photo or scan").set_input_files(picture)  # type: ignore[arg-type]
    page.get_by_role("button", name="Add it").click()
    page.get_by_role("link", name="See the picture of the paper").click()
    expect(page.get_by_alt_text("The signed agreement, as a photo or scan")).to_be_visible()
    page.get_by_role("link", name="Back to the agreement").click()
    page.get_by_role("link", name="One of us no longer agrees").click()
    page.get_by_role("button", name="Note that it no longer holds").click()
    expect(page.get_by_text("Please choose who no longer agrees.").first).to_be_visible()
    chip(page, "Sam does not")
    page.get_by_role("button", name="Note that it no longer holds").click()
    with wall.inside(two.organisation.pk):
        assert Agreement.objects.get(pk=row.pk).state == "withdrawn"
        said = AgreementAnswer.objects.filter(agreement=row).order_by("at").values_list("side", "said", "how")
        assert list(said) == [
            ("supporter", "talk", "signed_in"),
            ("supporter", "agrees", "signed_in"),
            ("peer", "agrees", "paper"),
            ("peer", "no_longer", "in_person"),
        ]


def test_no_page_on_the_way_has_a_barrier(windows: Windows, two: met.Two) -> None:
    page, row = windows(two.supporter), being_made(two)
    one = two.url("agreements", row.pk)
    found = []
    for name in ("", "propose/"):
        page.goto(f"{one}{name}" if name else two.url("agree"))
        found += barriers(page, name or "agree")
    with wall.inside(two.organisation.pk):
        row = met.settled(two, row)
    laid_before(two, row)
    for name in ("", "answer/supporter/", "answer/peer/", "withdraw/"):
        page.goto(one + name)
        found += barriers(page, name or "agreement")
    assert found == []


def laid_before(two: met.Two, row: Agreement) -> None:
    """The version lies before both."""
    with wall.inside(two.organisation.pk):
        agreeing.propose(
            agreement_id=row.pk,
            revision=row.revision,
            by=factories.member(two.supporter),
            now=datetime.now(UTC),
        )


def test_with_all_that_matters_it_still_prints_on_one_page(windows: Windows, two: met.Two) -> None:
    with wall.inside(two.organisation.pk):
        row = met.settled(two, being_made(two))
    laid_before(two, row)
    page = windows(two.supporter, desk=True)
    page.goto(two.url("agreements", row.pk))
    assert len(re.findall(rb"/Type\s*/Page[^s]", page.pdf(format="A4"))) == 1
