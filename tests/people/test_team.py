"""The team: room, supervision, endings."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from audit.actions import Operator
from lib.refusal import Refused
from people import policies
from people.actions import groups, members, peers
from people.models import Assignment, Facilitator, Membership, Organisation, Supervision
from reminders.queries import address_of
from tests import factories
from tests.people.asking import beside, follow, says, url, verbs

SAVEPOINTS = 2  # a test stands in a transaction already, so that a request's own becomes a savepoint


@pytest.fixture
def boss(ash: Organisation) -> Membership:
    """The only coordinator."""
    return factories.coordinator(ash)


@pytest.fixture
def client(boss: Membership) -> Client:
    """A coordinator's browser."""
    return factories.signed_in(boss)


def sign_in(client: Client, row: Membership) -> None:
    """As a person does it, so that the sign-in is in the person's list."""
    row.user.set_password("a-quiet-walk")
    row.user.save()
    EmailAddress.objects.create(user=row.user, email=row.user.email, verified=True, primary=True)
    Authenticator.objects.filter(user=row.user).delete()
    answer = client.post(reverse("account_login"), {"login": row.user.email, "password": "a-quiet-walk"})
    assert answer.status_code == 302


def test_a_member_can_be_reminded(ash: Organisation, boss: Membership) -> None:
    assert address_of(boss.pk, boss.data_key) == boss.user.email


# team, member -----------------------------------------------------------------------------------------------


def test_the_team_by_role(ash: Organisation, elm: Organisation, client: Client, now: datetime) -> None:
    helper, lead = factories.supporter(ash), factories.supervisor(ash)
    factories.supporter(elm)
    for _ in range(3):
        peers.assign(peer=factories.peer(ash), supporter=helper, by=Operator(ash.pk), now=now)
    rows = client.get(url("team")).context["page"].rows
    assert [(row.role, row.room) for row in rows] == [
        ("Coordinator", ""),
        ("Supervisor", ""),
        ("Peer supporter", "3 of 5 people"),
    ]
    only = client.get(url("team"), {"role": "supervisor"}).context["page"].rows
    assert [row.url for row in only] == [url("member", lead.pk)]
    assert len(client.get(url("team"), {"role": "king"}).context["page"].rows) == 3


def test_supervisors_see_their_own(ash: Organisation, now: datetime) -> None:
    lead, mine, other = factories.supervisor(ash), factories.supporter(ash), factories.supporter(ash)
    members.begin_supervision(supervisor_id=lead.pk, supporter_id=mine.pk, by=Operator(ash.pk), now=now)
    assert set(policies.memberships_visible_to(factories.member(lead))) == {lead, mine}
    browser = factories.signed_in(lead)
    assert browser.get(url("member", mine.pk)).status_code == 200
    assert browser.get(url("member", other.pk)).status_code == 404
    assert browser.post(end_url(mine)).status_code == 403
    assert factories.signed_in(mine).get(url("team")).status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_the_team(
    ash: Organisation, client: Client, now: datetime, rows: int, django_assert_num_queries: Any
) -> None:
    for _ in range(rows):
        peers.assign(
            peer=factories.peer(ash), supporter=factories.supporter(ash), by=Operator(ash.pk), now=now
        )
    client.get(url("team"))
    with django_assert_num_queries(SAVEPOINTS + 6):
        client.get(url("team"))


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_of_a_member(
    ash: Organisation, client: Client, now: datetime, rows: int, django_assert_num_queries: Any
) -> None:
    helper, by = factories.supporter(ash), Operator(ash.pk)
    for _ in range(rows):
        lead = factories.supervisor(ash)
        members.begin_supervision(supervisor_id=lead.pk, supporter_id=helper.pk, by=by, now=now)
        peers.assign(peer=factories.peer(ash), supporter=helper, by=by, now=now)
    client.get(url("member", helper.pk))
    with django_assert_num_queries(SAVEPOINTS + 6):
        client.get(url("member", helper.pk))


# set_room ---------------------------------------------------------------------------------------------------


def test_set_room(ash: Organisation, client: Client) -> None:
    helper = factories.supporter(ash)
    client.post(url("set_room", helper.pk), {"most_peers": "3"})
    helper.refresh_from_db()
    assert (helper.most_peers, verbs(helper.pk)[-1]) == (3, "people.set_room")


@pytest.mark.parametrize("typed", ["", "-1", "41", "three", "1\0", "9" * 30, "2.5"])
def test_no_such_room(ash: Organisation, client: Client, typed: str) -> None:
    helper = factories.supporter(ash)
    answer = client.post(url("set_room", helper.pk), {"most_peers": typed})
    assert (answer.status_code, len(beside(answer, "most_peers"))) == (422, 1)
    assert Membership.objects.get(pk=helper.pk).most_peers == 5


def test_only_supporters_have_room(ash: Organisation, client: Client, boss: Membership) -> None:
    answer = client.post(url("set_room", boss.pk), {"most_peers": "3"})
    assert beside(answer, "most_peers") == ["Only a peer supporter who works here has room for others."]


# supervision ------------------------------------------------------------------------------------------------


def test_supervision_from_either_side(ash: Organisation, client: Client) -> None:
    lead, helper, other = factories.supervisor(ash), factories.supporter(ash), factories.supporter(ash)
    client.post(url("begin_supervision", helper.pk), {"other": lead.pk})
    client.post(url("begin_supervision", lead.pk), {"other": other.pk})
    pairs = Supervision.objects.order_by("pk").values_list("supervisor", "supporter")
    assert list(pairs) == [(lead.pk, helper.pk), (lead.pk, other.pk)]
    again = client.post(url("begin_supervision", helper.pk), {"other": lead.pk})
    assert beside(again, "other") == ["They are together already."]
    row = Supervision.objects.earliest("pk")
    assert client.get(url("end_supervision", row.pk)).status_code == 405
    assert says(follow(client, client.post(url("end_supervision", row.pk))), "Ended.")
    assert says(follow(client, client.post(url("end_supervision", row.pk))), "This has ended already.")
    assert verbs(row.pk) == ["people.begin_supervision", "people.end_supervision"]


def test_the_wrong_two(ash: Organisation, elm: Organisation, client: Client, now: datetime) -> None:
    helper, gone = factories.supporter(ash), factories.supervisor(ash)
    members.end_membership(membership_id=gone.pk, by=Operator(ash.pk), now=now)
    page = url("begin_supervision", helper.pk)
    roles = "A supervisor supports a peer supporter; please choose one of each."
    for wrong, words in [
        (factories.supporter(ash).pk, roles),
        (helper.pk, roles),
        (gone.pk, "One of the two no longer works here."),
        (factories.supervisor(elm).pk, "Please choose somebody from the list."),
        ("rubbish", "Please choose somebody from the list."),
    ]:
        assert beside(client.post(page, {"other": wrong}), "other") == [words]
    assert Supervision.objects.count() == 0


def end_url(row: Membership) -> str:
    """Where a membership is ended: above people, for pairings end with it."""
    return reverse("sessions:end_membership", args=["ash", row.pk])


# end_membership ---------------------------------------------------------------------------------------------


def test_ending_takes_everything_along(ash: Organisation, client: Client, now: datetime) -> None:
    helper, lead, by = factories.supporter(ash), factories.supervisor(ash), Operator(ash.pk)
    peers.assign(peer=factories.peer(ash), supporter=helper, by=by, now=now)
    group = factories.group(ash)
    groups.begin_facilitating(group_id=group.pk, membership=helper, by=by, now=now)
    members.begin_supervision(supervisor_id=lead.pk, supporter_id=helper.pk, by=by, now=now)
    assert says(client.get(end_url(helper)), "One person they support is without a supporter.")
    assert Membership.objects.get(pk=helper.pk).ends_at is None
    assert [client.post(end_url(helper)).status_code for _ in range(2)] == [302, 422]
    for model in (Assignment, Facilitator, Supervision):
        assert model.objects.filter(ends_at__isnull=True).count() == 0
    assert verbs(helper.pk).count("people.end_membership") == 1


def test_the_next_request_is_not_there(ash: Organisation, boss: Membership, now: datetime) -> None:
    helper, theirs, elsewhere = factories.supporter(ash), Client(), Client()
    sign_in(theirs, helper)
    sign_in(elsewhere, boss)
    assert theirs.get(url("peer_list")).status_code == 200
    before = Session.objects.count()
    members.end_membership(membership_id=helper.pk, by=factories.member(boss), now=now)
    assert Session.objects.count() == before - 1
    assert theirs.get(url("peer_list"))["Location"].startswith("/account/login/")
    again = factories.signed_in(helper)
    assert again.get(url("peer_list")).status_code == 404
    assert elsewhere.get("/").status_code == 302


def test_ending_ones_own(ash: Organisation, boss: Membership) -> None:
    factories.coordinator(ash)
    browser = Client()
    sign_in(browser, boss)
    Authenticator.objects.create(user=boss.user, type="totp", data={})
    assert says(browser.get(end_url(boss)), "End your own membership?")
    answer = browser.post(end_url(boss))
    assert (answer.status_code, answer["Location"]) == (302, "/account/login/")
    assert browser.get(url("team"))["Location"].startswith("/account/login/")


def test_the_last_coordinator_stays(
    ash: Organisation, elm: Organisation, client: Client, boss: Membership
) -> None:
    factories.coordinator(elm)
    answer = client.post(end_url(boss))
    assert (answer.status_code, says(answer, "This is your only coordinator.")) == (422, True)
    assert Membership.objects.get(pk=boss.pk).ends_at is None


def test_one_who_left_does_not_count(ash: Organisation, boss: Membership, now: datetime) -> None:
    second = factories.coordinator(ash)
    members.end_membership(membership_id=second.pk, by=Operator(ash.pk), now=now)
    with pytest.raises(Refused, match="only coordinator"):
        members.end_membership(membership_id=boss.pk, by=Operator(ash.pk), now=now + timedelta(hours=1))
