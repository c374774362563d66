"""Addresses of calendars."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
# Below /p/<token>/: a feed that calendars ask for.
link_patterns: list[URLPattern] = []
