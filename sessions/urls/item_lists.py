"""Addresses: the organisation's list of what a boundary sheet asks."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
# Below /p/<token>/mine/: the peer's own page.
link_patterns: list[URLPattern] = []
