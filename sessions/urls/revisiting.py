"""Addresses: whether boundaries still fit, and a boundary that was crossed."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
# Below /p/<token>/mine/: the peer's own page.
link_patterns: list[URLPattern] = []
