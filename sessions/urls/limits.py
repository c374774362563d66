"""Addresses: a supporter's own limits, practising, and answers a supervisor hears of."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
# Below /p/<token>/mine/: the peer's own page.
link_patterns: list[URLPattern] = []
