"""Groups' meetings keep to days away, and to the hours of rooms; weekly hours of people are not asked."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Membership, Organisation
from sessions.actions import availability, facilitating, meetings, series
from sessions.actions.availability import Owner
from sessions.free_time import Stretch
from sessions.models import Hold, HoursException, PeerSession
from tests import factories
from tests.sessions import booked, gathered, planned
from tests.sessions.test_plan_meeting import holders

START, TUESDAY = planned.START, planned.at(planned.TUESDAY)
AFTERNOONS = [Stretch(weekday, 14 * 60, 20 * 60) for weekday in range(5)]


def differs(
    owner: Owner, by: Membership, first: datetime, *, kind: str = "away", now: datetime = START, **last: Any
) -> HoursException:
    """A stretch that differs; three hours, unless told otherwise."""
    return availability.add_exception(
        once=new_id(),
        owner=owner,
        kind=kind,
        starts_at=first,
        ends_at=first + timedelta(**(last or {"hours": 3})),
        by=factories.member(by),
        now=now,
    )


def away(row: Membership, first: datetime, **rest: Any) -> HoursException:
    return differs(Owner(membership_id=row.pk), row, first, **rest)


def closed(found: planned.Gathering, first: datetime, **rest: Any) -> HoursException:
    return differs(Owner(room_id=found.room.pk), found.coordinator, first, **rest)


def hours(owner: Owner, by: Membership, weekly: list[Stretch], **limits: Any) -> None:
    values = {"notice_minutes": 0, "rest_minutes": 0, "most_a_week": None} | limits
    availability.set_hours(
        owner=owner, revision=0, weekly=weekly, by=factories.member(by), now=START, **values
    )


def moved(found: planned.Gathering, row: PeerSession, starts_at: datetime, **changes: Any) -> PeerSession:
    values: dict[str, Any] = {"minutes": 90, "where": planned.where(), "now": START}
    return meetings.move_meeting(
        peer_session_id=row.pk,
        sequence=row.sequence,
        starts_at=starts_at,
        by=factories.member(found.coordinator),
        **(values | changes),
    )


def members(row: PeerSession) -> set[Any]:
    held = row.holds.filter(released_at__isnull=True, supporter__isnull=False)
    return set(held.values_list("supporter_id", flat=True))


# Facilitators -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["away", "ill"])
def test_who_is_away_is_not_there(ash: Organisation, kind: str) -> None:
    found, at = planned.gathering(ash), planned.ahead()
    away(found.first, at - timedelta(hours=2), kind=kind)
    row = planned.meeting(found, at, now=datetime.now(UTC))
    assert members(row) == {found.second.pk}
    shown = factories.signed_in(found.coordinator).get(found.url("meeting", row.pk)).content.decode()
    assert "One facilitator only" in shown


@pytest.mark.parametrize(("hours_off", "there"), [(-3, True), (-2, False), (1, False), (2, True)])
def test_only_what_overlaps_counts(ash: Organisation, hours_off: int, there: bool) -> None:
    found = planned.gathering(ash)
    away(found.first, TUESDAY + timedelta(hours=hours_off))  # the meeting lasts from six to half past seven
    row = planned.meeting(found, TUESDAY)
    assert (found.first.pk in members(row)) is there


def test_what_was_taken_back_and_extra_hours_keep_nobody_away(ash: Organisation) -> None:
    found = planned.gathering(ash)
    note = away(found.first, TUESDAY)
    availability.remove_exception(exception_id=note.pk, by=Operator(ash.pk), now=START)
    away(found.second, TUESDAY, kind="extra")
    assert len(members(planned.meeting(found, TUESDAY))) == 2


def test_weekly_hours_notice_and_a_full_week_keep_nobody_away(ash: Organisation) -> None:
    found = planned.gathering(ash)
    owner = Owner(membership_id=found.first.pk)
    hours(owner, found.first, [Stretch(0, 540, 600)], notice_minutes=60 * 24 * 28, most_a_week=0)
    assert len(members(planned.meeting(found, START + timedelta(hours=9)))) == 2


def test_a_series_leaves_out_the_days_somebody_is_away(ash: Organisation) -> None:
    found = planned.gathering(ash)
    away(found.first, TUESDAY + timedelta(days=6), days=3)
    made = planned.again(found)
    assert [found.first.pk in members(row) for row in made.meetings] == [True, False, True, True]


def test_moved_onto_a_day_away_and_back(ash: Organisation) -> None:
    found = planned.gathering(ash)
    row = planned.meeting(found, TUESDAY)
    away(found.first, TUESDAY + timedelta(days=1))
    row = moved(found, row, TUESDAY + timedelta(days=1))
    assert members(row) == {found.second.pk}


def test_somebody_steps_in_on_a_day_away_and_stays_while_the_time_stays(ash: Organisation) -> None:
    found = planned.gathering(ash)
    away(found.first, TUESDAY)
    row = planned.meeting(found, TUESDAY)
    by = factories.member(found.coordinator)
    facilitating.step_in(peer_session_id=row.pk, membership_id=found.first.pk, by=by, now=START)
    assert len(members(row)) == 2
    row = moved(found, row, TUESDAY, where=planned.where(meeting_point="At the bridge"))
    assert len(members(row)) == 2
    row = moved(found, row, TUESDAY + timedelta(minutes=30))
    assert members(row) == {found.second.pk}


def test_whoever_begins_to_facilitate_joins_where_they_are_not_away(ash: Organisation) -> None:
    found, new = planned.gathering(ash), factories.supporter(ash)
    rows = planned.again(found).meetings
    away(new, TUESDAY)
    by = factories.member(found.coordinator)
    facilitating.begin_facilitating(group_id=found.group.pk, membership=new, by=by, now=START)
    assert [new.pk in members(row) for row in rows] == [False, True, True, True]


def test_a_changed_series_keeps_who_is_down_for_it_only_while_the_time_stays(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found)
    away(found.first, TUESDAY, days=28)  # after it was planned: nothing changes silently
    until = planned.TUESDAY + timedelta(days=21)
    elsewhere = planned.plan(planned.where(meeting_point="At the bridge"), until_on=until)
    after = planned.changed(found, made, elsewhere)
    assert all(len(members(row)) == 2 for row in after.carried)
    later = planned.plan(until_on=until, starts=time(19))
    after = planned.changed(found, series.Made(after.series), later)
    assert [members(row) for row in after.carried] == [{found.second.pk}] * 4


# Rooms ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["closed", "hours"])
@pytest.mark.parametrize("field", ["room", "side_room"])
def test_a_room_outside_its_hours_is_refused_beside_the_field(
    ash: Organisation, how: str, field: str
) -> None:
    found, at = planned.gathering(ash), planned.ahead(clock=time(19))
    room = found.room if field == "room" else found.side_room
    if how == "closed":
        differs(Owner(room_id=room.pk), found.coordinator, at)
    else:
        weekly = [Stretch(weekday, 14 * 60, 20 * 60) for weekday in range(7)]
        hours(Owner(room_id=room.pk), found.coordinator, weekly)
    rooms = {"setting": "room", "room": found.room.pk, "side_room": found.side_room.pk, "meeting_point": ""}
    client, sent = factories.signed_in(found.first), planned.day_typed(start="19:00", **rooms)
    answer = client.post(found.url("plan_meeting"), sent)
    assert answer.status_code == 422
    assert "This room cannot be had then" in str(answer.context["form"].errors[field])
    assert str(answer.context["form"]["start"].value()) == "19:00"
    assert PeerSession.objects.count() == 0
    row = planned.meeting(found, planned.ahead(), now=datetime.now(UTC))
    answer = client.post(found.url("move_meeting", row.pk), {**sent, "revision": row.sequence})
    assert answer.status_code == 422
    assert "This room cannot be had then" in str(answer.context["form"].errors[field])
    row.refresh_from_db()
    assert (row.sequence, row.setting) == (0, "walk")


def test_inside_its_hours_and_in_addition_a_room_is_given(ash: Organisation) -> None:
    found, inside = planned.gathering(ash), planned.where
    hours(Owner(room_id=found.room.pk), found.coordinator, AFTERNOONS, most_a_week=0, notice_minutes=1440)
    assert found.room.pk in holders(planned.meeting(found, TUESDAY, place=inside(found)))
    sunday = TUESDAY - timedelta(days=2)
    with pytest.raises(Refused) as no:
        planned.meeting(found, sunday, place=inside(found))
    assert no.value.field == "room"
    closed(found, sunday, kind="extra")
    assert found.room.pk in holders(planned.meeting(found, sunday, place=inside(found)))


def test_made_by_itself_a_meeting_has_no_room_yet(ash: Organisation) -> None:
    found = planned.gathering(ash)
    hours(Owner(room_id=found.room.pk), found.coordinator, AFTERNOONS)
    closed(found, TUESDAY + timedelta(days=7))
    made = planned.again(found, planned.plan(planned.where(found)))
    assert [row.room_id is None for row in made.meetings] == [False, True, False, False]
    assert len(made.without_room) == 1
    assert all(len(members(row)) == 2 for row in made.meetings)
    at_ten = planned.plan(planned.where(found), starts=time(10))
    after = planned.changed(found, made, at_ten)
    assert [row.room_id for row in after.carried] == [None] * 4


def test_made_ahead_months_later_too(ash: Organisation) -> None:
    found = planned.gathering(ash)
    long = planned.plan(planned.where(found), until_on=planned.TUESDAY + timedelta(days=300))
    made = planned.again(found, long)
    last = made.meetings[-1].starts_at
    closed(found, last + timedelta(days=7))
    away(found.first, last + timedelta(days=14))
    later = START + timedelta(days=15)
    more = series.make_ahead(series_id=made.series.pk, by=Operator(ash.pk), now=later).meetings
    assert [row.room_id is None for row in more] == [True, False, False]
    assert [found.first.pk in members(row) for row in more] == [True, False, True]


def test_four_meetings_and_fifty_ask_the_same(ash: Organisation) -> None:
    counts = []
    for days in (21, 343):
        found = planned.gathering(ash)
        hours(Owner(room_id=found.room.pk), found.coordinator, AFTERNOONS)
        away(found.first, TUESDAY)
        wish = planned.plan(planned.where(found), until_on=planned.TUESDAY + timedelta(days=days))
        with CaptureQueriesContext(connection) as asked:
            made = planned.again(found, wish)
        counts.append(sum("SAVEPOINT" not in one["sql"] for one in asked))
    assert len(made.meetings) == 25
    assert counts == [14, 14]


# Said to whoever is away ------------------------------------------------------------------------------------


def typed(**changes: Any) -> dict[str, str]:
    form = {"once": new_id(), "kind": "ill", "first_on": booked.day_ahead()}
    form |= {"first_at": "", "last_on": "", "last_at": ""}
    return {key: str(value) for key, value in (form | changes).items()}


def test_what_lies_in_a_day_away_is_told_and_stays(ash: Organisation) -> None:
    found, now = planned.gathering(ash), datetime.now(UTC)
    row = planned.meeting(found, planned.ahead(), now=now)
    thread = booked.thread(ash)
    two = booked.pairing(thread, factories.peer(ash, name="Kim"), found.first)
    session = booked.session(two, planned.ahead(clock=time(9)), now=now)
    planned.meeting(found, planned.ahead(8), now=now)
    client = factories.signed_in(found.first)
    shown = client.post(f"/o/{ash.slug}/hours/differ/", typed(), follow=True).content.decode()
    assert "1 session is booked in that time." in shown
    assert "1 meeting of a group lies in that time." in shown
    for words in (found.url("meeting", row.pk), booked.address(thread, "peer_session", session.pk), "Kim"):
        assert words in shown
    assert shown.count('<li class="list-group-item"><a') == 2
    assert len(members(row)) == 2  # nothing changes by itself
    assert Hold.objects.filter(released_at__isnull=False).count() == 0
    client.post(found.url("step_out", row.pk), {"membership": found.first.pk})
    shown = client.get(f"/o/{ash.slug}/hours/").content.decode()
    assert found.url("meeting", row.pk) not in shown
    assert "Still booked then" in shown
    other = factories.signed_in(found.second).get(f"/o/{ash.slug}/hours/").content.decode()
    assert "Still booked then" not in other


def test_what_lies_in_a_closed_rooms_day_is_told(ash: Organisation) -> None:
    found, now = planned.gathering(ash), datetime.now(UTC)
    row = planned.meeting(found, planned.ahead(), now=now, place=planned.where(found))
    page = f"/o/{ash.slug}/rooms/{found.room.pk}/hours/"
    client = factories.signed_in(found.coordinator)
    shown = client.post(f"{page}differ/", typed(kind="away"), follow=True).content.decode()
    assert "1 meeting of a group lies in that time." in shown
    assert found.url("meeting", row.pk) in shown


def test_the_hours_page_asks_the_same_for_one_and_for_three(ash: Organisation) -> None:
    found, now = planned.gathering(ash), datetime.now(UTC)
    away(found.first, planned.ahead(7), now=now, days=20)
    client, counts = factories.signed_in(found.first), []
    for days in ((7,), (8, 9)):
        for day in days:
            row = planned.meeting(found, planned.ahead(day), now=now)
            by = factories.member(found.first)
            facilitating.step_in(peer_session_id=row.pk, membership_id=found.first.pk, by=by, now=now)
        with CaptureQueriesContext(connection) as asked:
            shown = client.get(f"/o/{ash.slug}/hours/").content.decode()
        assert shown.count('<li class="list-group-item"><a') == (1 if days == (7,) else 3)
        counts.append(sum("SAVEPOINT" not in one["sql"] for one in asked))
    assert counts == [7, 7]


# In whose line a change waits ---------------------------------------------------------------------------------


def test_changing_a_series_waits_for_peers_with_a_place_and_for_who_stands_in(
    ash: Organisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    circle = gathered.circle(ash, people=1, seats=12)
    found, now = planned.gathering(ash), datetime.now(UTC)
    found.group = circle.group
    made = planned.again(found, planned.soon(3, place=planned.where(found)), now=now)
    circle.meeting = made.meetings[0]
    gathered.take(circle, 0)
    by, standing_in = factories.member(found.coordinator), factories.supporter(ash)
    with wall.inside(ash.pk):
        facilitating.step_in(
            peer_session_id=made.meetings[1].pk, membership_id=standing_in.pk, by=by, now=now
        )
    waited: set[Any] = set()
    monkeypatch.setattr("sessions.actions.series.queue_for", lambda *ids: waited.update(ids))
    planned.changed(found, made, planned.soon(3, starts=time(19)), now=now)
    assert waited >= {circle.members[0].peer_id, standing_in.pk, circle.facilitator.pk, found.room.pk}
