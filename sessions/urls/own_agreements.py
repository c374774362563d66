"""Addresses: an agreement on the peer's own page, and whom the peer trusts."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
# Below /p/<token>/mine/: the peer's own page.
link_patterns: list[URLPattern] = []
