"""A supervisor says no: what is agreed stays as it is, and the two may ask again."""

import pytest

from audit.models import Event
from people.models import Organisation
from reminders.models import Reminder
from sessions.actions import extensions
from sessions.models import Extension
from tests import factories
from tests.people.asking import says
from tests.sessions import met


def test_declining(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.agreed(two)
    supervisor = met.supervised(two)
    made = met.asked(two)
    client, url = factories.signed_in(supervisor), f"/o/ash/extensions/{made.pk}/"
    assert says(client.get(f"{url}decline/"), "no reason is kept here")
    assert {client.post(f"{url}decline/")["Location"] for _ in range(2)} == {url}
    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("declined", f"member:{supervisor.pk}")
    assert Event.objects.filter(verb="sessions.decline_extension").count() == 1
    assert Reminder.objects.filter(object_id=made.pk, recipient_id=two.supporter.pk).exists()
    assert says(factories.signed_in(two.supporter).get(url), "A supervisor said no")
    again = met.asked(two)
    assert sorted(Extension.objects.values_list("state", flat=True)) == ["asked", "declined"]
    assert again.pk != made.pk


@pytest.mark.parametrize("first", ["grant_extension", "take_back_extension"])
def test_not_what_is_settled(ash: Organisation, first: str) -> None:
    two = met.introduced(ash)
    met.agreed(two)
    supervisor = met.supervised(two)
    made = met.asked(two)
    by = factories.member(supervisor if first == "grant_extension" else two.supporter)
    getattr(extensions, first)(extension_id=made.pk, by=by, now=met.START)
    client = factories.signed_in(supervisor)
    shown = client.post(f"/o/ash/extensions/{made.pk}/decline/", follow=True)
    assert says(shown, "This has changed since you opened the page.")
    assert client.get(f"/o/ash/extensions/{made.pk}/decline/").status_code == 302
