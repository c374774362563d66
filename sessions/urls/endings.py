"""Addresses of endings, of wishes for more sessions or another supporter, and of signals."""

from django.urls import URLPattern, path

from sessions.views import change_wishes, endings, extensions, signals

patterns: list[URLPattern] = [
    path("pairings/<uuid:pairing_id>/ending/", endings.ending, name="ending"),
    path("pairings/<uuid:pairing_id>/handovers/", endings.handovers, name="handovers"),
    path("pairings/<uuid:pairing_id>/more/", extensions.ask_extension, name="ask_extension"),
    path("extensions/<uuid:extension_id>/", extensions.extension, name="extension"),
    path("extensions/<uuid:extension_id>/grant/", extensions.grant_extension, name="grant_extension"),
    path("extensions/<uuid:extension_id>/decline/", extensions.decline_extension, name="decline_extension"),
    path(
        "extensions/<uuid:extension_id>/take-back/",
        extensions.take_back_extension,
        name="take_back_extension",
    ),
    path("pairings/<uuid:pairing_id>/change/", change_wishes.wish_change, name="wish_change"),
    path("changes/", change_wishes.change_wishes, name="change_wishes"),
    path("changes/<uuid:change_wish_id>/answer/", change_wishes.answer_change, name="answer_change"),
    path("signals/", signals.signals, name="signals"),
]
