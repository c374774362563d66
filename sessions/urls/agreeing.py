"""Addresses: laying an agreement before both, talking differences through, and answering."""

from django.urls import URLPattern, path

from sessions.views import agreeing, paper

_ONE = "pairings/<uuid:pairing_id>/agreements/<uuid:agreement_id>/"
patterns: list[URLPattern] = [
    path(f"{_ONE}points/", agreeing.settle_points, name="settle_points"),
    path(f"{_ONE}propose/", agreeing.propose, name="propose"),
    path(f"{_ONE}answer/<str:side>/", agreeing.answer, name="answer"),
    path(f"{_ONE}answers/<uuid:answer_id>/paper/", paper.add_paper_copy, name="add_paper_copy"),
    path(f"{_ONE}paper/<uuid:paper_copy_id>/", paper.paper_copy, name="paper_copy"),
    path(f"{_ONE}paper/<uuid:paper_copy_id>/picture/", paper.paper_picture, name="paper_picture"),
]
# Below /p/<token>/mine/: the peer's own page.
link_patterns: list[URLPattern] = []
