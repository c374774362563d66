"""Lists of sessions that somebody still has to look after."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.access import MemberRequest, members
from sessions import policies
from sessions.queries import open_ends


@members(policies.ACCESS)
@require_safe
def needing_a_place(request: MemberRequest, slug: str) -> HttpResponse:
    """Sessions to come whose room was closed, each one step from a new place."""
    page = open_ends.needing_a_place(request.member, after=request.GET.get("after"), now=request.now)
    return render(request, "sessions/needing_a_place.html", {"slug": slug, "page": page})


@members(policies.ACCESS)
@require_safe
def unsettled(request: MemberRequest, slug: str) -> HttpResponse:
    """Sessions of which nobody said how they were."""
    page = open_ends.unsettled(request.member, after=request.GET.get("after"), now=request.now)
    return render(request, "sessions/unsettled.html", {"slug": slug, "page": page})
