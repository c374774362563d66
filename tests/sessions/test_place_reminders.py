"""Who has a place is reminded the day before: once, with their own link, and only where they have an address."""

from datetime import UTC, datetime, timedelta

import pytest

from lib import wall
from people.models import Organisation, PrivateLink
from reminders.models import Message, Reminder
from sessions.actions import group_links, meetings, offers
from sessions.actions.meeting_time import Where
from tests import factories
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


# A link that was ended: their phone or their mail may be in other hands --------------------------------------------


def ended(made: gathered.Circle, number: int) -> None:
    """Somebody's link was made, and ended by hand."""
    gathered.link(made, number)
    by = factories.member(made.facilitator)
    group_links.revoke_group_link(group_member_id=made.members[number].pk, by=by, now=datetime.now(UTC))


def links_of(made: gathered.Circle, number: int) -> int:
    """How many links somebody ever had."""
    return PrivateLink.objects.filter(object_id=made.members[number].pk).count()


def test_a_reminder_brings_nobody_a_link_that_was_ended(made: gathered.Circle) -> None:
    ended(made, 0)
    offers.remind_due(now=made.meeting.starts_at - 24 * HOUR)
    assert reminded(made) == [0, 1]
    rows = Reminder.objects.filter(object_id=made.meeting.pk, kind="session_tomorrow")
    assert rows.get(recipient_id=made.members[0].peer_id).link_id is None
    assert rows.get(recipient_id=made.members[1].peer_id).link_id is not None
    assert links_of(made, 0) == 1


def test_a_new_one_made_by_hand_goes_along_again(made: gathered.Circle) -> None:
    ended(made, 0)
    gathered.link(made, 0)
    offers.remind_due(now=made.meeting.starts_at - 24 * HOUR)
    row = Reminder.objects.get(object_id=made.meeting.pk, recipient_id=made.members[0].peer_id)
    assert row.link_id == PrivateLink.objects.get(object_id=made.members[0].pk, revoked_at=None).pk
    assert links_of(made, 0) == 2


def test_a_link_that_ran_out_is_followed_by_another(made: gathered.Circle) -> None:
    gathered.link(made, 0)
    PrivateLink.objects.filter(object_id=made.members[0].pk).update(expires_at=made.meeting.starts_at)
    offers.remind_due(now=made.meeting.starts_at - 24 * HOUR)
    assert links_of(made, 0) == 2


def test_a_place_is_offered_without_a_mail(made: gathered.Circle) -> None:
    ended(made, 2)
    gathered.wait(made, 2)
    gathered.give_back(made, 0)
    assert made.states()[2] == "offered"
    assert not Message.objects.filter(kind="place_offered").exists()
    assert links_of(made, 2) == 1


def test_a_move_is_told_without_a_link(made: gathered.Circle) -> None:
    ended(made, 0)
    meetings.move_meeting(
        peer_session_id=made.meeting.pk,
        sequence=made.meeting.sequence,
        starts_at=made.meeting.starts_at + HOUR,
        minutes=90,
        where=Where("online", None, None, "The usual room", 2),
        by=factories.member(made.coordinator),
        now=datetime.now(UTC),
    )
    told = Message.objects.filter(kind="session_moved", recipient_id=made.members[0].peer_id)
    assert [message.link_id for message in told] == [None]
    assert links_of(made, 0) == 1
