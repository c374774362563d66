"""The whole way with a real worker, a real broker and the mail server of this run."""

import mailbox
import os
import subprocess
import sys
import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from reminders.actions import schedule, send_now
from reminders.models import Delivery, Message
from tests import factories, processes
from tests.reminders.conftest import MakeRecipient

pytestmark = pytest.mark.django_db(transaction=True)
SOON = 20  # seconds within which a woken worker must have sent


def wait_for(what: Callable[[], bool]) -> None:
    until = time.monotonic() + SOON
    while not what():
        assert time.monotonic() < until
        time.sleep(0.05)


def arrived(address: str) -> list[mailbox.MaildirMessage]:
    return [mail for mail in mailbox.Maildir(os.environ["PEERSAFE_MAILBOX"]) if mail["To"] == address]


def test_from_the_reminder_to_the_letter_box(recipient: MakeRecipient) -> None:
    now = timezone.now()
    with transaction.atomic():
        oak = factories.organisation("oak")
    address = f"sam-{new_id()}@example.org"
    to = recipient(oak, address)
    with processes.household("reminders") as household:
        processes.start_worker(household)
        with wall.inside(oak.pk):
            schedule(
                kind="session_tomorrow",
                object_id=new_id(),
                recipient_id=to,
                due_at=now,
                about_at=now + timedelta(days=1),
                sender_name="Planner",
                by=Operator(oak.pk),
                now=now,
            )
            send_now(  # wakes the worker when this transaction commits
                kind="session_booked",
                object_id=new_id(),
                recipient_id=to,
                sender_name="Planner",
                by=Operator(oak.pk),
                now=now,
            )

        def recorded() -> bool:
            with wall.inside(oak.pk):
                return Delivery.objects.filter(outcome="accepted").count() == 2

        wait_for(recorded)
    mails = arrived(address)
    assert sorted(mail["Subject"] for mail in mails) == ["A reminder", "Your appointment"]
    with wall.inside(oak.pk):
        assert {mail["Message-ID"] for mail in mails} == {
            f"<{pk}@example.org>" for pk in Message.objects.values_list("pk", flat=True)
        }


def test_a_dead_broker_stops_nobody() -> None:
    code = "import django; django.setup(); from reminders.wake import wake; wake()"
    env = {**os.environ, "REDIS_URL": "redis://127.0.0.1:1/0"}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, timeout=SOON)
    assert done.returncode == 0
    assert "The broker does not answer (OperationalError)" in done.stderr
