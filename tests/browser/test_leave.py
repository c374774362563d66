"""Leaving quickly, in a real browser: the page is gone at once, Back leads nowhere, the session has ended."""

import time
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction
from playwright.sync_api import Page, Route

from people.models import Membership
from tests import factories
from tests.browser.conftest import Windows

AT_MOST = 300  # milliseconds from the press to an empty page
ELSEWHERE = "https://www.bbc.co.uk/weather"
SECRET = "Ash Together"
# Says when the page was first painted empty, counted from the press that asked for it.
WATCH = """
let pressed = 0;
const press = (event) => { pressed = performance.timeOrigin + event.timeStamp; };
addEventListener("click", press, true);
addEventListener("keydown", press, true);
new MutationObserver(() => {
  if (document.documentElement.hidden) window.blanked(performance.timeOrigin + performance.now() - pressed);
}).observe(document, { attributes: true, subtree: true, attributeFilter: ["hidden"] });
"""
Act = Callable[[Page], None]


@pytest.fixture
def member(transactional_db: None) -> Membership:
    """Somebody with something to hide."""
    with transaction.atomic():
        organisation = factories.organisation("ash")
    return factories.supporter(organisation)


def weather(route: Route) -> None:
    route.fulfill(content_type="text/html", body="<title>Weather</title><h1>Sunny</h1>")


def link(page: Page) -> None:
    page.locator("a[data-leave]").click()


def shift(page: Page) -> None:
    for _press in range(3):
        page.keyboard.press("Shift")


def visit(page: Page) -> None:
    """Two pages that show where one is, so that Back has somewhere to lead."""
    page.context.route(f"{ELSEWHERE}**", weather)
    for path in ("/o/ash/help/", "/account/sessions/", "/o/ash/help/"):
        page.goto(path)
    assert SECRET in page.content()


def back_twice_shows_nothing(page: Page) -> None:
    for _step in range(2):
        page.go_back(wait_until="load")
        assert SECRET not in page.content()
        assert page.title() != SECRET


def session_has_ended() -> None:
    """Its row goes after the answer was sent, so a moment later."""
    deadline = time.monotonic() + 5
    while Session.objects.exists():
        assert time.monotonic() < deadline, "the session has not ended"
        time.sleep(0.02)


@pytest.mark.parametrize("act", [link, shift])
def test_the_page_is_empty_at_once_and_back_shows_nothing(
    windows: Windows, member: Membership, act: Act
) -> None:
    page = windows(member, desk=True)
    took: list[float] = []
    page.expose_function("blanked", lambda milliseconds: took.append(milliseconds))
    page.add_init_script(WATCH)
    visit(page)
    act(page)
    page.wait_for_url(f"{ELSEWHERE}**")
    assert took, "the page was not emptied before leaving"
    assert took[0] <= AT_MOST
    back_twice_shows_nothing(page)
    session_has_ended()


def test_without_javascript_the_link_alone_does_it(windows: Windows, member: Membership) -> None:
    page = windows(member, javascript=False)
    visit(page)
    link(page)
    page.wait_for_url(f"{ELSEWHERE}**")
    assert page.context.cookies() == []
    session_has_ended()
    back_twice_shows_nothing(page)


def test_typing_capitals_does_not_leave(windows: Windows, member: Membership) -> None:
    page = windows(member, desk=True)
    visit(page)
    for letter in "ABC":
        page.keyboard.press(f"Shift+{letter}")
    assert page.url.endswith("/o/ash/help/")
    assert Session.objects.exists()
