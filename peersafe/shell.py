"""What every page's frame needs: whose place it is, where to go, whom to call, how to leave. No SQL here."""

from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.core.signing import Signer
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import NoReverseMatch, reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language_info
from django.utils.translation import gettext_lazy as _

import people.policies
import sessions.policies
import venues.policies
from people.access import SECOND_FACTOR_ROLES, Access, Member
from people.door import Place
from people.models import Role

LEAVE_SALT = "peersafe.leave"

# Each place in the navigation: what it is called, its address by name, and the matrix that says who may go there.
# A view that is not in its matrix, or has no address yet, is left out.
NAV: tuple[tuple[Promise, str, Access], ...] = (
    (_("People"), "people:peer_list", people.policies.ACCESS),
    (_("Pairings"), "sessions:pairing_list", sessions.policies.ACCESS),
    (_("Calendar"), "sessions:week", sessions.policies.ACCESS),
    (_("Groups"), "people:group_list", people.policies.ACCESS),
    (_("Places"), "venues:venue_list", venues.policies.ACCESS),
    (_("Team"), "people:team", people.policies.ACCESS),
)
# What belongs to such a place, though its address does not begin with the place's own.
BELONGS_TO: dict[str, tuple[str, ...]] = {
    "sessions:pairing_list": ("find-a-time/", "extensions/", "changes/"),
    "sessions:week": ("hours/", "pattern/"),
    "people:group_list": ("meetings/", "series/", "group-members/"),
    "venues:venue_list": ("rooms/",),
}

Where = tuple[Promise, str, tuple[str, ...]]  # what it is called, its address, and what else belongs to it


@dataclass(frozen=True)
class NavItem:
    """One link of the navigation. `current` is the value of aria-current, or empty."""

    label: str
    url: str
    current: str


@dataclass(frozen=True)
class Frame:
    """All that the bars of a page show, so that equal frames look the same and need to be drawn only once."""

    name: str
    slug: str
    home_url: str
    nav: tuple[NavItem, ...]
    numbers: tuple[tuple[tuple[str, str], ...], ...]
    help_url: str
    leave_path: str
    leave_url: str
    signed_in: bool

    @property
    def help_numbers(self) -> list[dict[str, str]]:
        """The urgent numbers."""
        return [dict(number) for number in self.numbers]


@lru_cache(maxsize=1000)
def drawn(template: str, language: str, frame: Frame) -> SafeString:
    """One part of the frame. It is made of its three arguments alone, so it can be kept for whoever has the same."""
    return render_to_string(template, {"shell": frame})


@dataclass(frozen=True)
class Language:
    """A language one may choose, called by its own name."""

    code: str
    name: str


class Shell:
    """The frame of one page; each part is worked out when the template asks. Without a request: for a 500."""

    def __init__(self, request: HttpRequest | None) -> None:
        self.request = request

    @cached_property
    def member(self) -> Member | None:
        """The member who asks, where the address stands in an organisation."""
        return getattr(self.request, "member", None)

    @cached_property
    def place(self) -> Place | None:
        """The organisation that is known, even where its name must not show (a private link)."""
        if self.member:
            return self.member.organisation
        link = getattr(self.request, "link", None)
        return link.organisation if link else getattr(self.request, "place", None)

    @cached_property
    def organisation(self) -> Place | None:
        """The organisation whose name may stand on the page: not on a private link's, which tells nothing."""
        return None if getattr(self.request, "link", None) else self.place

    @cached_property
    def title(self) -> str:
        """The neutral words of a page's title: the organisation's own, or the general ones."""
        return (self.place.sender_name if self.place else "") or settings.PEERSAFE_NEUTRAL_TITLE

    @cached_property
    def name(self) -> str:
        """What the bars on top call this place: the organisation, or the neutral words."""
        return self.organisation.name if self.organisation else self.title

    @cached_property
    def home_url(self) -> str:
        """Where the organisation's name leads."""
        return _home(self.organisation.slug) if self.organisation else "/"

    @cached_property
    def nav(self) -> list[NavItem]:
        """The places this member's role may go to."""
        if not self.member:
            return []
        home: Where = (_("Home"), self.home_url, ())
        places = [home, *_places(self.member.organisation.slug, self.member.role)]
        return [NavItem(str(label), url, self._current(url, more)) for label, url, more in places if url]

    def _current(self, url: str, more: tuple[str, ...]) -> str:
        path = self.request.path if self.request else ""
        if path == url:
            return "page"
        below = path.startswith(url) and url != self.home_url
        return "true" if below or path.removeprefix(self.home_url).startswith(more) else ""

    @cached_property
    def help_numbers(self) -> list[dict[str, str]]:
        """The organisation's urgent numbers, or the general ones: there is always at least one."""
        return (self.place.help_numbers if self.place else []) or settings.PEERSAFE_HELP_NUMBERS

    @cached_property
    def help_url(self) -> str:
        """The full help page."""
        return (
            _address("organisation_help", self.organisation.slug)
            if self.organisation
            else _address("help_now")
        )

    @cached_property
    def leave_url(self) -> str:
        """The everyday site one lands on after leaving quickly."""
        return (self.place.leave_url if self.place else "") or settings.PEERSAFE_LEAVE_URL

    @cached_property
    def leave_path(self) -> str:
        """The plain link for leaving; it carries the organisation's choice of site, signed against misuse."""
        return _leave_path("" if self.leave_url == settings.PEERSAFE_LEAVE_URL else self.leave_url)

    def frame(self, *, signed_in: bool) -> Frame:
        """What the bars of this page show."""
        return Frame(
            name=self.name,
            slug=self.member.organisation.slug if self.member else "",
            home_url=self.home_url,
            nav=tuple(self.nav),
            numbers=tuple(tuple(number.items()) for number in self.help_numbers),
            help_url=self.help_url,
            leave_path=self.leave_path,
            leave_url=self.leave_url,
            signed_in=signed_in,
        )

    @cached_property
    def mode(self) -> str:
        """`local`, `test` or `live`."""
        return settings.PEERSAFE_MODE

    @cached_property
    def second_factor_banner(self) -> bool:
        """Whether to say that a second factor is demanded of this role everywhere but here."""
        return bool(self.mode == "local" and self.member and self.member.role in SECOND_FACTOR_ROLES)

    @cached_property
    def languages(self) -> list[Language]:
        """The languages to choose from; none where there is no choice."""
        if len(settings.LANGUAGES) < 2 or not self.language_path:
            return []
        return [Language(code, get_language_info(code)["name_local"]) for code, _name in settings.LANGUAGES]

    @cached_property
    def language_path(self) -> str:
        """Where the choice of language is sent."""
        return _address("set_language")

    @cached_property
    def here(self) -> str:
        """This page's own address, to come back to."""
        return self.request.get_full_path() if self.request else "/"


@lru_cache(maxsize=1000)
def _leave_path(to: str) -> str:
    path = reverse("leave")
    return f"{path}?{urlencode({'to': Signer(salt=LEAVE_SALT).sign(to)})}" if to else path


@lru_cache(maxsize=1000)
def _home(slug: str) -> str:
    return _address("home", slug) or "/"


@lru_cache(maxsize=1000)
def _places(slug: str, role: Role) -> list[Where]:
    return [
        (label, _address(name, slug), BELONGS_TO.get(name, ()))
        for label, name, access in NAV
        if _may(role, name, access)
    ]


def _may(role: Role, name: str, access: Access) -> bool:
    return role in access.get(name.rpartition(":")[2], {})


def _address(name: str, *args: str) -> str:
    try:
        return reverse(name, args=args)
    except NoReverseMatch:  # a room of the house that is not built yet has no door
        return ""


def shell(request: HttpRequest) -> dict[str, Any]:
    """Context processor: the frame of this page as `shell`."""
    return {"shell": Shell(request)}
