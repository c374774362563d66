"""Addresses of venues, below /o/<slug>/."""

from django.urls import URLPattern

app_name = "venues"
urlpatterns: list[URLPattern] = []
