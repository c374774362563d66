"""A supporter's pages about the goals of a peer they support. What is shown and done stands in `goal_pages`."""

from collections.abc import Callable
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.access import Member, MemberRequest, members
from sessions import policies
from sessions.actions import goal_steps
from sessions.models import Goal
from sessions.views import goal_pages as pages
from sessions.views.goal_pages import Reader


def reader_of(request: MemberRequest, pairing_id: UUID) -> Reader:
    """The supporter of a pairing that lasts; for any other it is 404."""
    visible = policies.pairings_visible_to(request.member).select_related("peer__data_key")
    pairing = get_object_or_404(visible, pk=pairing_id)
    slug = request.member.organisation.slug
    return Reader(
        by=request.member,
        now=request.now,
        pairing=pairing,
        goals=policies.goals_visible_to(request.member),
        strengths=policies.strengths_visible_to(request.member),
        frame="sessions/goals_frame.html",
        before=(
            (_("Pairings"), reverse("sessions:pairing_list", args=[slug])),
            (pairing.peer.name, reverse("sessions:pairing", args=[slug, pairing.pk])),
        ),
        goals_url=reverse("sessions:goals", args=[slug, pairing.pk]),
        strengths_url=reverse("sessions:strengths", args=[slug, pairing.pk]),
    )


def _found(
    request: MemberRequest,
    pairing_id: UUID,
    goal_id: UUID,
    allowed: Callable[[Member, Goal], bool] = policies.can_edit_goal,
) -> tuple[Reader, Goal]:
    """A goal to change, where that is allowed."""
    reader = reader_of(request, pairing_id)
    goal = reader.find(goal_id)
    if not allowed(request.member, goal):
        raise PermissionDenied
    return reader, goal


@members(policies.ACCESS)
@require_safe
def goals(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """The goals of a peer: open ones with their next step, then what was reached."""
    return pages.show_goals(request, reader_of(request, pairing_id))


@members(policies.ACCESS)
@require_safe
def goal(request: MemberRequest, slug: str, pairing_id: UUID, goal_id: UUID) -> HttpResponse:
    """One goal: its steps, and what happened on the way."""
    reader = reader_of(request, pairing_id)
    return pages.show_goal(request, reader, reader.find(goal_id))


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def set_goal(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """Note a goal the peer sets, together with them."""
    return pages.set_goal(request, reader_of(request, pairing_id))


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def edit_goal(request: MemberRequest, slug: str, pairing_id: UUID, goal_id: UUID) -> HttpResponse:
    """Change what a goal says."""
    return pages.edit_goal(request, *_found(request, pairing_id, goal_id))


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def reach_goal(request: MemberRequest, slug: str, pairing_id: UUID, goal_id: UUID) -> HttpResponse:
    """Note that a goal is reached."""
    return pages.reach_goal(request, *_found(request, pairing_id, goal_id, policies.can_reach_goal_goal))


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def put_goal_aside(request: MemberRequest, slug: str, pairing_id: UUID, goal_id: UUID) -> HttpResponse:
    """Put a goal aside for now."""
    return pages.put_goal_aside(
        request, *_found(request, pairing_id, goal_id, policies.can_put_goal_aside_goal)
    )


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def reopen_goal(request: MemberRequest, slug: str, pairing_id: UUID, goal_id: UUID) -> HttpResponse:
    """Take a goal up again."""
    return pages.reopen_goal(request, *_found(request, pairing_id, goal_id, policies.can_reopen_goal_goal))


@members(policies.ACCESS)
@require_POST
def add_goal_step(request: MemberRequest, slug: str, pairing_id: UUID, goal_id: UUID) -> HttpResponse:
    """Add a step."""
    return pages.add_goal_step(request, *_found(request, pairing_id, goal_id))


@members(policies.ACCESS)
@require_POST
def tick_goal_step(
    request: MemberRequest, slug: str, pairing_id: UUID, goal_id: UUID, goal_step_id: UUID
) -> HttpResponse:
    """A step is done."""
    reader, row = _found(request, pairing_id, goal_id)
    return pages.press_step(request, reader, row, goal_steps.tick_goal_step, goal_step_id)


@members(policies.ACCESS)
@require_POST
def untick_goal_step(
    request: MemberRequest, slug: str, pairing_id: UUID, goal_id: UUID, goal_step_id: UUID
) -> HttpResponse:
    """A step is not done, or not any more."""
    reader, row = _found(request, pairing_id, goal_id)
    return pages.press_step(request, reader, row, goal_steps.untick_goal_step, goal_step_id)


@members(policies.ACCESS)
@require_POST
def remove_goal_step(
    request: MemberRequest, slug: str, pairing_id: UUID, goal_id: UUID, goal_step_id: UUID
) -> HttpResponse:
    """Take a step away."""
    reader, row = _found(request, pairing_id, goal_id)
    return pages.press_step(request, reader, row, goal_steps.remove_goal_step, goal_step_id)


@members(policies.ACCESS)
@require_POST
def add_goal_entry(request: MemberRequest, slug: str, pairing_id: UUID, goal_id: UUID) -> HttpResponse:
    """Note something that happened on the way."""
    return pages.add_goal_entry(request, *_found(request, pairing_id, goal_id))
