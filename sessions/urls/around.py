"""Addresses around a session: before, at its beginning, and after it."""

from django.urls import URLPattern, path

from sessions.views import around, debriefs, reflections

patterns: list[URLPattern] = [
    path("calendar/<uuid:peer_session_id>/prepare/", around.prepare, name="prepare"),
    path("calendar/<uuid:peer_session_id>/opening/", around.opening, name="opening"),
    path("calendar/<uuid:peer_session_id>/reflect/", reflections.reflect, name="reflect"),
    path("pairings/<uuid:pairing_id>/space/", around.space_wishes, name="space_wishes"),
    path("pattern/", reflections.pattern, name="pattern"),
    path("debriefs/", debriefs.debrief_list, name="debrief_list"),
    path("debriefs/new/", debriefs.ask_debrief, name="ask_debrief"),
    path("debriefs/<uuid:debrief_wish_id>/settle/", debriefs.settle_debrief, name="settle_debrief"),
]
