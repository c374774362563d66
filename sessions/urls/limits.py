"""Addresses: a supporter's own limits, practising, and answers a supervisor hears of."""

from django.urls import URLPattern, path

from sessions.views import floor_notes, limits, practice

patterns: list[URLPattern] = [
    path("limits/", limits.limits, name="limits"),
    path("limits/sheet/", limits.limits_sheet, name="limits_sheet"),
    path("limits/finish/", limits.finish_limits, name="finish_limits"),
    path("limits/shown/", limits.limits_list, name="limits_list"),
    path("limits/<uuid:limits_id>/", limits.limits_version, name="limits_version"),
    path("limits/<uuid:limits_id>/show/", limits.show_limits, name="show_limits"),
    path("limits/<uuid:limits_id>/hide/", limits.hide_limits, name="hide_limits"),
    path("limits/<uuid:limits_id>/talked/", limits.talk_limits, name="talk_limits"),
    path("to-talk-about/", floor_notes.floor_note_list, name="floor_note_list"),
    path("to-talk-about/<uuid:floor_note_id>/", floor_notes.floor_note, name="floor_note"),
    path(
        "to-talk-about/<uuid:floor_note_id>/settle/", floor_notes.settle_floor_note, name="settle_floor_note"
    ),
    path("practice/", practice.practice, name="practice"),
    path("practice/scene/", practice.practice_case, name="practice_case"),
]
# Below /p/<token>/mine/: the peer's own page.
link_patterns: list[URLPattern] = []
