"""PeerSafe's addresses and the floor's."""

from django.urls import URLPattern, URLResolver, include, path

from peersafe.urls import urlpatterns as ours

urlpatterns: list[URLPattern | URLResolver] = [path("floor/", include("tests.bench.floor.urls")), *ours]
