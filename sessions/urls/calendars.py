"""Addresses of calendars."""

from django.urls import URLPattern, path

from sessions.views import calendars

patterns: list[URLPattern] = [
    path("calendar/month/", calendars.month, name="month"),
    path("calendar/feed/", calendars.feed, name="feed"),
    path("calendar/feed/make/", calendars.make_feed, name="make_feed"),
    path("calendar/feed/end/", calendars.revoke_feed, name="revoke_feed"),
]
# Below /p/<token>/: a feed that calendars ask for.
link_patterns: list[URLPattern] = [path("calendar.ics", calendars.feed_file, name="feed_file")]
