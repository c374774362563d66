"""The demo: the promised numbers, through the real actions, in time, and whole in the trail."""

import io
import time
from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from lib import wall
from peersafe.demo.load import load
from people import door
from people.models import Group, Membership, Organisation, Peer
from reminders.models import Reminder
from sessions.models import Agreement, PeerSession, SessionLog

NOW = datetime(2026, 11, 18, 12, 0, tzinfo=UTC)
SECONDS = 60


@pytest.mark.django_db(transaction=True)
def test_a_believable_year() -> None:
    began = time.process_time()
    load(now=NOW, out=io.StringIO())
    assert time.process_time() - began < SECONDS
    organisations = {}
    for organisation_id in door.organisation_ids():
        with wall.inside(organisation_id):
            organisations[Organisation.objects.get().slug] = organisation_id
    with wall.inside(organisations["rowan"]):
        roles = list(Membership.objects.values_list("role", flat=True))
        assert [roles.count(role) for role in ("coordinator", "supporter", "supervisor")] == [3, 12, 3]
        assert (Peer.objects.count(), Group.objects.count()) == (60, 6)
        assert PeerSession.objects.filter(pairing__isnull=False).count() == 900
        assert PeerSession.objects.filter(group__isnull=False).count() > 60
        assert SessionLog.objects.count() > 600
        assert Agreement.objects.filter(state="in_force").exists()
        assert not Reminder.objects.filter(state="waiting", about_at__lt=NOW).exists()
    assert set(organisations) == {"rowan", "other"}
    call_command("verify_audit", stdout=io.StringIO())
