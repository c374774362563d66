"""Workers killed outright while they send 1,000 reminders: nothing lost, and repeats are known as repeats."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from lib.sealing.models import new_key
from peersafe.local.places import say
from peersafe.local.processes import Child, Household
from reminders.actions import schedule, set_address
from reminders.models import Message, Reminder
from reminders.wake import wake
from tests import factories, processes
from tests.faults import letters
from tests.faults.rows import Row

DOMAIN = "killed.example.org"
ORGANISATIONS, EACH, KILLS = 4, 250, 10
DUE = ORGANISATIONS * EACH
IN_FLIGHT = 2  # processes of one worker, each with one mail under way
MOST_SECONDS = 90  # from the last restart until everybody has their mail
NO_MORE_KILLS_AFTER = 70  # seconds; the whole row stays below three minutes


@dataclass
class Crew:
    """Two workers, which are killed and started again."""

    household: Household
    workers: list[Child]
    started: int = 0

    def start(self) -> Child:
        """One more worker."""
        self.started += 1
        return processes.start_worker(self.household, name=f"worker-{self.started}", concurrency=IN_FLIGHT)

    def kill(self, number: int) -> None:
        """Kill a worker with all its processes, without warning; a new one takes its place."""
        child = self.workers[number]
        os.killpg(child.popen.pid, signal.SIGKILL)
        self.household.end([child])
        self.workers[number] = self.start()


def run(name: str, household: Household) -> Row:
    """Make the reminders, kill workers while they go out, and count."""
    organisations = [_organisation(f"killed-{number}") for number in range(ORGANISATIONS)]
    _start_clock(household)
    crew = Crew(household, [])
    crew.workers = [crew.start(), crew.start()]
    with _waking_often():
        kills = _kill_while_sending(crew)
    restarted = time.monotonic()
    recovered = _wait_for_all(household, restarted)
    lost, post = _lost(organisations), letters.read(DOMAIN)
    say(f"{kills} kills; {post.repeats} repeats with a known Message-ID, {post.true_doubles} without")
    allowed = kills * IN_FLIGHT
    return Row(
        name=name,
        tried=f"{DUE} reminders of {ORGANISATIONS} organisations, {kills} kills of 2 workers",
        lost=lost,
        doubled=post.repeats + post.true_doubles,
        recovered_s=round(recovered, 1),
        goal=f">= {KILLS // 2} kills; 0 lost; <= {allowed} repeats, all with a known Message-ID; <= {MOST_SECONDS} s",
        holds=(
            kills >= KILLS // 2
            and lost == 0
            and post.repeats <= allowed
            and post.true_doubles == 0
            and recovered <= MOST_SECONDS
        ),
    )


def _organisation(slug: str) -> UUID:
    """An organisation with reminders that are due."""
    now = timezone.now()
    with transaction.atomic():
        organisation_id = factories.organisation(slug).pk
        key = new_key(organisation_id)
        by = Operator(organisation_id)
        for number in range(EACH):
            recipient_id = new_id()
            address = f"{slug}-{number}@{DOMAIN}"
            set_address(
                recipient_id=recipient_id,
                address=address,
                data_key=key,
                language="en-gb",
                zone="Europe/London",
                by=by,
                now=now,
            )
            _remind(recipient_id, by, now)
    return organisation_id


def _remind(recipient_id: UUID, by: Operator, now: datetime) -> None:
    schedule(
        kind="session_tomorrow",
        object_id=new_id(),
        recipient_id=recipient_id,
        due_at=now,
        about_at=now + timedelta(days=1),
        sender_name="Planner",
        by=by,
        now=now,
    )


def _start_clock(household: Household) -> None:
    """The real clock process, waking a worker each half minute."""
    schedule_file = processes.folder() / "beat-of-faults"
    command = [sys.executable, "-m", "celery", "-A", "peersafe", "beat", "--schedule", str(schedule_file)]
    household.start("beat", [*command, "--pidfile", ""], env=processes.environment())


@contextmanager
def _waking_often() -> Iterator[None]:
    """Somebody books something every second, so that the kills need not wait for the clock."""
    done = threading.Event()

    def go_on() -> None:
        while not done.wait(1):
            wake()

    thread = threading.Thread(target=go_on)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def _kill_while_sending(crew: Crew) -> int:
    """Kill one worker after the other, each when some more mails have gone out; how many were killed."""
    chance = SystemRandom()
    until = time.monotonic() + NO_MORE_KILLS_AFTER
    for kill in range(KILLS):
        wanted = letters.count() + chance.randint(1, 15)
        while letters.count() < wanted:
            if time.monotonic() > until:
                return kill
            crew.household.check()
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.1))  # or it would always be the moment after a mail was taken over
        crew.kill(kill % len(crew.workers))
    return KILLS


def _wait_for_all(household: Household, since: float) -> float:
    """Seconds until everybody has their mail; stops waiting well after the goal."""
    while len(letters.read(DOMAIN).people) < DUE and time.monotonic() < since + MOST_SECONDS + 30:
        household.check()
        time.sleep(0.5)
    took = time.monotonic() - since
    time.sleep(2)  # a repeat would come now
    return took


def _lost(organisations: list[UUID]) -> int:
    """Reminders whose mail did not arrive, or of which the database does not say that it was taken over."""
    arrived = letters.read(DOMAIN).ids
    good = 0
    for organisation_id in organisations:
        with wall.inside(organisation_id):
            handed_over = Reminder.objects.filter(state="handed_over").count()
            accepted = Message.objects.filter(state="accepted").values_list("pk", flat=True)
            good += min(handed_over, sum(f"<{pk}@example.org>" in arrived for pk in accepted))
    return DUE - good
