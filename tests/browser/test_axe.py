"""Every page, for each kind of visitor, on a small phone: no barrier that axe knows of, nothing to scroll sideways.

Each page is loaded once; dark is looked at for contrast alone, because nothing else changes with the colours.
"""

from typing import Any

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests.browser import small_world
from tests.browser.conftest import Windows
from tests.browser.routes import VISITORS
from tests.browser.walk import Walk, looks
from tests.processes import Web

EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
RUN = """options => axe.run(options).then(results => results.violations.map(
    ({ id, help, nodes }) => ({ id, help, nodes: nodes.map(node => node.html.slice(0, 200)) })
))"""
CONTRAST: dict[str, Any] = {**EVERYTHING, "runOnly": ["color-contrast", "link-in-text-block"]}


def barriers(page: Page, name: str) -> list[str]:
    """What is wrong with the open page."""
    found = []
    page.evaluate(AXE_SCRIPT)
    for scheme, options in (("light", EVERYTHING), ("dark", CONTRAST)):
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark", reduced_motion="reduce")
        for violation in page.evaluate(RUN, options):
            found.append(
                f"{name} ({scheme}): {violation['id']}: {violation['help']}: {violation['nodes'][:3]}"
            )
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(f"{name}: scrolls sideways")
    return found


@pytest.mark.parametrize("visitor", VISITORS)
def test_no_page_has_a_barrier(windows: Windows, web: Web, visitor: str) -> None:
    members = small_world.build()
    page = windows(members.get(visitor))
    walk = Walk(page.context, web.url, visitor, small_world.SLUG).go()
    assert walk.found
    found = [each for name in looks(page, walk) for each in barriers(page, name)]
    found += [*walk.broken, *(f"no row to show {each} with" for each in walk.unseen)]
    if found:
        pytest.fail("\n".join(found), pytrace=False)
