"""Addresses of goals."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
# Below /p/<token>/mine/: a peer's own page.
link_patterns: list[URLPattern] = []
