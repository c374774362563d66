"""Addresses of goals, of strengths, and of the peer's own page. Below goals/ and strengths/ both readers' are alike."""

from typing import Any

from django.urls import URLPattern, path

from sessions.views import goals, own_goals, own_page, own_pages, strengths


def _shared(start: str, of_goals: Any, of_strengths: Any) -> list[URLPattern]:
    """The same pages below the same addresses: for the supporter, and for the peer."""
    one, step = f"{start}goals/<uuid:goal_id>/", f"{start}goals/<uuid:goal_id>/steps/<uuid:goal_step_id>/"
    return [
        path(f"{start}goals/", of_goals.goals, name="goals"),
        path(f"{start}goals/new/", of_goals.set_goal, name="set_goal"),
        path(one, of_goals.goal, name="goal"),
        path(f"{one}edit/", of_goals.edit_goal, name="edit_goal"),
        path(f"{one}reach/", of_goals.reach_goal, name="reach_goal"),
        path(f"{one}put-aside/", of_goals.put_goal_aside, name="put_goal_aside"),
        path(f"{one}reopen/", of_goals.reopen_goal, name="reopen_goal"),
        path(f"{one}steps/add/", of_goals.add_goal_step, name="add_goal_step"),
        path(f"{step}tick/", of_goals.tick_goal_step, name="tick_goal_step"),
        path(f"{step}untick/", of_goals.untick_goal_step, name="untick_goal_step"),
        path(f"{step}remove/", of_goals.remove_goal_step, name="remove_goal_step"),
        path(f"{one}entries/add/", of_goals.add_goal_entry, name="add_goal_entry"),
        path(f"{start}strengths/", of_strengths.strengths, name="strengths"),
        path(f"{start}strengths/add/", of_strengths.add_strength, name="add_strength"),
        path(
            f"{start}strengths/<uuid:strength_id>/remove/",
            of_strengths.remove_strength,
            name="remove_strength",
        ),
    ]


patterns: list[URLPattern] = [
    *_shared("pairings/<uuid:pairing_id>/", goals, strengths),
    path("pairings/<uuid:pairing_id>/own-page/", own_pages.make_own_page, name="make_own_page"),
    path("pairings/<uuid:pairing_id>/own-page/revoke/", own_pages.revoke_own_page, name="revoke_own_page"),
]
# Below /p/<token>/mine/: a peer's own page.
link_patterns: list[URLPattern] = [
    path("", own_page.own_page, name="own_page"),
    *_shared("", own_goals, own_goals),
    path("notes/", own_page.notes, name="notes"),
    path("looks/", own_page.looks, name="looks"),
    path("another-supporter/", own_page.ask_change, name="ask_change"),
]
