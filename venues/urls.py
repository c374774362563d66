"""Addresses of venues, below /o/<slug>/."""

from django.urls import URLPattern, path

from venues import views

app_name = "venues"
urlpatterns: list[URLPattern] = [
    path("places/", views.venue_list, name="venue_list"),
    path("places/add/", views.add_venue, name="add_venue"),
    path("places/<uuid:venue_id>/", views.venue, name="venue"),
    path("places/<uuid:venue_id>/edit/", views.edit_venue, name="edit_venue"),
    path("places/<uuid:venue_id>/archive/", views.archive_venue, name="archive_venue"),
    path("places/<uuid:venue_id>/restore/", views.restore_venue, name="restore_venue"),
    path("places/<uuid:venue_id>/rooms/add/", views.add_room, name="add_room"),
    path("places/<uuid:venue_id>/rooms/<uuid:room_id>/close/", views.close_room, name="close_room"),
]
