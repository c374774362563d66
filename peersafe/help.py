"""Getting help now: the numbers, large, for anybody, signed in or not."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from people import door
from people.access import public
from people.models import User


@public("Urgent numbers stand before every door.")
@require_safe
def help_now(request: HttpRequest) -> HttpResponse:
    """The general numbers, where no organisation is known."""
    return render(request, "help.html")


@public("Somebody whose session has run out must still find numbers.")
@require_safe
def organisation_help(request: HttpRequest, slug: str) -> HttpResponse:
    """Members see the organisation's numbers; anybody else the general ones, whether it exists or not."""
    user = request.user
    entry = door.enter(slug, user.pk, timezone.now()) if isinstance(user, User) else None
    if entry:
        request.place = entry.place  # type: ignore[attr-defined]  # read by peersafe.shell
    return render(request, "help.html")
