"""Who may enter which view: the markers every view carries, and the matrix they read.

A view without a marker is found by the walk over all addresses (tests/test_access.py) and fails the build.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from functools import wraps
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from allauth.account import app_settings as account_settings
from allauth.account.internal.flows.login import get_authentication_records
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from people import door
from people.models import Membership, Role, User


class Relation(Enum):
    """How far a role reaches: which rows of the organisation an act may touch."""

    ORGANISATION = "organisation"
    OWN = "own"
    MY_PAIRING = "my pairing"
    MY_GROUP = "my group"
    SUPERVISEES = "supervisees"


Access = Mapping[str, Mapping[Role, Relation]]
SECOND_FACTOR_ROLES = frozenset({Role.COORDINATOR, Role.SUPERVISOR})


@dataclass(frozen=True)
class Member:
    """The person behind a request, in one organisation and one role. Acts under `member:<id>` in the trail."""

    id: UUID
    role: Role
    organisation: door.Place
    user: User
    paused_until: datetime | None = None

    @classmethod
    def of(cls, row: Membership) -> "Member":
        """The same of a membership that is at hand, for commands and tests."""
        place = door.Place.of(row.organisation)
        return cls(
            id=row.pk, role=Role(row.role), organisation=place, user=row.user, paused_until=row.paused_until
        )

    @property
    def organisation_id(self) -> UUID:
        """The organisation acted in."""
        return self.organisation.id

    @property
    def actor(self) -> str:
        """How the trail names this member."""
        return f"member:{self.id}"

    @property
    def zone(self) -> ZoneInfo:
        """The zone this person reads times in."""
        return ZoneInfo(self.user.zone)

    def is_coordinator(self) -> bool:
        """Whether the role is coordinator."""
        return self.role == Role.COORDINATOR

    def is_supporter(self) -> bool:
        """Whether the role is peer supporter."""
        return self.role == Role.SUPPORTER

    def is_supervisor(self) -> bool:
        """Whether the role is supervisor."""
        return self.role == Role.SUPERVISOR


@dataclass(frozen=True)
class LinkHolder:
    """The person who opened a private link: one more kind of member, with narrow rights."""

    link_id: UUID
    purpose: str
    object_id: UUID
    peer_id: UUID | None
    organisation: door.Place

    @property
    def organisation_id(self) -> UUID:
        """The organisation acted in."""
        return self.organisation.id

    @property
    def actor(self) -> str:
        """How the trail names this person."""
        return f"link:{self.link_id}"


class MemberRequest(HttpRequest):
    """A request that has passed the door."""

    member: Member
    now: datetime
    htmx: Any


class LinkRequest(HttpRequest):
    """A request with a working private link."""

    link: LinkHolder
    now: datetime
    htmx: Any


@dataclass(frozen=True)
class Marker:
    """What a view says of its access: `members`, `signed_in`, `public` or `link`, and why or for whom."""

    kind: str
    row: Mapping[Role, Relation] = field(default_factory=dict)
    why: str = ""
    fresh: bool = False


View = Callable[..., HttpResponse]


def members(access: Access, *, fresh: bool = False) -> Callable[[View], View]:
    """Only members whose role stands in the view's row of the matrix.

    Signed out leads to sign-in; no active membership is 404, as if the organisation did not exist; a role that is
    not in the row is 403. `fresh` asks for a proof of identity not older than ten minutes.
    """

    def mark(view: View) -> View:
        row = access[view.__name__]

        @wraps(view)
        def guarded(request: MemberRequest, slug: str, **rest: Any) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            _enter(request, slug)
            if request.member.role not in row:
                raise PermissionDenied
            if fresh and not _proved_recently(request):
                return _prove_again(request)
            with timezone.override(request.member.zone), translation.override(request.member.user.language):
                return view(request, slug=slug, **rest)

        guarded.access = Marker("members", row=row, fresh=fresh)  # type: ignore[attr-defined]
        return guarded

    return mark


class SecondFactorMissing(Exception):
    """A role that needs a second factor has none yet; peersafe.errors leads the person to setting one up."""


def _enter(request: MemberRequest, slug: str) -> None:
    user = request.user
    assert isinstance(user, User)
    request.now = timezone.now()
    entry = door.enter(slug, user.pk, request.now)
    if entry is None:
        raise Http404
    request.member = Member(
        id=entry.membership_id,
        role=entry.role,
        organisation=entry.place,
        user=user,
        paused_until=entry.paused_until,
    )
    demanded = settings.PEERSAFE_SECOND_FACTOR_DEMANDED and entry.role in SECOND_FACTOR_ROLES
    if demanded and not entry.second_factor:
        raise SecondFactorMissing


class SecondFactorMiddleware:
    """Leads a person whose role needs a second factor, and who has none, to where one is set up."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Answer our own exception with a way forward; leave all others alone."""
        if not isinstance(error, SecondFactorMissing):
            return None
        messages.warning(request, _("Your role needs a second step at sign-in. Please set one up first."))
        return HttpResponseRedirect(reverse("mfa_index"))


def _proved_recently(request: MemberRequest) -> bool:
    """Whether the person signed in, or proved again who they are, in the last ten minutes."""
    records = get_authentication_records(request, request.member.user)
    newest = max((record.get("at", 0) for record in records), default=0)
    return bool(request.now.timestamp() - newest < account_settings.REAUTHENTICATION_TIMEOUT)


def _prove_again(request: HttpRequest) -> HttpResponse:
    back = request.get_full_path() if request.method == "GET" else request.META.get("HTTP_REFERER", "/")
    return HttpResponseRedirect(f"{reverse('account_reauthenticate')}?{urlencode({'next': back})}")


def signed_in(view: View) -> View:
    """Anybody who is signed in; the view stands in no organisation."""

    @wraps(view)
    def guarded(request: HttpRequest, **rest: Any) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(request.get_full_path())
        return view(request, **rest)

    guarded.access = Marker("signed_in")  # type: ignore[attr-defined]
    return guarded


def public(why: str) -> Callable[[View], View]:
    """Anybody at all; `why` says for the printed matrix what makes that right."""

    def mark(view: View) -> View:
        view.access = Marker("public", why=why)  # type: ignore[attr-defined]
        return view

    return mark


def by_link(purpose: str) -> Callable[[View], View]:
    """Only the holder of a working private link made for this purpose; any other token is 404."""

    def mark(view: View) -> View:
        @wraps(view)
        def guarded(request: LinkRequest, token: str, **rest: Any) -> HttpResponse:
            request.now = timezone.now()
            entry = door.enter_by_link(token, request.now)
            if entry is None or entry.purpose != purpose:
                raise Http404
            request.link = LinkHolder(
                link_id=entry.link_id,
                purpose=entry.purpose,
                object_id=entry.object_id,
                peer_id=entry.peer_id,
                organisation=entry.place,
            )
            with timezone.override(ZoneInfo(entry.place.zone)), translation.override(entry.place.language):
                return view(request, token=token, **rest)

        guarded.access = Marker("link", why=purpose)  # type: ignore[attr-defined]
        return guarded

    return mark
