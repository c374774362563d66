"""Addresses of people, below /o/<slug>/."""

from django.urls import URLPattern

app_name = "people"
urlpatterns: list[URLPattern] = []
# Below /p/<token>/join/: an invitation.
link_patterns: list[URLPattern] = []
