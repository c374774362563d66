"""Addresses of pairings, agreements, sessions and meetings, below /o/<slug>/; one module for each noun."""

from django.urls import URLPattern

from sessions.urls import (
    agreeing,
    around,
    availability,
    bookings,
    calendars,
    endings,
    goals,
    histories,
    item_lists,
    limits,
    meetings,
    own_agreements,
    pairings,
    places,
    revisiting,
    sheets,
)

app_name = "sessions"
urlpatterns: list[URLPattern] = [
    *pairings.patterns,
    *bookings.patterns,
    *availability.patterns,
    *meetings.patterns,
    *around.patterns,
    *goals.patterns,
    *endings.patterns,
    *calendars.patterns,
    *places.patterns,
    *item_lists.patterns,
    *sheets.patterns,
    *agreeing.patterns,
    *own_agreements.patterns,
    *revisiting.patterns,
    *histories.patterns,
    *limits.patterns,
]
# Below /p/<token>/: to one session, to the meetings of a group, to a peer's own page, to a calendar.
link_patterns = bookings.link_patterns
group_link_patterns = places.link_patterns
own_page_patterns = [
    *goals.link_patterns,
    *calendars.own_page_patterns,
    *item_lists.link_patterns,
    *sheets.link_patterns,
    *agreeing.link_patterns,
    *own_agreements.link_patterns,
    *revisiting.link_patterns,
    *histories.link_patterns,
    *limits.link_patterns,
]
calendar_patterns = calendars.link_patterns
