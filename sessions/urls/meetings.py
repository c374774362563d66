"""Addresses of meetings."""

from django.urls import URLPattern, path

from sessions.views import groups, meetings, series

patterns: list[URLPattern] = [
    path("groups/<uuid:group_id>/meetings/", meetings.meetings, name="meetings"),
    path("groups/<uuid:group_id>/meetings/plan/", meetings.plan_meeting, name="plan_meeting"),
    path("groups/<uuid:group_id>/series/plan/", series.plan_series, name="plan_series"),
    path("meetings/<uuid:peer_session_id>/", meetings.meeting, name="meeting"),
    path("meetings/<uuid:peer_session_id>/move/", meetings.move_meeting, name="move_meeting"),
    path("meetings/<uuid:peer_session_id>/cancel/", meetings.cancel_meeting, name="cancel_meeting"),
    path("meetings/<uuid:peer_session_id>/step-in/", meetings.step_in, name="step_in"),
    path("meetings/<uuid:peer_session_id>/step-out/", meetings.step_out, name="step_out"),
    path("groups/<uuid:group_id>/archive/", groups.archive_group, name="archive_group"),
    path("groups/<uuid:group_id>/facilitators/", groups.begin_facilitating, name="begin_facilitating"),
    path("groups/facilitators/<uuid:facilitator_id>/end/", groups.end_facilitating, name="end_facilitating"),
    path("series/<uuid:series_id>/", series.series, name="series"),
    path("series/<uuid:series_id>/change/", series.change_series, name="change_series"),
    path("series/<uuid:series_id>/end/", series.end_series, name="end_series"),
]
# Below /p/<token>/meetings/: a group's member on their own phone.
link_patterns: list[URLPattern] = []
