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
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import NoReverseMatch, Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone
from playwright.sync_api import APIResponse, BrowserContext, Page

from lib import wall
from lib.tokens import token_for
from people import door
from people.access import Marker
from people.models import Organisation, PrivateLink
from sessions.models import Side
from tests.browser.urls import SHOWN

ANYONE, LINK = "anyone", "link"
ROLES = ("coordinator", "supporter", "supervisor")
VISITORS = (ANYONE, *ROLES, LINK)
TRIES = 240  # addresses guessed for one page
EACH = 3  # pages looked at for one address that one kind of page links to, of which the fullest is kept
NOT_PAGES = {
    "healthz",
    "leave",
    "home_choice",
    "set_language",
    "calendar:feed_file",
}  # the last one is a file
COVERED = ("join:accept", "link:session", "meetings:coming", "mine:own_page")  # begin with a Continue
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
LOCAL_PAGES = {"mailbox_letter"}  # where no worker runs, no letter comes
LED_TO = re.compile(
    r'<(?:a|form)\b[^>]*?\b(?:href|action)="(/[^"#]*)'
)  # a button's page can be looked at too
ROOMS = ("people", "peer_sessions", "venues", "groundrules", "safeguarding", "reminders", "audit")
ALIASES = {"session": "peersession", "member": "membership", "supporter": "membership", "link": "privatelink"}


@dataclass(frozen=True)
class Route:
    """One address of the app: its full name, what it must be filled with, who may enter."""

    name: str
    params: tuple[str, ...]
    marker: Marker | None  # None: allauth's

    def visitors(self) -> tuple[str, ...]:
        """Who is meant to see it."""
        if self.marker is None:
            return (ANYONE, "coordinator")
        if self.marker.kind == "members":
            return tuple(role.value for role in self.marker.row)
        if self.marker.kind == "public":
            return (LINK,) if "token" in self.params else (ANYONE, *(ROLES if "slug" in self.params else ()))
        return {"signed_in": ROLES, "link": (LINK,)}[self.marker.kind]


def routes() -> list[Route]:
    """Every named address."""
    left_out = NOT_PAGES | (set() if settings.LOCAL else LOCAL_PAGES)
    return [route for route in _routes(get_resolver().url_patterns) if route.name not in left_out]


def _routes(
    patterns: Iterable[URLPattern | URLResolver], space: str = "", params: tuple[str, ...] = ()
) -> Iterator[Route]:
    for each in patterns:
        all_params = (*params, *getattr(each.pattern, "converters", {}))
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _routes(each.url_patterns, inner, all_params)
        elif each.name:
            yield Route(space + each.name, all_params, getattr(each.callback, "access", None))


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
    _visits: Counter[tuple[str | None, str]] = field(default_factory=Counter)
    _known: set[str] = field(default_factory=set)
    _offered: dict[str, dict[str, None]] = field(default_factory=dict)  # what links lead to, by its name
    _seen: dict[str, dict[str, None]] = field(default_factory=dict)  # what links were filled with, in order

    def go(self) -> "Walk":
        """Finds everything."""
        if self.visitor == LINK:
            self._open_links()
        for route in self._mine():
            if not route.params or route.params == ("slug",):
                self._follow(next(_filled(route, self.slug), None))
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
            for path in itertools.islice(_filled(route, self.slug), EACH):
                cover = self._get(path).text()
                self.found[f"{route.name} closed"] = Stop(route.name, path, len(cover), closed=True)
                form = {"csrfmiddlewaretoken": found[1]} if (found := TOKEN.search(cover)) else {}
                self.context.request.post(self.url + path, form=form, max_redirects=0)
                self._follow(path)

    def _guess(self, route: Route) -> None:
        ways = (
            self._offered.get(route.name, {}),
            _filled(route, self.slug, self._seen),
            _filled(route, self.slug),
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
            name = _name(path)
            if name is None or name in NOT_PAGES or not self._is_for_me(name):
                continue
            self._offered.setdefault(name, {})[path] = None
            way = _name(origin), name
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
        name = _name(path)
        assert name is not None
        kept = self.found.get(name)
        if kept is None or len(text) > kept.size:
            self.found[name] = Stop(name, path, len(text))
        links = [unescape(each) for each in LED_TO.findall(text)]
        for link in links:
            for param, value in _filled_with(link).items():
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


def _name(path: str) -> str | None:
    try:
        return resolve(urlsplit(path).path).view_name or None
    except Resolver404:
        return None


def _filled_with(path: str) -> dict[str, object]:
    try:
        return resolve(urlsplit(path).path).kwargs
    except Resolver404:
        return {}


def _location(response: APIResponse) -> str:
    parts = urlsplit(response.headers.get("location", ""))
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def _filled(route: Route, slug: str, seen: dict[str, dict[str, None]] | None = None) -> Iterator[str]:
    """The route's addresses, filled with what links were filled with, or from the rows of the organisation."""
    choices = [
        _choices(param, route, slug) if seen is None else list(seen.get(param, {})) for param in route.params
    ]
    for values in itertools.product(*choices):
        try:
            yield reverse(route.name, kwargs=dict(zip(route.params, values, strict=True)))
        except NoReverseMatch:
            continue


def _choices(param: str, route: Route, slug: str) -> list[str]:
    if param == "slug":
        return [slug]
    if param == "token":
        only = {"purpose": route.marker.why} if route.marker and route.marker.kind == "link" else {}
        open_ones = {"revoked_at": None, "expires_at__gt": timezone.now(), **only}
        return [token_for(pk) for pk in _keys(PrivateLink, slug, **open_ones)]
    if param == "side":
        return list(Side.values)
    name = param.removesuffix("_id").replace("_", "")
    model = _models().get(ALIASES.get(name, name))
    return [str(pk) for pk in _keys(model, slug)] if model else []


def _models() -> dict[str, type[models.Model]]:
    return {
        model._meta.model_name or "": model
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
    }


def _keys(model: type[models.Model], slug: str, **only: object) -> list[UUID]:
    """Newest first; of one organisation, because the wall hides all others."""
    for organisation_id in door.organisation_ids():
        with wall.inside(organisation_id):
            if Organisation.objects.filter(slug=slug).exists():
                rows = model._default_manager.filter(**only).order_by("-pk")
                return list(rows.values_list("pk", flat=True)[:TRIES])
    return []
