"""Addresses of pairings, sheets and agreements."""

from django.urls import URLPattern, path

from sessions.views import agreements, leaving, pairings, sheets

patterns: list[URLPattern] = [
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
