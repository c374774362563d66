"""Every address. Each app's own stand below /o/<slug>/, private links below /p/<token>/."""

from django.urls import URLPattern, URLResolver, include, path

import people.urls
import sessions.urls
from peersafe import access_page, health, help, leave, trail

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("leave/", leave.leave, name="leave"),
    path("help/", help.help_now, name="help_now"),
    path("o/<slug:slug>/help/", help.organisation_help, name="organisation_help"),
    path("o/<slug:slug>/trail/", trail.trail, name="trail"),
    path("o/<slug:slug>/who-may-do-what/", access_page.who_may, name="who_may"),
    path("o/<slug:slug>/", include("people.urls")),
    path("o/<slug:slug>/", include("sessions.urls")),
    path("o/<slug:slug>/", include("venues.urls")),
    path("p/<str:token>/join/", include((people.urls.link_patterns, "join"))),
    path("p/<str:token>/session/", include((sessions.urls.link_patterns, "link"))),
    path("account/", include("allauth.urls")),
]

handler400 = "peersafe.errors.bad_request"
handler403 = "peersafe.errors.forbidden"
handler404 = "peersafe.errors.not_found"
handler500 = "peersafe.errors.server_error"
