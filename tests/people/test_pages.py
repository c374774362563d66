"""Every page of people answers for each role as the matrix says."""

from django.urls import reverse

from people.models import Organisation
from tests import factories


def test_pages_of_a_coordinator(ash: Organisation) -> None:
    boss = factories.coordinator(ash)
    helper = factories.supporter(ash)
    lead = factories.supervisor(ash)
    sam = factories.peer(ash)
    group = factories.group(ash)
    client = factories.signed_in(boss)
    for name, args in [
        ("home", []),
        ("people:peer_list", []),
        ("people:peer_add", []),
        ("people:peer", [sam.pk]),
        ("people:edit_peer", [sam.pk]),
        ("people:archive_peer", [sam.pk]),
        ("people:group_list", []),
        ("people:add_group", []),
        ("people:group", [group.pk]),
        ("people:edit_group", [group.pk]),
        ("sessions:archive_group", [group.pk]),
        ("people:join", [group.pk]),
        ("sessions:begin_facilitating", [group.pk]),
        ("people:team", []),
        ("people:invite", []),
        ("people:member", [helper.pk]),
        ("people:member", [lead.pk]),
        ("people:member", [boss.pk]),
        ("people:set_room", [helper.pk]),
        ("sessions:end_membership", [helper.pk]),
        ("people:begin_supervision", [helper.pk]),
        ("people:begin_supervision", [lead.pk]),
        ("people:organisation", []),
    ]:
        answer = client.get(reverse(name, args=["ash", *args]))
        assert answer.status_code == 200, name
    assert client.get("/account/profile/").status_code == 200
    assert client.get("/").status_code == 302
