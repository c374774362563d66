"""The page of signals: of distance and closeness, as facts."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.access import MemberRequest, members
from sessions import policies
from sessions.queries import signals as queries


@members(policies.ACCESS)
@require_safe
def signals(request: MemberRequest, slug: str) -> HttpResponse:
    """A supporter's own; for a supervisor those of their supporters, by name."""
    page = queries.signal_page(request.member, request.now)
    return render(request, "sessions/signals.html", {"page": page, "own": request.member.is_supporter()})
