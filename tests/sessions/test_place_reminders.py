"""Who has a place is reminded the day before: once, with their own link, and only where they have an address."""

from datetime import UTC, datetime, timedelta

import pytest

from lib import wall
from people.models import Organisation, PrivateLink
from reminders.models import Reminder
from sessions.actions import offers
from tests.sessions import gathered

HOUR = timedelta(hours=1)


def reminded(made: gathered.Circle) -> list[int]:
    """Who is reminded of the meeting, by number."""
    wall.enter(made.organisation.pk)
    rows = Reminder.objects.filter(object_id=made.meeting.pk, kind="session_tomorrow", state="waiting")
    found = set(rows.values_list("recipient_id", flat=True))
    return [number for number, member in enumerate(made.members) if member.peer_id in found]


@pytest.fixture
def made(ash: Organisation) -> gathered.Circle:
    """Three with an address, two with a place, a meeting in three days."""
    circle = gathered.circle(ash, ahead=timedelta(days=3))
    for number, member in enumerate(circle.members):
        gathered.reachable(member.peer)
        gathered.take(circle, number)
    return circle


def test_only_who_has_a_place_and_only_once(made: gathered.Circle) -> None:
    starts_at = made.meeting.starts_at
    assert offers.remind_due(now=starts_at - 25 * HOUR) == 0
    assert offers.remind_due(now=starts_at - 24 * HOUR) == 1
    assert offers.remind_due(now=starts_at - 23 * HOUR) == 0
    assert reminded(made) == [0, 1]
    links = Reminder.objects.filter(object_id=made.meeting.pk, link_id__isnull=False)
    assert set(links.values_list("link_id", flat=True)) == set(
        PrivateLink.objects.values_list("pk", flat=True)
    )


def test_who_says_so_on_the_last_day_knows_it(made: gathered.Circle) -> None:
    late = made.meeting.starts_at - 20 * HOUR
    gathered.give_back(made, 0, now=late)
    gathered.take(made, 2, now=late)
    offers.remind_due(now=late + HOUR)
    assert reminded(made) == [1]


def test_too_near_is_too_late(made: gathered.Circle) -> None:
    assert offers.remind_due(now=made.meeting.starts_at - 0.5 * HOUR) == 0


def test_nobody_without_an_address(ash: Organisation) -> None:
    made = gathered.circle(ash, ahead=timedelta(days=3))
    gathered.take(made, 0)
    assert offers.remind_due(now=made.meeting.starts_at - 23 * HOUR) == 0
    wall.enter(ash.pk)
    assert not PrivateLink.objects.exists()
    assert datetime.now(UTC) < made.meeting.starts_at
