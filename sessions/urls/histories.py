"""Addresses: the story of an agreement."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
# Below /p/<token>/mine/: the peer's own page.
link_patterns: list[URLPattern] = []
