"""Addresses of places in meetings, of who came, of notes; and of the link to a group's meetings."""

from django.urls import URLPattern, path

from sessions.views import attendance, group_links, meeting_notes, places

MEETING = "meetings/<uuid:peer_session_id>/"
PLACE = f"{MEETING}places/<uuid:group_member_id>/"
LINK = "group-members/<uuid:group_member_id>/link/"

patterns: list[URLPattern] = [
    path(f"{PLACE}take/", places.take_place, name="take_place"),
    path(f"{PLACE}wait/", places.await_place, name="await_place"),
    path(f"{PLACE}give-back/", places.give_back, name="give_back"),
    path(f"{MEETING}places/everybody/", places.give_places, name="give_places"),
    path(f"{MEETING}ready/", attendance.ready, name="ready"),
    path(f"{MEETING}attendance/", attendance.attendance, name="attendance"),
    path(f"{MEETING}note/", meeting_notes.meeting_note, name="meeting_note"),
    path(f"{MEETING}note/draft/", meeting_notes.meeting_note_draft, name="meeting_note_draft"),
    path(f"{MEETING}note/read/", meeting_notes.read_meeting_note, name="read_meeting_note"),
    path(LINK, group_links.make_group_link, name="make_group_link"),
    path(f"{LINK}revoke/", group_links.revoke_group_link, name="revoke_group_link"),
]
# Below /p/<token>/meetings/: a group's member on their own phone.
link_patterns: list[URLPattern] = [
    path("", group_links.coming, name="coming"),
    path("take/", group_links.take_place, name="take_place"),
    path("wait/", group_links.await_place, name="await_place"),
    path("give-back/", group_links.give_back, name="give_back"),
]
