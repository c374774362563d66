"""`make screenshots`: every page of the demo, for each kind of visitor, small and large, light and dark.

They lie in `.local/screenshots/<width>-<scheme>/`, with `index.html` beside them to look through. Ends with 1 when a
page fails, a link leads nowhere, or a page must be scrolled sideways; a page without a row to show it is only named.
"""

import os
import re
import shutil
import sys
from dataclasses import dataclass, field
from html import escape

os.environ["PEERSAFE_MODE"] = "local"  # where the demo's people sign in with a password alone

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from playwright.sync_api import Browser, Page  # noqa: E402

from peersafe.demo.cast import PASSWORD  # noqa: E402
from peersafe.local.places import LOCAL, ROOT, complain, say  # noqa: E402
from tests import processes  # noqa: E402
from tests.browser.chromium import PHONE, browser  # noqa: E402
from tests.browser.coming_in import prove_again, sign_in  # noqa: E402
from tests.browser.routes import ROLES, VISITORS  # noqa: E402
from tests.browser.walk import Walk, looks  # noqa: E402

SLUG = "rowan"
WINDOWS = ((360, 740), (1280, 800))
SCHEMES = ("light", "dark")
FOLDER = LOCAL / "screenshots"


@dataclass
class Shots:
    """The pictures taken so far, and what was wrong."""

    url: str
    taken: list[str] = field(default_factory=list)  # file names, the same in each folder
    wrong: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)

    def of(self, chromium: Browser, visitor: str) -> None:
        """All pages of one visitor."""
        context = chromium.new_context(
            base_url=self.url, **PHONE | {"is_mobile": False, "device_scale_factor": 1}
        )
        context.set_default_timeout(20_000)
        page = context.new_page()
        if visitor in ROLES:
            sign_in(page, f"{visitor}@example.org", PASSWORD)
            prove_again(page, PASSWORD)
        walk = Walk(context, self.url, visitor, SLUG).go()
        self.unseen += walk.unseen
        for name in looks(page, walk):
            self._shoot(page, visitor, name)
        self.wrong += walk.broken
        context.close()

    def _shoot(self, page: Page, visitor: str, name: str) -> None:
        name = f"{visitor}-{re.sub('[^a-z0-9]+', '-', name.lower())}.png"
        for width, height in WINDOWS:
            page.set_viewport_size({"width": width, "height": height})
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                self.wrong.append(f"{name} scrolls sideways at {width} px")
            for scheme in SCHEMES:
                page.emulate_media(
                    color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce"
                )
                page.screenshot(path=FOLDER / f"{width}-{scheme}" / name, full_page=True)
        self.taken.append(name)


def contact_sheet(names: list[str]) -> str:
    """All pictures on one page, each page's four side by side."""
    parts = ['<!doctype html><meta charset="utf-8"><title>Screenshots</title>']
    parts.append(
        "<style>body{font:16px sans-serif}img{height:420px;border:1px solid #999;vertical-align:top}</style>"
    )
    for name in names:
        parts.append(f"<h2>{escape(name.removesuffix('.png'))}</h2>")
        for width, _height in WINDOWS:
            for scheme in SCHEMES:
                path = f"{width}-{scheme}/{name}"
                parts.append(
                    f'<a href="{path}"><img loading="lazy" src="{path}" alt="{width}, {scheme}"></a>'
                )
    return "\n".join(parts)


def _fresh_folder() -> None:
    shutil.rmtree(FOLDER, ignore_errors=True)
    for width, _height in WINDOWS:
        for scheme in SCHEMES:
            (FOLDER / f"{width}-{scheme}").mkdir(parents=True)


def main() -> int:
    """0 when every page is right."""
    say("Loading the demo …")
    call_command("migrate", database="owner", verbosity=0)
    call_command("load_demo")
    _fresh_folder()
    with processes.household("screenshots") as household, browser() as chromium:
        web = processes.start_web(
            household,
            *processes.FOR_BROWSERS,
            settings_module="tests.browser.settings",
        )
        shots = Shots(web.url)
        for visitor in VISITORS:
            say(f"Looking as {visitor} …")
            shots.of(chromium, visitor)
    (FOLDER / "index.html").write_text(contact_sheet(shots.taken))
    say(f"{len(shots.taken)} pages, four pictures each: {FOLDER.relative_to(ROOT)}/index.html")
    for name in shots.unseen:
        say(f"No row to show {name} with")
    for words in shots.wrong:
        complain(words)
    return 1 if shots.wrong or not shots.taken else 0


if __name__ == "__main__":
    sys.exit(main())
