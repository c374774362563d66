"""Addresses of availability."""

from django.urls import URLPattern

patterns: list[URLPattern] = []
