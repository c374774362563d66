"""Addresses: boundary sheets, on the supporter's phone and on the peer's own page."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
# Below /p/<token>/mine/: the peer's own page.
link_patterns: list[URLPattern] = []
