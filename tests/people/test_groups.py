"""Groups: made, edited, put away; who comes, who facilitates."""

from datetime import datetime
from typing import Any

import pytest
from django.test import Client

from audit.actions import Operator
from lib.ids import new_id
from lib.refusal import Refused
from people import policies
from people.actions import groups, members, peers
from people.models import Facilitator, Group, GroupMember, Organisation
from tests import factories
from tests.people.asking import FINE, NASTY, beside, follow, group_form, says, url, verbs


@pytest.fixture
def client(ash: Organisation) -> Client:
    """A coordinator's browser."""
    return factories.signed_in(factories.coordinator(ash))


# add_group, edit_group --------------------------------------------------------------------------------------


def test_add_a_group(client: Client) -> None:
    form = group_form(name="Tuesday", why="To meet", childcare="Yes", travel="Paid")
    answers = [client.post(url("add_group"), form) for _ in range(2)]
    assert answers[0]["Location"] == answers[1]["Location"]
    group = Group.objects.get()
    assert (group.name, group.for_whom, group.why, group.most_members) == (
        "Tuesday",
        "Everybody",
        "To meet",
        12,
    )
    assert verbs(group.pk) == ["people.add_group"]
    page = client.get(answers[0]["Location"])
    assert says(page, "Nobody facilitates. Two are better")
    assert says(page, "0 of 12 places taken")


@pytest.mark.parametrize("name", FINE)
def test_any_name(client: Client, name: str) -> None:
    client.post(url("add_group"), group_form(name=name))
    assert Group.objects.get().name == name


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *[("name", name) for name in ["", *NASTY]],
        ("for_whom", "x" * 301),
        ("most_members", "1"),
        ("most_members", "61"),
        ("most_members", "many"),
        ("most_members", "99999999999999999999"),
    ],
)
def test_wrong_facts(client: Client, field: str, value: str) -> None:
    answer = client.post(url("add_group"), group_form(**{"why": "as I typed it", field: value}))
    assert (answer.status_code, len(beside(answer, field)) >= 1) == (422, True)
    assert "as I typed it" in answer.content.decode()
    assert Group.objects.count() == 0


def edited(group: Group, **changes: Any) -> dict[str, str]:
    return group_form(once=None, **({"revision": group.revision, "name": group.name} | changes))


def test_edit_a_group_and_a_stale_page(ash: Organisation, client: Client) -> None:
    group = factories.group(ash)
    page = url("edit_group", group.pk)
    assert client.post(page, edited(group, name="Theirs")).status_code == 302
    answer = client.post(page, edited(group, name="Mine"))
    assert (answer.status_code, says(answer, "Theirs"), 'value="Mine"' in answer.content.decode()) == (
        422,
        True,
        True,
    )
    newest = answer.context["form"]["revision"].value()
    assert client.post(page, edited(group, name="Mine", revision=newest)).status_code == 302
    assert Group.objects.get().name == "Mine"


def test_no_fewer_places_than_people(ash: Organisation, client: Client, now: datetime) -> None:
    group = factories.group(ash)
    for _ in range(3):
        groups.join(group_id=group.pk, peer=factories.peer(ash), by=Operator(ash.pk), now=now)
    answer = client.post(url("edit_group", group.pk), edited(group, most_members=2))
    assert beside(answer, "most_members") == ["More people than that are in the group already."]
    assert Group.objects.get().most_members == 12


# archive_group, restore_group -------------------------------------------------------------------------------


def test_put_away_and_take_out(ash: Organisation, client: Client, now: datetime) -> None:
    group, by = factories.group(ash), Operator(ash.pk)
    groups.join(group_id=group.pk, peer=factories.peer(ash), by=by, now=now)
    groups.begin_facilitating(group_id=group.pk, membership=factories.supporter(ash), by=by, now=now)
    assert client.get(url("archive_group", group.pk)).status_code == 200
    assert Group.objects.get().state == "active"
    assert [client.post(url("archive_group", group.pk)).status_code for _ in range(2)] == [302, 422]
    assert GroupMember.objects.filter(left_at__isnull=True).count() == 0
    assert Facilitator.objects.filter(ends_at__isnull=True).count() == 0
    with pytest.raises(Refused, match="put away"):
        groups.join(group_id=group.pk, peer=factories.peer(ash), by=by, now=now)
    assert client.get(url("restore_group", group.pk)).status_code == 405
    client.post(url("restore_group", group.pk))
    assert Group.objects.get().state == "active"
    assert verbs(group.pk) == ["people.add_group", "people.archive_group", "people.restore_group"]


# join, leave ------------------------------------------------------------------------------------------------


def test_join_and_leave(ash: Organisation, client: Client) -> None:
    group, sam = factories.group(ash), factories.peer(ash, name="Sam")
    page = follow(client, client.post(url("join", group.pk), {"peer": sam.pk}))
    assert says(page, "Sam is in the group now.")
    assert says(page, "1 of 12 places taken")
    row = GroupMember.objects.get()
    assert client.get(url("leave", row.pk)).status_code == 405
    assert says(follow(client, client.post(url("leave", row.pk))), "They have left the group.")
    assert says(follow(client, client.post(url("leave", row.pk))), "They have left already.")
    assert verbs(row.pk) == ["people.join", "people.leave"]


def test_join_twice_and_too_many(ash: Organisation, client: Client, now: datetime) -> None:
    group, sam = factories.group(ash), factories.peer(ash)
    client.post(url("join", group.pk), {"peer": sam.pk})
    answer = client.post(url("join", group.pk), {"peer": sam.pk})
    assert beside(answer, "peer") == ["This person is in the group already."]
    Group.objects.update(most_members=2)
    client.post(url("join", group.pk), {"peer": factories.peer(ash).pk})
    answer = client.post(url("join", group.pk), {"peer": factories.peer(ash).pk})
    assert beside(answer, "peer") == ["All places are taken."]
    assert GroupMember.objects.count() == 2


def test_only_ones_own_people_join(ash: Organisation, elm: Organisation, client: Client) -> None:
    group = factories.group(ash)
    for wrong in (factories.peer(elm).pk, new_id(), "rubbish", "a\0b", ""):
        answer = client.post(url("join", group.pk), {"peer": wrong})
        assert beside(answer, "peer") == ["Please choose somebody from the list."]
    assert GroupMember.objects.count() == 0


def test_choosing_shows_25_and_searches(ash: Organisation, client: Client) -> None:
    group = factories.group(ash)
    for number in range(26):
        factories.peer(ash, name=f"Peer {number:02d}")
    last = factories.peer(ash, name="Zoë")
    assert len(client.get(url("join", group.pk)).context["form"].fields["peer"].choices) == 25
    found = client.get(url("join", group.pk), {"q": "zo"}).context["form"].fields["peer"].choices
    assert found == [(str(last.pk), "Zoë")]


# begin_facilitating, end_facilitating -----------------------------------------------------------------------


def test_facilitators_come_and_go(ash: Organisation, client: Client) -> None:
    group = factories.group(ash)
    page = url("begin_facilitating", group.pk)
    first, second = factories.supporter(ash), factories.supporter(ash)
    assert says(follow(client, client.post(page, {"membership": first.pk})), "One facilitator only.")
    assert not says(follow(client, client.post(page, {"membership": second.pk})), "One facilitator only.")
    assert beside(client.post(page, {"membership": first.pk}), "membership") == [
        "They facilitate this group already."
    ]
    row = Facilitator.objects.get(membership=first)
    assert client.get(url("end_facilitating", row.pk)).status_code == 405
    assert says(
        follow(client, client.post(url("end_facilitating", row.pk))), "They do not facilitate any more."
    )
    assert says(follow(client, client.post(url("end_facilitating", row.pk))), "This has ended already.")
    assert verbs(row.pk) == ["people.begin_facilitating", "people.end_facilitating"]


def test_who_has_left_cannot_facilitate(
    ash: Organisation, elm: Organisation, client: Client, now: datetime
) -> None:
    group, gone = factories.group(ash), factories.supporter(ash)
    members.end_membership(membership_id=gone.pk, by=Operator(ash.pk), now=now)
    answer = client.post(url("begin_facilitating", group.pk), {"membership": gone.pk})
    assert says(answer, "This is not possible any more.")
    theirs = client.post(url("begin_facilitating", group.pk), {"membership": factories.supporter(elm).pk})
    assert beside(theirs, "membership") == ["Please choose somebody from the list."]
    assert Facilitator.objects.count() == 0


# who sees what ----------------------------------------------------------------------------------------------


def test_facilitators_see_their_group_and_no_other(ash: Organisation, now: datetime) -> None:
    by, helper, lead = Operator(ash.pk), factories.supporter(ash), factories.supervisor(ash)
    mine, other = factories.group(ash, name="Mine"), factories.group(ash, name="Other")
    sam, kim = factories.peer(ash, name="Sam"), factories.peer(ash, name="Kim")
    for peer in (sam, kim):
        groups.join(group_id=mine.pk, peer=peer, by=by, now=now)
    peers.assign(peer=sam, supporter=helper, by=by, now=now)
    facilitator = groups.begin_facilitating(group_id=mine.pk, membership=helper, by=by, now=now)
    members.begin_supervision(supervisor_id=lead.pk, supporter_id=helper.pk, by=by, now=now)
    for row in (helper, lead):
        assert set(policies.groups_visible_to(factories.member(row))) == {mine}
    browser = factories.signed_in(helper)
    page = browser.get(url("group", mine.pk))
    assert [(row.name, bool(row.url)) for row in page.context["page"].members] == [
        ("Kim", False),
        ("Sam", True),
    ]
    assert browser.get(url("group", other.pk)).status_code == 404
    assert browser.post(url("join", mine.pk), {"peer": sam.pk}).status_code == 403
    groups.end_facilitating(facilitator_id=facilitator.pk, by=by, now=now)
    assert browser.get(url("group", mine.pk)).status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_list(
    ash: Organisation, client: Client, now: datetime, rows: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        fill(ash, now)
    client.get(url("group_list"))
    with django_assert_num_queries(SAVEPOINTS + 6):
        client.get(url("group_list"))


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_a_group(
    ash: Organisation, client: Client, now: datetime, rows: int, django_assert_num_queries: Any
) -> None:
    group = fill(ash, now, rows)
    client.get(url("group", group.pk))
    with django_assert_num_queries(SAVEPOINTS + 7):
        client.get(url("group", group.pk))


def fill(ash: Organisation, now: datetime, people: int = 1) -> Group:
    """A group with some who come and some who facilitate."""
    group, by = factories.group(ash), Operator(ash.pk)
    for _ in range(people):
        groups.join(group_id=group.pk, peer=factories.peer(ash), by=by, now=now)
        groups.begin_facilitating(group_id=group.pk, membership=factories.supporter(ash), by=by, now=now)
    return group


SAVEPOINTS = 2  # a test stands in a transaction already, so that a request's own becomes a savepoint
