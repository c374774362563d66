"""The app's addresses: who is meant to see each, and what can be put into those that name a row."""

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

from django.apps import apps
from django.conf import settings
from django.db import models
from django.urls import NoReverseMatch, Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.utils import timezone

from lib import wall
from lib.tokens import token_for
from people import door
from people.access import Marker
from people.models import Organisation, PrivateLink
from sessions.models import Side

ANYONE, LINK = "anyone", "link"
ROLES = ("coordinator", "supporter", "supervisor")
VISITORS = (ANYONE, *ROLES, LINK)
TRIES = 240  # addresses guessed for one page
# The last one is a file, for calendars.
NOT_PAGES = {"healthz", "leave", "home_choice", "set_language", "calendar:feed_file"}
LOCAL_PAGES = {"mailbox_letter"}  # where no worker runs, no letter comes
ROOMS = ("people", "peer_sessions", "venues", "groundrules", "safeguarding", "reminders", "audit")
ALIASES = {
    "answer": "agreementanswer",
    "session": "peersession",
    "member": "membership",
    "supporter": "membership",
    "link": "privatelink",
}
ALIASES["limits"] = "limitssheet"


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


def name_of(path: str) -> str | None:
    """The name of the address; None where there is none."""
    try:
        return resolve(urlsplit(path).path).view_name or None
    except Resolver404:
        return None


def filled_with(path: str) -> dict[str, object]:
    """What stands in it: the ids, the slug, the token."""
    try:
        return resolve(urlsplit(path).path).kwargs
    except Resolver404:
        return {}


def filled(route: Route, slug: str, seen: dict[str, dict[str, None]] | None = None) -> Iterator[str]:
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
