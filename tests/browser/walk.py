"""Walks every page there is for one visitor: by the links on the pages, and where none leads, by the addresses.

A page that has no link and no row to show is reported as unseen; a link that leads nowhere as broken.
"""

import itertools
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from urllib.parse import urlsplit

from django.urls import reverse
from playwright.sync_api import APIResponse, BrowserContext, Page

from tests.browser.routes import ANYONE, LINK, NOT_PAGES, TRIES, Route, filled, filled_with, name_of, routes
from tests.browser.urls import SHOWN

EACH = 3  # pages looked at for one address that one kind of page links to, of which the fullest is kept
COVERED = ("join:accept", "link:session", "meetings:coming", "mine:own_page")  # begin with a Continue
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
# A button's page can be looked at too.
LED_TO = re.compile(r'<(?:a|form)\b[^>]*?\b(?:href|action)="(/[^"#]*)')


@dataclass(frozen=True)
class Stop:
    """One page to look at."""

    name: str
    path: str
    size: int
    closed: bool = False  # a private link's page before Continue


@dataclass
class Walk:
    """What one visitor finds. `context` is a browser window in which they are signed in."""

    context: BrowserContext
    url: str
    visitor: str
    slug: str
    found: dict[str, Stop] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)
    unseen: list[str] = field(default_factory=list)
    _visits: Counter[tuple[str | None, bool, str]] = field(default_factory=Counter)
    _known: set[str] = field(default_factory=set)
    _offered: dict[str, dict[str, None]] = field(default_factory=dict)  # what links lead to, by its name
    _seen: dict[str, dict[str, None]] = field(default_factory=dict)  # what links were filled with, in order
    _together: dict[tuple[tuple[str, object], ...], None] = field(
        default_factory=dict
    )  # the same, link by link

    def go(self) -> "Walk":
        """Finds everything."""
        if self.visitor == LINK:
            self._open_links()
        for route in self._mine():
            if not route.params or route.params == ("slug",):
                self._follow(next(filled(route, self.slug), None))
        for route in self._mine():
            if route.name not in self.found:
                self._guess(route)
        return self

    def stops(self) -> list[Stop]:
        """The pages, by name."""
        return [self.found[key] for key in sorted(self.found)]

    def _mine(self) -> list[Route]:
        return [route for route in routes() if self.visitor in route.visitors()]

    def _open_links(self) -> None:
        """Presses Continue on some links of each kind, and walks on behind it."""
        for route in self._mine():
            if route.name not in COVERED:
                continue
            for path in itertools.islice(filled(route, self.slug), EACH):
                cover = self._get(path).text()
                self.found[f"{route.name} closed"] = Stop(route.name, path, len(cover), closed=True)
                form = {"csrfmiddlewaretoken": found[1]} if (found := TOKEN.search(cover)) else {}
                self.context.request.post(self.url + path, form=form, max_redirects=0)
                self._follow(path)

    def _alike(self, route: Route) -> Iterator[str]:
        """The route's addresses, filled as one link was: whose member, say, fits to which meeting."""
        for together in self._together:
            kwargs = dict(together)
            if route.params and kwargs.keys() >= set(route.params):
                yield reverse(route.name, kwargs={param: kwargs[param] for param in route.params})

    def _guess(self, route: Route) -> None:
        ways = (
            self._offered.get(route.name, {}),
            itertools.islice(self._alike(route), TRIES // 2),
            filled(route, self.slug, self._seen),
            filled(route, self.slug),
        )
        for path in itertools.islice(itertools.chain(*ways), TRIES):
            response = self._get(path)
            if route.marker and _location(response).startswith(reverse("account_login")):
                self.broken.append(f"{self.visitor}: {path} asks to sign in")
                return
            if response.status == 405:
                return  # for forms only
            if 300 <= response.status < 400:
                if self.visitor == LINK and route.params != ("token",):
                    continue  # another link, on which nobody has pressed Continue
                return  # a way to another page
            if response.ok:
                self._known.add(path)
                self._take(path, response)
                return
            if response.status >= 500:
                self.broken.append(f"{self.visitor}: {path} answers {response.status}")
                return
        if route.marker is not None:
            self.unseen.append(f"{self.visitor}: {route.name}")

    def _follow(self, start: str | None) -> None:
        waiting = [("its address", start)] if start and start not in self._known else []
        while waiting:
            origin, path = waiting.pop()
            if path in self._known:
                continue
            self._known.add(path)
            name = name_of(path)
            if name is None or name in NOT_PAGES or not self._is_for_me(name):
                continue
            self._offered.setdefault(name, {})[path] = None
            # The same list, asked for the past, is another kind of page than of what is to come.
            way = name_of(origin), "?" in origin, name
            if self._visits[way] >= EACH:
                continue
            self._visits[way] += 1
            response = self._get(path)
            if response.ok:
                waiting += [(path, each) for each in self._take(path, response)]
            elif 300 <= response.status < 400:
                waiting.append((path, _location(response)))
            elif response.status != 405 and not (origin == "its address" and response.status < 500):
                self.broken.append(f"{self.visitor}: {path}, linked from {origin}, answers {response.status}")

    def _is_for_me(self, name: str) -> bool:
        """Accounts' own pages are looked at once, not for each role; a link's holder has nothing but the link."""
        if self.visitor == LINK:
            return ":" in name
        return not (
            self.visitor in ("supporter", "supervisor") and name.startswith(("account", "mfa", "user"))
        )

    def _get(self, path: str) -> APIResponse:
        return self.context.request.get(self.url + path, max_redirects=0)

    def _take(self, path: str, response: APIResponse) -> list[str]:
        """Keeps the page if it is the fullest of its kind; gives the links on it."""
        if not response.headers.get("content-type", "").startswith("text/html"):
            return []
        text = response.text()
        name = name_of(path)
        assert name is not None
        kept = self.found.get(name)
        if kept is None or len(text) > kept.size:
            self.found[name] = Stop(name, path, len(text))
        links = [unescape(each) for each in LED_TO.findall(text)]
        for link in links:
            kwargs = filled_with(link)
            self._together[tuple(kwargs.items())] = None
            for param, value in kwargs.items():
                self._seen.setdefault(param, {})[str(value)] = None
        return links


def looks(page: Page, walk: Walk) -> Iterator[str]:
    """Opens each page of a walk in turn and gives its name while it stands open.

    A private link is first only a question: that is looked at before anybody has pressed Continue. Anyone also sees the
    error pages, where tests/browser/urls.py shows them.
    """
    yield from _looks(page, walk, [stop for stop in walk.stops() if not stop.closed])
    page.context.clear_cookies()
    yield from _looks(page, walk, [stop for stop in walk.stops() if stop.closed])
    if walk.visitor == ANYONE:
        yield from _looks(page, walk, [Stop(f"error {kind}", f"/error/{kind}/", 0) for kind in SHOWN])


def _looks(page: Page, walk: Walk, stops: Iterable[Stop]) -> Iterator[str]:
    for stop in stops:
        answer = page.goto(stop.path)
        if answer is None or not answer.ok:
            status = answer.status if answer else "nothing"
            walk.broken.append(f"{walk.visitor}: {stop.path} answers {status}")
            continue
        yield f"{stop.name} closed" if stop.closed else stop.name


def _location(response: APIResponse) -> str:
    parts = urlsplit(response.headers.get("location", ""))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path
