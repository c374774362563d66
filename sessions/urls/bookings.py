"""Addresses of sessions and their logs; and of the link to one session."""

from django.urls import URLPattern, path

from sessions.views import bookings, links, logs, moving, open_ends, outcomes

patterns: list[URLPattern] = [
    path("calendar/", bookings.week, name="week"),
    path("pairings/<uuid:pairing_id>/book/", bookings.book, name="book"),
    path("calendar/<uuid:peer_session_id>/", bookings.peer_session, name="peer_session"),
    path("calendar/<uuid:peer_session_id>/confirm/", outcomes.confirm, name="confirm"),
    path("calendar/<uuid:peer_session_id>/move/", moving.move, name="move"),
    path("calendar/<uuid:peer_session_id>/cancel/", outcomes.cancel, name="cancel"),
    path("calendar/<uuid:peer_session_id>/miss/", outcomes.miss, name="miss"),
    path("calendar/<uuid:peer_session_id>/settle/", outcomes.settle, name="settle"),
    path("calendar/needing-a-place/", open_ends.needing_a_place, name="needing_a_place"),
    path("calendar/unsettled/", open_ends.unsettled, name="unsettled"),
    path("calendar/<uuid:peer_session_id>/log/", logs.log, name="log"),
    path("calendar/<uuid:peer_session_id>/log/draft/", logs.log_draft, name="log_draft"),
    path("calendar/<uuid:peer_session_id>/log/read/", logs.session_log, name="session_log"),
]
# Below /p/<token>/session/: what a peer opens on their own phone.
link_patterns: list[URLPattern] = [
    path("", links.session, name="session"),
    path("confirm/", links.confirm, name="confirm"),
    path("cancel/", links.cancel, name="cancel"),
    path("move/", links.move, name="move"),
    path("nobody-there/", links.nobody_there, name="nobody_there"),
]
