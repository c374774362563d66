"""A supporter's pages about what carries a peer. What is shown and done stands in `goal_pages`."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST, require_safe

from people.access import MemberRequest, members
from sessions import policies
from sessions.views import goal_pages as pages
from sessions.views.goals import reader_of


@members(policies.ACCESS)
@require_safe
def strengths(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """A peer's strengths, what does them good, and people who help."""
    return pages.show_strengths(request, reader_of(request, pairing_id))


@members(policies.ACCESS)
@require_POST
def add_strength(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """Add one."""
    return pages.add_strength(request, reader_of(request, pairing_id))


@members(policies.ACCESS)
@require_POST
def remove_strength(request: MemberRequest, slug: str, pairing_id: UUID, strength_id: UUID) -> HttpResponse:
    """Take one away."""
    reader = reader_of(request, pairing_id)
    row = get_object_or_404(reader.strengths, pk=strength_id, peer_id=reader.pairing.peer_id)
    if not policies.can_edit_strength(request.member, row):
        raise PermissionDenied
    return pages.remove_strength(request, reader, row)
