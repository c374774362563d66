"""Addresses: the story of an agreement, and which agreements are in force."""

from django.urls import URLPattern, path

from sessions.views import histories, own_histories

patterns: list[URLPattern] = [
    path("pairings/<uuid:pairing_id>/history/", histories.history, name="history"),
    path("agreements/", histories.agreement_list, name="agreement_list"),
]
# Below /p/<token>/mine/: the peer's own page.
link_patterns: list[URLPattern] = [
    path("history/", own_histories.history, name="history"),
]
