"""Addresses: whether boundaries still fit, and a boundary that was crossed."""

from django.urls import URLPattern, path

from sessions.views import keeping, own_revisiting, revisiting

patterns: list[URLPattern] = [
    path(
        "pairings/<uuid:pairing_id>/agreements/<uuid:agreement_id>/keep/",
        keeping.keep_agreement,
        name="keep_agreement",
    ),
    path("pairings/<uuid:pairing_id>/fit/", revisiting.note_fit, name="note_fit"),
    path("pairings/<uuid:pairing_id>/crossed/", revisiting.note_crossing, name="note_crossing"),
    path("crossings/", revisiting.crossing_list, name="crossing_list"),
    path("crossings/<uuid:crossing_id>/", revisiting.crossing, name="crossing"),
    path("crossings/<uuid:crossing_id>/settle/", revisiting.settle_crossing, name="settle_crossing"),
]
# Below /p/<token>/mine/: the peer's own page.
link_patterns: list[URLPattern] = [
    path("fit/", own_revisiting.fit, name="fit"),
    path("crossed/", own_revisiting.crossings, name="crossings"),
    path("crossed/new/", own_revisiting.note_crossing, name="note_crossing"),
]
