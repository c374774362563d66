"""The peer's goals and strengths on their own page. What is shown and done stands in `goal_pages`."""

from collections.abc import Callable
from functools import wraps
from typing import Any
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
from sessions.models import Goal, Pairing
from sessions.views import goal_pages as pages
from sessions.views.goal_pages import Reader
from sessions.views.own_page import opened

View = Callable[..., HttpResponse]


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


def own(view: View) -> View:
    """A page behind the cover of the peer's own page; the view gets the reader instead of the token."""

    @wrong_links_counted
    @by_link("pairing")
    @opened
    @wraps(view)
    def page(request: LinkRequest, token: str, pairing: Pairing, **rest: Any) -> HttpResponse:
        return view(request, _reader(request, token, pairing), **rest)

    return page


def of_a_goal(view: View) -> View:
    """The same for a goal of theirs, which the view gets; any other is 404."""

    @own
    @wraps(view)
    def page(request: LinkRequest, reader: Reader, goal_id: UUID, **rest: Any) -> HttpResponse:
        return view(request, reader, reader.find(goal_id), **rest)

    return page


@own
@require_safe
def goals(request: LinkRequest, reader: Reader) -> HttpResponse:
    """One's goals: open ones with their next step, then what was reached."""
    return pages.show_goals(request, reader)


@of_a_goal
@require_safe
def goal(request: LinkRequest, reader: Reader, row: Goal) -> HttpResponse:
    """One goal: its steps, and what happened on the way."""
    return pages.show_goal(request, reader, row)


@own
@require_http_methods(["GET", "POST"])
def set_goal(request: LinkRequest, reader: Reader) -> HttpResponse:
    """Set a goal."""
    return pages.set_goal(request, reader)


@of_a_goal
@require_http_methods(["GET", "POST"])
def edit_goal(request: LinkRequest, reader: Reader, goal: Goal) -> HttpResponse:
    """Change what a goal says."""
    return pages.edit_goal(request, reader, goal)


@of_a_goal
@require_http_methods(["GET", "POST"])
def reach_goal(request: LinkRequest, reader: Reader, goal: Goal) -> HttpResponse:
    """A goal is reached."""
    return pages.reach_goal(request, reader, goal)


@of_a_goal
@require_http_methods(["GET", "POST"])
def put_goal_aside(request: LinkRequest, reader: Reader, goal: Goal) -> HttpResponse:
    """Put a goal aside for now."""
    return pages.put_goal_aside(request, reader, goal)


@of_a_goal
@require_http_methods(["GET", "POST"])
def reopen_goal(request: LinkRequest, reader: Reader, goal: Goal) -> HttpResponse:
    """Take a goal up again."""
    return pages.reopen_goal(request, reader, goal)


@of_a_goal
@require_POST
def add_goal_step(request: LinkRequest, reader: Reader, goal: Goal) -> HttpResponse:
    """Add a step."""
    return pages.add_goal_step(request, reader, goal)


@of_a_goal
@require_POST
def tick_goal_step(request: LinkRequest, reader: Reader, goal: Goal, goal_step_id: UUID) -> HttpResponse:
    """A step is done."""
    return pages.press_step(request, reader, goal, goal_steps.tick_goal_step, goal_step_id)


@of_a_goal
@require_POST
def untick_goal_step(request: LinkRequest, reader: Reader, goal: Goal, goal_step_id: UUID) -> HttpResponse:
    """A step is not done, or not any more."""
    return pages.press_step(request, reader, goal, goal_steps.untick_goal_step, goal_step_id)


@of_a_goal
@require_POST
def remove_goal_step(request: LinkRequest, reader: Reader, goal: Goal, goal_step_id: UUID) -> HttpResponse:
    """Take a step away."""
    return pages.press_step(request, reader, goal, goal_steps.remove_goal_step, goal_step_id)


@of_a_goal
@require_POST
def add_goal_entry(request: LinkRequest, reader: Reader, goal: Goal) -> HttpResponse:
    """Note something that happened on the way."""
    return pages.add_goal_entry(request, reader, goal)


@own
@require_safe
def strengths(request: LinkRequest, reader: Reader) -> HttpResponse:
    """One's strengths, what does one good, and people who help."""
    return pages.show_strengths(request, reader)


@own
@require_POST
def add_strength(request: LinkRequest, reader: Reader) -> HttpResponse:
    """Add one."""
    return pages.add_strength(request, reader)


@own
@require_POST
def remove_strength(request: LinkRequest, reader: Reader, strength_id: UUID) -> HttpResponse:
    """Take one away."""
    row = get_object_or_404(reader.strengths, pk=strength_id)
    return pages.remove_strength(request, reader, row)
