"""Addresses of endings."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
