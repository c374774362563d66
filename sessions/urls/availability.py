"""Addresses of availability: one's own hours, a member's, a room's, and times that are free."""

from django.urls import URLPattern, path

from sessions.views import availability

patterns: list[URLPattern] = [
    path("find-a-time/", availability.slot_search, name="slot_search"),
    path("hours/", availability.hours, name="hours"),
    path("hours/differ/", availability.add_exception, name="add_exception"),
    path("hours/differ/remove/", availability.remove_exception, name="remove_exception"),
    path("team/<uuid:membership_id>/hours/", availability.member_hours, name="member_hours"),
    path("rooms/<uuid:room_id>/hours/", availability.room_hours, name="room_hours"),
    path("rooms/<uuid:room_id>/hours/differ/", availability.add_room_exception, name="add_room_exception"),
    path(
        "rooms/<uuid:room_id>/hours/differ/remove/",
        availability.remove_room_exception,
        name="remove_room_exception",
    ),
]
