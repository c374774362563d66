"""Addresses: the organisation's list of what a boundary sheet asks."""

from django.urls import URLPattern, path

from sessions.views import item_lists

START, ONE = "settings/boundaries/", "settings/boundaries/<uuid:item_list_id>/"

patterns: list[URLPattern] = [
    path(START, item_lists.item_list, name="item_list"),
    path(f"{START}begin/", item_lists.begin_items, name="begin_items"),
    path(ONE, item_lists.item_draft, name="item_draft"),
    path(f"{ONE}add/", item_lists.add_item, name="add_item"),
    path(f"{ONE}drop/", item_lists.drop_items, name="drop_items"),
    path(f"{ONE}publish/", item_lists.publish_items, name="publish_items"),
    path(f"{ONE}items/<slug:item_key>/", item_lists.edit_item, name="edit_item"),
]
# Below /p/<token>/mine/: the peer's own page.
link_patterns: list[URLPattern] = []
