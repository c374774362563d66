"""Every page, for each kind of visitor, on a small phone: no barrier that axe knows of, nothing to scroll sideways.

Each page is loaded once; dark is looked at for contrast alone, because nothing else changes with the colours.
"""

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser import small_world
from tests.browser.conftest import Windows
from tests.browser.urls import SHOWN
from tests.browser.walk import ANYONE, VISITORS, Walk
from tests.processes import Web

EVERYTHING: dict[str, Any] = {"resultTypes": ["violations"]}
CONTRAST: dict[str, Any] = {**EVERYTHING, "runOnly": ["color-contrast", "link-in-text-block"]}


def barriers(page: Page, name: str) -> list[str]:
    found = []
    for scheme, options in (("light", EVERYTHING), ("dark", CONTRAST)):
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark", reduced_motion="reduce")
        for violation in Axe().run(page, options=options).response["violations"]:
            nodes = [node["html"][:200] for node in violation["nodes"][:3]]
            found.append(f"{name} ({scheme}): {violation['id']}: {violation['help']}: {nodes}")
    if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
        found.append(f"{name}: scrolls sideways")
    return found


@pytest.mark.parametrize("visitor", VISITORS)
def test_no_page_has_a_barrier(windows: Windows, web: Web, visitor: str) -> None:
    members = small_world.build()
    page = windows(members.get(visitor))
    walk = Walk(page.context, web.url, visitor, small_world.SLUG).go()
    paths = {stop.name: stop.path for stop in walk.stops()}
    if visitor == ANYONE:
        paths |= {f"error {kind}": f"/error/{kind}/" for kind in SHOWN}
    found = [*walk.broken, *(f"no row to show {each} with" for each in walk.unseen)]
    for name, path in paths.items():
        page.goto(path)
        found += barriers(page, name)
    assert paths
    assert not found, "\n".join(found)
