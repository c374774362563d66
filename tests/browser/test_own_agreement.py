"""A peer and their agreement on a small phone without a script: talked about, agreed to, withdrawn; no barrier."""

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from people.models import PrivateLink
from sessions.models import Agreement
from tests import factories
from tests.browser.conftest import Windows
from tests.browser.test_axe import barriers
from tests.sessions import aimed, booked, laid
from tests.sessions.booked import Thread


@pytest.fixture
def found(web: object) -> Thread:
    """Two who have agreed."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        return booked.thread(ash)


def opened(page: Page, link: PrivateLink) -> Page:
    """Their page, behind its cover."""
    page.goto(aimed.mine(link))
    page.get_by_role("button", name="Continue").click()
    return page


def test_disputed_agreed_and_withdrawn(found: Thread, windows: Windows) -> None:
    with wall.inside(found.organisation.pk):
        row, link = laid.laid(found), aimed.own_page(found)
    peer = opened(windows(javascript=False), link)
    peer.get_by_role("status").get_by_role("link", name="Read it").click()
    expect(peer.get_by_role("heading", name="What would be different from now")).to_be_visible()
    peer.get_by_label("What would you like to talk about?").fill("Hugs 🌱")
    peer.get_by_role("button", name="I want to talk about this").click()
    expect(peer.get_by_text("Hugs 🌱")).to_be_visible()
    peer.get_by_role("button", name="I agree").click()
    expect(peer.get_by_text("You said yes. Your supporter has not answered yet.")).to_be_visible()
    laid.supporter_says(found, row)
    peer.reload()
    expect(peer.get_by_text("This is what you both said yes to.")).to_be_visible()
    peer.get_by_role("link", name="I no longer agree").click()
    expect(peer.get_by_role("heading", name="What happens next")).to_be_visible()
    peer.get_by_role("button", name="I no longer agree").click()
    expect(peer.get_by_role("heading", name="What happens next")).to_be_visible()
    peer.get_by_role("link", name="Version 2").click()
    expect(peer.get_by_text("It was withdrawn on")).to_be_visible()
    with wall.inside(found.organisation.pk):
        assert Agreement.objects.get(pk=row.pk).state == "withdrawn"


def test_whom_they_trust_and_what_they_hope(found: Thread, windows: Windows) -> None:
    with wall.inside(found.organisation.pk):
        link = aimed.own_page(found)
    peer = opened(windows(javascript=False), link)
    peer.get_by_role("link", name="Whom you trust, and what helps").click()
    peer.get_by_label("Who is close to you, and may be told?").fill("Aunt Zora")
    peer.get_by_role("button", name="Save").click()
    expect(peer.get_by_label("Who is close to you, and may be told?")).to_have_value("Aunt Zora")
    peer.get_by_label("Forget all of this").check()
    peer.get_by_role("button", name="Save").click()
    expect(peer.get_by_text("Nothing is noted since")).to_be_visible()
    peer.get_by_role("link", name="Your page").click()
    peer.get_by_role("link", name="Your agreement", exact=True).click()
    peer.get_by_role("link", name="Your hopes and worries").click()
    peer.get_by_label("What do you hope for?").fill("Somebody who stays. 🌱")
    peer.get_by_role("button", name="Save").click()
    expect(peer.get_by_text("A new version is being made.")).to_be_visible()


def test_no_page_has_a_barrier(found: Thread, windows: Windows) -> None:
    with wall.inside(found.organisation.pk):
        link = aimed.own_page(found)
    peer, wrong = opened(windows(), link), []

    def look(*rest: object) -> None:
        answer = peer.goto(aimed.mine(link, *rest))
        assert answer is not None
        assert (answer.status, peer.url.endswith(aimed.mine(link, *rest))) == (200, True)
        wrong.extend(barriers(peer, "/".join(str(part) for part in rest) or "own page"))

    first = laid.held(found)
    for rest in (["agreement"], ["trusted"], ["agreement", "hopes"], ["agreement", first.pk, "withdraw"]):
        look(*rest)
    draft = laid.ready(found)
    look("agreement", "side-by-side")
    laid.proposed(found, draft)
    for rest in ([], ["agreement"], ["agreement", draft.pk, "withdraw"], ["agreement", first.pk]):
        look(*rest)
    peer.goto(aimed.mine(link, "trusted"))
    peer.get_by_label("How can they be reached?").fill("7")
    peer.get_by_role("button", name="Save").click()
    wrong += barriers(peer, "a number without a name")
    supporter = windows(found.supporter)
    supporter.goto(aimed.url(found, "trusted"))
    wrong += barriers(supporter, "noting whom they trust")
    assert wrong == []
