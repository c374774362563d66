"""The peer's own page on their own phone: handed over, opened, used without a script, left quickly; no barrier."""

import re

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from lib import wall
from people.models import PrivateLink
from sessions.models import Goal, GoalStep
from tests import factories
from tests.browser.conftest import Windows
from tests.browser.test_axe import barriers
from tests.sessions import aimed, booked
from tests.sessions.booked import Thread


@pytest.fixture
def found(web: object) -> Thread:
    """Two who have agreed, a session ahead, a note of one that was."""
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        made = booked.thread(ash)
        booked.ahead(made)
        booked.held(made, what_mattered="Sam wants to draw again.")
        return made


def handed_over(supporter: Page, found: Thread) -> str:
    """The supporter makes the page, and reads its address out."""
    supporter.goto(aimed.url(found))
    supporter.get_by_role("link", name="Give them a page of their own").click()
    supporter.get_by_role("button", name="Make the page").click()
    expect(supporter.get_by_role("heading", name="Pass it on now")).to_be_visible()
    return "/p/" + supporter.locator("code").inner_text().partition("/p/")[2]


def test_a_goal_from_first_words_to_reached(found: Thread, windows: Windows) -> None:
    supporter = windows(found.supporter)
    peer = windows(javascript=False)
    peer.goto(handed_over(supporter, found))
    expect(peer.get_by_role("heading", name="This page is private")).to_be_visible()
    peer.get_by_role("button", name="Continue").click()
    peer.get_by_role("link", name="Your goals").click()
    peer.get_by_role("link", name="Set a goal").click()
    peer.get_by_label("What would you like?").fill("Draw again 🎨")
    peer.get_by_role("button", name="Set this goal").click()
    peer.get_by_label("A step towards it").fill("Buy a pencil")
    peer.get_by_role("button", name="Add this step").click()
    peer.get_by_role("button", name=re.compile("^Done.*Buy a pencil")).click()
    expect(peer.get_by_text("done on")).to_be_visible()
    peer.get_by_role("radio", name="a setback").check()
    peer.get_by_role("button", name="Note it").click()
    expect(peer.get_by_text("A setback", exact=True)).to_be_visible()
    peer.get_by_role("link", name="It is reached").click()
    peer.get_by_label("What would you like to remember about it?").fill("The first page.")
    peer.get_by_role("button", name="Yes, it is reached").click()
    expect(peer.get_by_text("You got there.")).to_be_visible()

    supporter.goto(aimed.url(found, "goals"))
    expect(supporter.get_by_role("link", name="Draw again 🎨")).to_be_visible()
    with wall.inside(found.organisation.pk):
        assert (Goal.objects.get().state, GoalStep.objects.get().done_at is None) == ("reached", False)
    peer.get_by_role("link", name="Your page").click()
    peer.get_by_role("link", name="Who looked at what is held about you").click()
    expect(peer.get_by_role("rowheader", name="Your supporter")).to_be_visible()


def test_leaving_quickly_shuts_it(found: Thread, windows: Windows) -> None:
    with wall.inside(found.organisation.pk):
        aimed.goal(found)
        link = aimed.own_page(found)
    peer = windows()
    peer.goto(aimed.mine(link))
    peer.get_by_role("button", name="Continue").click()
    peer.goto(aimed.mine(link, "goals"))
    expect(peer.get_by_text(aimed.WORDS.title)).to_be_visible()
    peer.route(re.compile("^https?://(?!127)"), lambda route: route.fulfill(body="elsewhere"))
    peer.get_by_role("link", name="Leave quickly").click()
    peer.wait_for_url(re.compile("^https?://(?!127)"))
    peer.wait_for_timeout(500)
    peer.goto(aimed.mine(link, "goals"))
    expect(peer.get_by_role("heading", name="This page is private")).to_be_visible()


def test_no_page_behind_the_cover_has_a_barrier(found: Thread, windows: Windows) -> None:
    with wall.inside(found.organisation.pk):
        one = aimed.goal(found)
        aimed.step(found, one, done=True)
        aimed.step(found, one)
        for kind in ("setback", "progress", "celebration"):
            aimed.entry(found, one, kind=kind)
        reached = aimed.closed(found, aimed.goal(found), "reach_goal")
        aimed.strength(found)
        link: PrivateLink = aimed.own_page(found)
    factories.signed_in(found.supporter).get(aimed.url(found, "goals"))
    peer = windows()
    peer.goto(aimed.mine(link))
    wrong = barriers(peer, "cover")
    peer.get_by_role("button", name="Continue").click()
    goals = "goals/", "goals/new/", f"goals/{one.pk}/", f"goals/{reached.pk}/", f"goals/{reached.pk}/reopen/"
    asked = f"goals/{one.pk}/edit/", f"goals/{one.pk}/reach/", f"goals/{one.pk}/put-aside/"
    for tail in ("", *goals, *asked, "strengths/", "notes/", "looks/", "another-supporter/"):
        answer = peer.goto(aimed.mine(link) + tail)
        assert answer is not None
        assert (answer.status, peer.url.endswith(f"/mine/{tail}")) == (200, True)
        wrong += barriers(peer, tail or "own page")
    peer.goto(aimed.mine(link, "goals/new"))
    peer.get_by_role("button", name="Set this goal").click()
    wrong += barriers(peer, "a refused goal")
    aimed.ended(found)
    peer.goto(aimed.mine(link))
    wrong += barriers(peer, "goodbye")
    assert wrong == []
