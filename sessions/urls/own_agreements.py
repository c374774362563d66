"""Addresses: an agreement on the peer's own page, and whom the peer trusts."""

from django.urls import URLPattern, path

from sessions.views import own_agreements, own_compare, own_trusted, trusted

ONE = "agreement/<uuid:agreement_id>/"

patterns: list[URLPattern] = [
    path("pairings/<uuid:pairing_id>/trusted/", trusted.trusted, name="trusted"),
]
# Below /p/<token>/mine/: the peer's own page.
link_patterns: list[URLPattern] = [
    path("agreement/", own_agreements.agreement, name="agreement"),
    path("agreement/side-by-side/", own_compare.compare, name="compare"),
    path("agreement/hopes/", own_compare.hopes, name="hopes"),
    path(ONE, own_agreements.version, name="version"),
    path(f"{ONE}answer/", own_agreements.answer, name="answer"),
    path(f"{ONE}withdraw/", own_agreements.withdraw, name="withdraw"),
    path("trusted/", own_trusted.trusted, name="trusted"),
]
