"""Addresses of people, below /o/<slug>/. A name here is the name of its view and of its row in policies.ACCESS."""

from django.urls import URLPattern, path

from people.views import belonging, groups, invitations, peers, settings, team

app_name = "people"
urlpatterns: list[URLPattern] = [
    path("people/", peers.peer_list, name="peer_list"),
    path("people/add/", peers.peer_add, name="peer_add"),
    path("people/<uuid:peer_id>/", peers.peer, name="peer"),
    path("people/<uuid:peer_id>/edit/", peers.edit_peer, name="edit_peer"),
    path("people/<uuid:peer_id>/archive/", peers.archive_peer, name="archive_peer"),
    path("people/<uuid:peer_id>/restore/", peers.restore_peer, name="restore_peer"),
    path("groups/", groups.group_list, name="group_list"),
    path("groups/add/", groups.add_group, name="add_group"),
    path("groups/<uuid:group_id>/", groups.group, name="group"),
    path("groups/<uuid:group_id>/edit/", groups.edit_group, name="edit_group"),
    path("groups/<uuid:group_id>/restore/", groups.restore_group, name="restore_group"),
    path("groups/<uuid:group_id>/join/", belonging.join, name="join"),
    path("groups/members/<uuid:group_member_id>/leave/", belonging.leave, name="leave"),
    path("team/", team.team, name="team"),
    path("team/invite/", invitations.invite, name="invite"),
    path(
        "team/invitations/<uuid:invitation_id>/withdraw/",
        invitations.withdraw_invitation,
        name="withdraw_invitation",
    ),
    path("team/<uuid:membership_id>/", team.member, name="member"),
    path("team/<uuid:membership_id>/room/", team.set_room, name="set_room"),
    path("team/<uuid:membership_id>/supervision/", team.begin_supervision, name="begin_supervision"),
    path("team/supervision/<uuid:supervision_id>/end/", team.end_supervision, name="end_supervision"),
    path("organisation/", settings.organisation, name="organisation"),
]
# Below /p/<token>/join/: an invitation (peersafe.links leads there).
link_patterns: list[URLPattern] = [path("", invitations.accept, name="accept")]
