"""Addresses of calendars."""

from django.urls import URLPattern, path

from sessions.views import calendars, own_calendars

patterns: list[URLPattern] = [
    path("calendar/month/", calendars.month, name="month"),
    path("calendar/feed/", calendars.feed, name="feed"),
    path("calendar/feed/make/", calendars.make_feed, name="make_feed"),
    path("calendar/feed/end/", calendars.revoke_feed, name="revoke_feed"),
]
# Below /p/<token>/: a feed that calendars ask for.
link_patterns: list[URLPattern] = [path("calendar.ics", calendars.feed_file, name="feed_file")]
# Below /p/<token>/mine/: a peer's own page.
own_page_patterns: list[URLPattern] = [
    path("calendar/", own_calendars.feed, name="feed"),
    path("calendar/make/", own_calendars.make_feed, name="make_feed"),
    path("calendar/end/", own_calendars.revoke_feed, name="revoke_feed"),
]
