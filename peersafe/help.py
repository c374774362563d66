"""Getting help now: the numbers, large, for anybody, signed in or not."""

from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from peersafe.shell import Shell
from people import door
from people.access import public
from people.door import Place
from people.models import User


@transaction.non_atomic_requests  # otherwise the page would fail before it begins when the database is down
@public("Urgent numbers stand before every door.")
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """The general numbers, where no organisation is known."""
    return _numbers(request)


@transaction.non_atomic_requests
@public("Somebody whose session has run out must still find numbers.")
@require_safe
def organisation_help(request: HttpRequest, slug: str) -> HttpResponse:
    """Members see the organisation's numbers; anybody else the general ones, whether it exists or not."""
    return _numbers(request, slug)


def _numbers(request: HttpRequest, slug: str = "") -> HttpResponse:
    """The page with what the database knows; without it the general numbers, and nobody is asked for."""
    try:
        with transaction.atomic():
            request.place = _place(request, slug)  # type: ignore[attr-defined]  # read by peersafe.shell
            return render(request, "help.html")
    except DatabaseError:
        return HttpResponse(render_to_string("help.html", {"shell": Shell(None)}))


def _place(request: HttpRequest, slug: str) -> Place | None:
    user = request.user
    if not (slug and isinstance(user, User)):
        return None
    entry = door.enter(slug, user.pk, timezone.now())
    return entry.place if entry else None
