"""Every address. Each app's own stand below /o/<slug>/, private links below /p/<token>/."""

from django.urls import URLPattern, URLResolver, include, path

import people.urls
import sessions.urls
from peersafe import access_page, health, help, home, leave, links, mailbox, trail
from people.views.settings import profile

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home_choice, name="home_choice"),
    path("healthz", health.healthz, name="healthz"),
    path("mailbox/", mailbox.mailbox, name="mailbox"),
    path("mailbox/<str:key>/", mailbox.mailbox_letter, name="mailbox_letter"),
    path("leave/", leave.leave, name="leave"),
    path("help/", help.help_now, name="help_now"),
    path("o/<slug:slug>/", home.home, name="home"),
    path("o/<slug:slug>/help/", help.organisation_help, name="organisation_help"),
    path("o/<slug:slug>/trail/", trail.trail, name="trail"),
    path("o/<slug:slug>/who-may-do-what/", access_page.who_may, name="who_may"),
    path("o/<slug:slug>/", include("people.urls")),
    path("o/<slug:slug>/", include("sessions.urls")),
    path("o/<slug:slug>/", include("venues.urls")),
    path("p/<str:token>/", links.open_link, name="open_link"),
    path("p/<str:token>/join/", include((people.urls.link_patterns, "join"))),
    path("p/<str:token>/session/", include((sessions.urls.link_patterns, "link"))),
    path("p/<str:token>/meetings/", include((sessions.urls.group_link_patterns, "meetings"))),
    path("p/<str:token>/mine/", include((sessions.urls.own_page_patterns, "mine"))),
    path("p/<str:token>/", include((sessions.urls.calendar_patterns, "calendar"))),
    path("account/profile/", profile, name="profile"),
    path("account/", include("allauth.urls")),
]

handler400 = "peersafe.errors.bad_request"
handler403 = "peersafe.errors.forbidden"
handler404 = "peersafe.errors.not_found"
handler500 = "peersafe.errors.server_error"
