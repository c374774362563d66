"""A free place goes to whoever is first in line: kept for a while, told once; nearer, for who answers first."""

from datetime import UTC, datetime, timedelta

import pytest

from audit.models import Event
from lib import wall
from people.models import Organisation, PrivateLink
from people.models.links import LinkPurpose
from reminders.models import Message
from sessions.actions import meetings
from sessions.actions.meeting_time import Where
from sessions.models import MeetingPlace
from tests import factories
from tests.sessions import gathered

HOUR = timedelta(hours=1)


def lined_up(organisation: Organisation, ahead: timedelta, now: datetime, people: int = 5) -> gathered.Circle:
    """Two places, both taken; the others in line, and all of them have an address."""
    made = gathered.circle(organisation, people=people, seats=2, ahead=ahead, now=now)
    for number, member in enumerate(made.members):
        gathered.reachable(member.peer)
        gathered.take(made, number, now=now)
    return made


@pytest.mark.parametrize(
    ("ahead", "kept"),
    [(timedelta(days=7), 24 * HOUR), (10 * HOUR, 8 * HOUR), (timedelta(hours=2, minutes=30), 0.5 * HOUR)],
)
def test_it_is_kept_for_a_day_and_never_past_two_hours_before(
    ash: Organisation, now: datetime, ahead: timedelta, kept: timedelta
) -> None:
    made = lined_up(ash, ahead, now)
    gathered.give_back(made, 0, now=now)
    place = made.place(2)
    assert place is not None
    assert (place.state, place.offer_ends_at) == ("offered", now + kept)
    assert made.states() == ["given_back", "taken", "offered", "waiting", "waiting"]
    assert made.taken() == 2
    event = Event.objects.get(verb="sessions.offer_place")
    assert (event.actor, event.object_id) == ("clock", str(place.pk))


def test_whoever_it_is_kept_for_is_told_with_their_own_link(ash: Organisation, now: datetime) -> None:
    made = lined_up(ash, timedelta(days=7), now)
    gathered.give_back(made, 0, now=now)
    message = Message.objects.get(kind="place_offered")
    link = PrivateLink.objects.get()
    assert message.link_id == link.pk
    assert message.recipient_id == made.members[2].peer_id
    assert (link.purpose, link.object_id) == (LinkPurpose.GROUP, made.members[2].pk)
    assert (message.about_at, message.state) == (made.meeting.starts_at, "queued")


def test_the_link_they_have_already_goes_along(ash: Organisation) -> None:
    made = lined_up(ash, timedelta(days=7), datetime.now(UTC))
    gathered.link(made, 2)
    gathered.give_back(made, 0)
    assert PrivateLink.objects.filter(purpose=LinkPurpose.GROUP).count() == 1
    assert Message.objects.get(kind="place_offered").link_id == PrivateLink.objects.get().pk


def test_nobody_without_an_address_is_written_to(ash: Organisation, now: datetime) -> None:
    made = gathered.circle(ash, now=now)
    for number in range(3):
        gathered.take(made, number, now=now)
    gathered.give_back(made, 0, now=now)
    assert made.states() == ["given_back", "taken", "offered"]
    assert not Message.objects.exists()
    assert not PrivateLink.objects.exists()


def test_an_answer_takes_the_message_back(ash: Organisation, now: datetime) -> None:
    made = lined_up(ash, timedelta(days=7), now)
    gathered.give_back(made, 0, now=now)
    gathered.take(made, 2, now=now)
    assert Message.objects.get(kind="place_offered").state == "cancelled"


def test_nearer_than_that_all_who_wait_are_told_and_the_first_has_it(
    ash: Organisation, now: datetime
) -> None:
    made = lined_up(ash, 2 * HOUR, now)
    gathered.give_back(made, 0, now=now)
    assert made.states() == ["given_back", "taken", "waiting", "waiting", "waiting"]
    assert made.taken() == 1
    told = Message.objects.filter(kind="place_free").values_list("recipient_id", flat=True)
    assert set(told) == {member.peer_id for member in made.members[2:]}
    assert gathered.take(made, 4, now=now).state == "taken"
    assert gathered.take(made, 2, now=now).state == "waiting"
    assert made.taken() == 2


def test_it_is_told_again_when_another_becomes_free(ash: Organisation, now: datetime) -> None:
    made = lined_up(ash, 2 * HOUR, now)
    for number in (0, 1):
        gathered.give_back(made, number, now=now + timedelta(minutes=number))
    assert Message.objects.filter(kind="place_free").count() == 6


def test_more_places_go_to_those_in_line(ash: Organisation) -> None:
    made = lined_up(ash, timedelta(days=7), datetime.now(UTC))
    _seats(made, 4)
    assert made.states() == ["taken", "taken", "offered", "offered", "waiting"]


def test_more_places_by_any_path_are_passed_on_by_the_clock(ash: Organisation) -> None:
    made, now = lined_up(ash, timedelta(days=7), datetime.now(UTC)), datetime.now(UTC)
    type(made.meeting).objects.filter(pk=made.meeting.pk).update(places=3)
    assert (gathered.clock(now), gathered.clock(now)) == (1, 0)
    wall.enter(ash.pk)
    assert made.states() == ["taken", "taken", "offered", "waiting", "waiting"]


def test_an_offer_ends_earlier_where_the_meeting_was_moved_nearer(ash: Organisation) -> None:
    now = datetime.now(UTC)
    made = lined_up(ash, timedelta(days=7), now, people=4)
    gathered.give_back(made, 0)
    _seats(made, 2, starts_at=now + 3 * HOUR)
    gathered.clock(now + 1.5 * HOUR)
    wall.enter(ash.pk)
    assert made.states() == ["given_back", "taken", "lapsed", "waiting"]


def test_a_meeting_that_is_called_off_ends_all_of_it(ash: Organisation) -> None:
    made = lined_up(ash, timedelta(days=7), datetime.now(UTC))
    gathered.give_back(made, 0)
    by = factories.member(made.coordinator)
    meetings.cancel_meeting(peer_session_id=made.meeting.pk, why="other", by=by, now=datetime.now(UTC))
    assert set(made.states()) == {"given_back"}
    assert made.taken() == 0
    assert Message.objects.get(kind="place_offered").state == "cancelled"
    told = Message.objects.filter(kind="session_cancelled").values_list("recipient_id", flat=True)
    assert set(told) >= {member.peer_id for member in made.members[1:]}


def test_nobody_is_offered_a_place_twice(ash: Organisation) -> None:
    made = lined_up(ash, timedelta(days=7), datetime.now(UTC))
    for number in (0, 1):
        gathered.give_back(made, number)
    assert made.states() == ["given_back", "given_back", "offered", "offered", "waiting"]
    assert MeetingPlace.objects.filter(state="offered").values("peer").distinct().count() == 2


def _seats(made: gathered.Circle, seats: int, starts_at: datetime | None = None) -> None:
    meetings.move_meeting(
        peer_session_id=made.meeting.pk,
        sequence=made.meeting.sequence,
        starts_at=starts_at or made.meeting.starts_at,
        minutes=90,
        where=Where("online", None, None, "The usual room", seats),
        by=factories.member(made.coordinator),
        now=datetime.now(UTC),
    )
