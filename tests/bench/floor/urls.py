"""The floor's addresses."""

from django.urls import path

from tests.bench.floor import views

app_name = "floor"
urlpatterns = [
    path("<slug:slug>/", views.agenda, name="agenda"),
    path("<slug:slug>/new/", views.create, name="create"),
    path("<slug:slug>/<int:pk>/", views.entry, name="entry"),
]
