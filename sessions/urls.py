"""Addresses of pairings, agreements and sessions, below /o/<slug>/."""

from django.urls import URLPattern

app_name = "sessions"
pairing_patterns: list[URLPattern] = []
session_patterns: list[URLPattern] = []
# Below /p/<token>/session/: what a peer opens on their own phone.
link_patterns: list[URLPattern] = []
urlpatterns = [*pairing_patterns, *session_patterns]
