"""Addresses: an agreement on the peer's own page, and whom the peer trusts."""

from django.urls import URLPattern, path

from sessions.views import own_trusted, trusted

patterns: list[URLPattern] = [
    path("pairings/<uuid:pairing_id>/trusted/", trusted.trusted, name="trusted"),
]
# Below /p/<token>/mine/: the peer's own page.
link_patterns: list[URLPattern] = [
    path("trusted/", own_trusted.trusted, name="trusted"),
]
