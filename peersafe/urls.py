"""Every address. Each app's own stand below /o/<slug>/."""

from django.urls import URLPattern, URLResolver, include, path

from peersafe import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("account/", include("allauth.urls")),
]
