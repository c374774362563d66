"""A supporter leaves: their pairings end, sessions to come are called off, nothing is left to be sent."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse

from people.models import Assignment, Organisation, Role
from reminders.models import Reminder
from reminders.states import WAITING
from sessions.actions.leaving import end_membership
from sessions.models import Hold, Pairing, PeerSession
from tests import factories
from tests.sessions import booked


def test_nothing_outlives_the_one_who_leaves(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    boss = factories.member(factories.coordinator(ash))
    end_membership(membership_id=found.pairing.supporter_id, by=boss, now=row.starts_at - timedelta(days=2))
    assert Pairing.objects.get().state == "ended"
    assert PeerSession.objects.get().state == "cancelled"
    assert not Hold.objects.filter(released_at__isnull=True).exists()
    assert not Assignment.objects.filter(ends_at__isnull=True).exists()
    assert not Reminder.objects.filter(state=WAITING).exists()


@pytest.mark.parametrize("role", [Role.SUPPORTER, Role.SUPERVISOR])
def test_only_a_coordinator_ends_it(ash: Organisation, role: Role) -> None:
    other = factories.membership(ash, role)
    client: Client = factories.signed_in(factories.membership(ash, role))
    assert client.post(reverse("sessions:end_membership", args=["ash", other.pk])).status_code == 403
