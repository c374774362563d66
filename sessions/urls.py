"""Addresses of pairings, agreements and sessions, below /o/<slug>/."""

from django.urls import URLPattern, path

from sessions.views import agreements, bookings, leaving, links, logs, pairings, sheets

app_name = "sessions"
pairing_patterns: list[URLPattern] = [
    path("pairings/", pairings.pairing_list, name="pairing_list"),
    path("pairings/new/", pairings.pair, name="pair"),
    path("pairings/<uuid:pairing_id>/", pairings.pairing, name="pairing"),
    path("pairings/<uuid:pairing_id>/end/", pairings.end, name="end"),
    path("pairings/<uuid:pairing_id>/first-meeting/", agreements.first_meeting, name="first_meeting"),
    path("pairings/<uuid:pairing_id>/expectations/", agreements.expectations, name="expectations"),
    path("pairings/<uuid:pairing_id>/sheet/<str:side>/", sheets.sheet, name="sheet"),
    path("pairings/<uuid:pairing_id>/sheet/<str:side>/share/", sheets.share_sheet, name="share_sheet"),
    path("pairings/<uuid:pairing_id>/agree/", agreements.agree, name="agree"),
    path(
        "pairings/<uuid:pairing_id>/agreements/<uuid:agreement_id>/", agreements.agreement, name="agreement"
    ),
    path(
        "pairings/<uuid:pairing_id>/agreements/<uuid:agreement_id>/withdraw/",
        agreements.withdraw,
        name="withdraw",
    ),
    path("team/<uuid:membership_id>/end/", leaving.end_membership, name="end_membership"),
]
session_patterns: list[URLPattern] = [
    path("calendar/", bookings.week, name="week"),
    path("pairings/<uuid:pairing_id>/book/", bookings.book, name="book"),
    path("calendar/<uuid:peer_session_id>/", bookings.peer_session, name="peer_session"),
    path("calendar/<uuid:peer_session_id>/confirm/", bookings.confirm, name="confirm"),
    path("calendar/<uuid:peer_session_id>/cancel/", bookings.cancel, name="cancel"),
    path("calendar/<uuid:peer_session_id>/miss/", bookings.miss, name="miss"),
    path("calendar/<uuid:peer_session_id>/log/", logs.log, name="log"),
    path("calendar/<uuid:peer_session_id>/log/draft/", logs.log_draft, name="log_draft"),
    path("calendar/<uuid:peer_session_id>/log/read/", logs.session_log, name="session_log"),
]
# Below /p/<token>/session/: what a peer opens on their own phone.
link_patterns: list[URLPattern] = [
    path("", links.session, name="session"),
    path("confirm/", links.confirm, name="confirm"),
    path("cancel/", links.cancel, name="cancel"),
]
urlpatterns = [*pairing_patterns, *session_patterns]
