"""Addresses: the peer's boundary sheet on their own page. (The supporter's stand with the pairings.)"""

from django.urls import URLPattern, path

from sessions.views import own_sheets

patterns: list[URLPattern] = []
# Below /p/<token>/mine/: the peer's own page.
link_patterns: list[URLPattern] = [
    path("boundaries/", own_sheets.sheet, name="sheet"),
    path("boundaries/share/", own_sheets.share_sheet, name="share_sheet"),
    path("boundaries/show/", own_sheets.let_see, name="let_see"),
]
