"""What a phone must fetch, as Chromium counts it on the wire: first views with an empty cache, and a later one."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.urls import NoReverseMatch, reverse
from playwright.sync_api import BrowserContext, Page

from tests.bench import world
from tests.bench.figures import Figure, missing
from tests.bench.stage import Stage
from tests.browser.chromium import browser

FIRST_KB, FIRST_REQUESTS, LATER_KB = 60, 6, 15


@dataclass
class Wire:
    """What went over the wire for one page."""

    bytes: int = 0
    asked: set[str] = field(default_factory=set)
    cached: set[str] = field(default_factory=set)

    @property
    def requests(self) -> int:
        """Those that left the machine."""
        return len(self.asked - self.cached)

    def watch(self, page: Page) -> None:
        """Counts from now on."""
        tools = page.context.new_cdp_session(page)
        tools.send("Network.enable")
        tools.on("Network.requestWillBeSent", self._asked)
        tools.on("Network.requestServedFromCache", lambda event: self.cached.add(event["requestId"]))
        tools.on("Network.loadingFinished", self._finished)

    def _asked(self, event: dict[str, Any]) -> None:
        if not event["request"]["url"].startswith("data:"):
            self.asked.add(event["requestId"])

    def _finished(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self.asked - self.cached:
            self.bytes += int(event["encodedDataLength"])


def _view(context: BrowserContext, url: str) -> Wire:
    page = context.new_page()
    wire = Wire()
    wire.watch(page)
    answer = page.goto(url, wait_until="networkidle")
    assert answer is not None
    assert answer.status == 200, f"{url}: {answer.status}"
    page.close()
    return wire


def _first(name: str, wire: Wire) -> Iterator[Figure]:
    kb = wire.bytes / 1000
    yield Figure(f"{name}.first", kb, "kB", goal=f"≤ {FIRST_KB} kB", holds=kb <= FIRST_KB)
    yield Figure(
        f"{name}.requests",
        wire.requests,
        "requests",
        goal=f"≤ {FIRST_REQUESTS}",
        holds=wire.requests <= FIRST_REQUESTS,
    )


def measure(stage: Stage) -> Iterator[Figure]:
    """Sign-in and home."""
    place = stage.places[world.MANY]
    with browser() as chromium:
        context = chromium.new_context()
        yield from _first("weight.sign_in", _view(context, stage.ours.url + reverse("account_login")))
        context.close()
        try:
            home = stage.ours.url + reverse("home", args=[place.slug])
        except NoReverseMatch:
            yield missing("weight.home.first", f"≤ {FIRST_KB} kB")
            return
        context = chromium.new_context()
        key = place.session_key("coordinator")
        context.add_cookies([{"name": "sessionid", "value": key, "url": stage.ours.url}])
        yield from _first("weight.home", _view(context, home))
        kb = _view(context, home).bytes / 1000
        yield Figure("weight.home.later", kb, "kB", goal=f"≤ {LATER_KB} kB", holds=kb <= LATER_KB)
        context.close()
