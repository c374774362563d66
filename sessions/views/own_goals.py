"""The peer's goals and strengths on their own page. What is shown and done stands in `goal_pages`."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from people.access import LinkRequest, by_link
from people.wrong_links import wrong_links_counted
from sessions import policies
from sessions.actions import goal_steps
from sessions.models import Pairing
from sessions.views import goal_pages as pages
from sessions.views.goal_pages import Reader
from sessions.views.own_page import opened


def _reader(request: LinkRequest, token: str, pairing: Pairing) -> Reader:
    return Reader(
        by=request.link,
        now=request.now,
        pairing=pairing,
        goals=policies.goals_of_link(request.link),
        strengths=policies.strengths_of_link(request.link),
        frame="sessions/own_page_frame.html",
        before=((_("Your page"), reverse("mine:own_page", args=[token])),),
        goals_url=reverse("mine:goals", args=[token]),
        strengths_url=reverse("mine:strengths", args=[token]),
    )


@wrong_links_counted
@by_link("pairing")
@opened
@require_safe
def goals(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """One's goals: open ones with their next step, then what was reached."""
    return pages.show_goals(request, _reader(request, token, pairing))


@wrong_links_counted
@by_link("pairing")
@opened
@require_safe
def goal(request: LinkRequest, token: str, pairing: Pairing, goal_id: UUID) -> HttpResponse:
    """One goal: its steps, and what happened on the way."""
    reader = _reader(request, token, pairing)
    return pages.show_goal(request, reader, reader.find(goal_id))


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def set_goal(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """Set a goal."""
    return pages.set_goal(request, _reader(request, token, pairing))


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def edit_goal(request: LinkRequest, token: str, pairing: Pairing, goal_id: UUID) -> HttpResponse:
    """Change what a goal says."""
    reader = _reader(request, token, pairing)
    return pages.edit_goal(request, reader, reader.find(goal_id))


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def reach_goal(request: LinkRequest, token: str, pairing: Pairing, goal_id: UUID) -> HttpResponse:
    """A goal is reached."""
    reader = _reader(request, token, pairing)
    return pages.reach_goal(request, reader, reader.find(goal_id))


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def put_goal_aside(request: LinkRequest, token: str, pairing: Pairing, goal_id: UUID) -> HttpResponse:
    """Put a goal aside for now."""
    reader = _reader(request, token, pairing)
    return pages.put_goal_aside(request, reader, reader.find(goal_id))


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def reopen_goal(request: LinkRequest, token: str, pairing: Pairing, goal_id: UUID) -> HttpResponse:
    """Take a goal up again."""
    reader = _reader(request, token, pairing)
    return pages.reopen_goal(request, reader, reader.find(goal_id))


@wrong_links_counted
@by_link("pairing")
@opened
@require_POST
def add_goal_step(request: LinkRequest, token: str, pairing: Pairing, goal_id: UUID) -> HttpResponse:
    """Add a step."""
    reader = _reader(request, token, pairing)
    return pages.add_goal_step(request, reader, reader.find(goal_id))


@wrong_links_counted
@by_link("pairing")
@opened
@require_POST
def tick_goal_step(
    request: LinkRequest, token: str, pairing: Pairing, goal_id: UUID, goal_step_id: UUID
) -> HttpResponse:
    """A step is done."""
    reader = _reader(request, token, pairing)
    return pages.press_step(request, reader, reader.find(goal_id), goal_steps.tick_goal_step, goal_step_id)


@wrong_links_counted
@by_link("pairing")
@opened
@require_POST
def untick_goal_step(
    request: LinkRequest, token: str, pairing: Pairing, goal_id: UUID, goal_step_id: UUID
) -> HttpResponse:
    """A step is not done, or not any more."""
    reader = _reader(request, token, pairing)
    return pages.press_step(request, reader, reader.find(goal_id), goal_steps.untick_goal_step, goal_step_id)


@wrong_links_counted
@by_link("pairing")
@opened
@require_POST
def remove_goal_step(
    request: LinkRequest, token: str, pairing: Pairing, goal_id: UUID, goal_step_id: UUID
) -> HttpResponse:
    """Take a step away."""
    reader = _reader(request, token, pairing)
    return pages.press_step(request, reader, reader.find(goal_id), goal_steps.remove_goal_step, goal_step_id)


@wrong_links_counted
@by_link("pairing")
@opened
@require_POST
def add_goal_entry(request: LinkRequest, token: str, pairing: Pairing, goal_id: UUID) -> HttpResponse:
    """Note something that happened on the way."""
    reader = _reader(request, token, pairing)
    return pages.add_goal_entry(request, reader, reader.find(goal_id))


@wrong_links_counted
@by_link("pairing")
@opened
@require_safe
def strengths(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """One's strengths, what does one good, and people who help."""
    return pages.show_strengths(request, _reader(request, token, pairing))


@wrong_links_counted
@by_link("pairing")
@opened
@require_POST
def add_strength(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """Add one."""
    return pages.add_strength(request, _reader(request, token, pairing))


@wrong_links_counted
@by_link("pairing")
@opened
@require_POST
def remove_strength(request: LinkRequest, token: str, pairing: Pairing, strength_id: UUID) -> HttpResponse:
    """Take one away."""
    reader = _reader(request, token, pairing)
    row = get_object_or_404(reader.strengths, pk=strength_id)
    return pages.remove_strength(request, reader, row)
