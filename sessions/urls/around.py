"""Addresses of around."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
