"""Addresses of meetings."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
# Below /p/<token>/meetings/: a group's member on their own phone.
link_patterns: list[URLPattern] = []
