"""A supervisor of the supporter says yes: never who asked, never somebody else's."""

from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Organisation
from reminders.models import Reminder
from sessions.actions import extensions, pairings
from sessions.models import Extension
from sessions.policies import can_grant_extension_extension
from tests import factories
from tests.people.asking import says
from tests.sessions import met


@pytest.fixture
def two(ash: Organisation) -> met.Two:
    """Two who agreed on six sessions."""
    made = met.introduced(ash)
    met.agreed(made)
    return made


def test_granting(two: met.Two) -> None:
    supervisor = met.supervised(two)
    made = met.asked(two)
    client, url = factories.signed_in(supervisor), f"/o/ash/extensions/{made.pk}/"
    assert says(client.get(f"{url}grant/"), "up to 12 sessions in all")
    made.refresh_from_db()
    assert made.state == "asked"
    answer = client.post(f"{url}grant/")
    assert (answer.status_code, answer["Location"]) == (302, url)
    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("granted", f"member:{supervisor.pk}")
    told = dict(Reminder.objects.filter(object_id=made.pk).values_list("recipient_id", "state"))
    assert told == {supervisor.pk: "cancelled", two.supporter.pk: "waiting"}
    event = Event.objects.get(verb="sessions.grant_extension")
    assert (event.object_id, event.detail) == (str(made.pk), {})
    assert says(factories.signed_in(two.supporter).get(two.url()), "A supervisor said yes")


def test_pressed_twice(two: met.Two) -> None:
    supervisor = met.supervised(two)
    made = met.asked(two)
    client, url = factories.signed_in(supervisor), f"/o/ash/extensions/{made.pk}/grant/"
    assert {client.post(url).status_code for _ in range(2)} == {302}
    assert Event.objects.filter(verb="sessions.grant_extension").count() == 1
    assert client.get(url)["Location"] == f"/o/ash/extensions/{made.pk}/"


def test_another_supervisor_was_quicker(two: met.Two) -> None:
    first, second = met.supervised(two), met.supervised(two)
    made = met.asked(two)
    extensions.decline_extension(extension_id=made.pk, by=factories.member(first), now=met.START)
    shown = factories.signed_in(second).post(f"/o/ash/extensions/{made.pk}/grant/", follow=True)
    assert says(shown, "This has changed since you opened the page.")
    made.refresh_from_db()
    assert made.state == "declined"


def test_nobody_grants_their_own(two: met.Two) -> None:
    """Not in the policy, and not in the database, whoever they have become since."""
    supervisor = met.supervised(two)
    member = factories.member(supervisor)
    made = met.asked(two)
    made.asked_by = member.actor
    assert not can_grant_extension_extension(member, made)
    Extension.objects.filter(pk=made.pk).update(asked_by=member.actor)
    assert factories.signed_in(supervisor).post(f"/o/ash/extensions/{made.pk}/grant/").status_code == 403
    with pytest.raises(IntegrityError, match="sessions_extension_decided"), transaction.atomic():
        extensions.grant_extension(extension_id=made.pk, by=member, now=met.START)


def test_not_after_the_end(two: met.Two, now: datetime) -> None:
    supervisor = met.supervised(two)
    made = met.asked(two)
    pairings.end(pairing_id=two.pairing.pk, by=factories.member(two.coordinator), now=now)
    with pytest.raises(Refused, match="has ended"):
        extensions.grant_extension(
            extension_id=made.pk, by=factories.member(supervisor), now=now + timedelta(hours=1)
        )
    client = factories.signed_in(supervisor)
    assert says(client.post(f"/o/ash/extensions/{made.pk}/grant/", follow=True), "This pairing has ended.")


@pytest.mark.parametrize("verb", ["grant", "decline"])
@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else(two: met.Two, elm: Organisation, verb: str, method: str) -> None:
    met.supervised(two)
    made = met.asked(two)
    others = {
        two.supporter: 403,
        two.coordinator: 403,
        factories.supervisor(two.organisation): 404,
        factories.supervisor(elm): 404,
    }
    for row, status in others.items():
        wall.enter(two.organisation.pk)
        url = f"/o/ash/extensions/{made.pk}/{verb}/"
        assert getattr(factories.signed_in(row), method)(url).status_code == status
    wall.enter(two.organisation.pk)
    made.refresh_from_db()
    assert made.state == "asked"


def test_one_that_is_not_there(two: met.Two) -> None:
    client = factories.signed_in(met.supervised(two))
    assert client.post(f"/o/ash/extensions/{new_id()}/grant/").status_code == 404
