"""The two think again before anybody has decided."""

import pytest

from audit.models import Event
from lib import wall
from people.models import Organisation
from reminders.models import Reminder
from tests import factories
from tests.people.asking import says
from tests.sessions import met


def test_taking_it_back(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.agreed(two)
    met.supervised(two)
    made = met.asked(two)
    client, url = factories.signed_in(two.supporter), f"/o/ash/extensions/{made.pk}/"
    assert says(client.get(f"{url}take-back/"), "need not decide any more")
    assert {client.post(f"{url}take-back/")["Location"] for _ in range(2)} == {url}
    made.refresh_from_db()
    assert (made.state, made.decided_by) == ("taken_back", f"member:{two.supporter.pk}")
    assert Event.objects.filter(verb="sessions.take_back_extension").count() == 1
    assert {row.state for row in Reminder.objects.filter(object_id=made.pk)} == {"cancelled"}


def test_not_once_it_is_decided(ash: Organisation) -> None:
    two = met.introduced(ash)
    met.agreed(two)
    made = met.granted(two)
    shown = factories.signed_in(two.supporter).post(f"/o/ash/extensions/{made.pk}/take-back/", follow=True)
    assert says(shown, "This has changed since you opened the page.")
    made.refresh_from_db()
    assert made.state == "granted"


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_else(ash: Organisation, elm: Organisation, method: str) -> None:
    two = met.introduced(ash)
    met.agreed(two)
    supervisor = met.supervised(two)
    made = met.asked(two)
    others = {
        supervisor: 403,
        two.coordinator: 403,
        factories.supporter(ash): 404,
        factories.supporter(elm): 404,
    }
    for row, status in others.items():
        wall.enter(ash.pk)
        url = f"/o/ash/extensions/{made.pk}/take-back/"
        assert getattr(factories.signed_in(row), method)(url).status_code == status
