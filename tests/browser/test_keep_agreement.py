"""Keeping an agreement as it is, in a real browser: no barrier on its page, small or large."""

from typing import Any

from django.db import transaction

from lib import wall
from tests import factories
from tests.browser.conftest import Windows
from tests.browser.test_axe import barriers
from tests.sessions import listed, met


def test_its_page_has_no_barrier(web: Any, windows: Windows) -> None:
    with transaction.atomic():
        ash = factories.organisation("ash")
        wall.enter(ash.pk)
        two = met.introduced(ash)
        made = met.agreed(two)
    page, address = windows(two.supporter), two.url("agreements", made.pk, "keep")
    found = []
    for name in ("free", "ruled-out"):
        for width in (360, 1280):
            page.set_viewport_size({"width": width, "height": 800})
            page.goto(address)
            found += barriers(page, name)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
        if name == "free":
            listed.with_floor(two.coordinator, "struggles", "never")
    assert found == []
