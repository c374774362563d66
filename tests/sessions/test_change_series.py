"""Changing meetings that come again: this and following, or all; places stay, what was changed alone stays."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from audit.actions import Operator
from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.actions import groups as group_actions
from people.models import Organisation
from reminders.models import Message, Reminder
from sessions.actions import meetings, series
from sessions.actions.changing_series import matched
from sessions.models import MeetingPlace, MeetingSeries, PeerSession
from sessions.recurrence import Kind, Recurrence
from tests import factories
from tests.sessions import booked, gathered, planned
from tests.sessions.test_plan_meeting import holders

WEEKS = planned.plan(until_on=date(2026, 3, 31))  # twelve Tuesdays
THIRD = date(2026, 1, 27)


def shown(rows: list[PeerSession]) -> list[str]:
    """When each is, on London's clock."""
    ordered = sorted(rows, key=lambda row: row.starts_at)
    return [f"{row.starts_at.astimezone(planned.LONDON):%a %d %b %H:%M}" for row in ordered]


def of(row: MeetingSeries) -> list[PeerSession]:
    return list(PeerSession.objects.filter(series=row, state="booked").order_by("starts_at"))


def typed(row: MeetingSeries, **changes: Any) -> dict[str, Any]:
    """What the form sends."""
    values = {
        "from_on": row.first_on.isoformat(),
        "until_on": row.until_on.isoformat(),
        "weekdays": [row.first_on.weekday()],
        "revision": row.revision,
    }
    return planned.series_typed(**(values | changes))


def test_this_and_following(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found, WEEKS)
    after = planned.changed(
        found, made, planned.plan(from_on=THIRD, until_on=WEEKS.until_on, starts=time(19))
    )
    made.series.refresh_from_db()
    assert (made.series.until_on, made.series.ended_at, made.series.revision) == (date(2026, 1, 26), None, 1)
    assert after.series.follows_id == made.series.pk
    assert shown(of(made.series)) == ["Tue 13 Jan 18:00", "Tue 20 Jan 18:00"]
    assert shown(of(after.series))[:2] == ["Tue 27 Jan 19:00", "Tue 03 Feb 19:00"]
    assert {row.pk for row in of(after.series)} == {row.pk for row in made.meetings[2:]}  # the same rows
    for row in of(after.series):
        assert holders(row) == {found.first.pk, found.second.pk}
        assert {one.during.lower for one in row.holds.filter(released_at__isnull=True)} == {row.starts_at}
    waiting = Reminder.objects.filter(object_id=made.meetings[2].pk, state="waiting")
    assert {one.about_at for one in waiting} == {planned.at(THIRD, time(19))}
    # The task adds nothing to either.
    for one in (made.series, after.series):
        assert series.make_ahead(series_id=one.pk, by=Operator(ash.pk), now=planned.START).meetings == []
    event = Event.objects.get(verb="sessions.change_series")
    assert (event.detail["carried"], event.detail["made"], event.detail["called_off"]) == (10, 0, 0)


def test_all_of_them(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found, WEEKS)
    after = planned.changed(found, made, planned.plan(until_on=WEEKS.until_on, recurrence=planned.weekly(0)))
    made.series.refresh_from_db()
    assert made.series.ended_at == planned.START
    assert of(made.series) == []
    # Each goes to the Monday before its Tuesday, which is nearer than the one after.
    assert shown(of(after.series))[:2] == ["Mon 12 Jan 18:00", "Mon 19 Jan 18:00"]
    assert {row.pk for row in of(after.series)} >= {row.pk for row in made.meetings}
    assert len(after.carried) == 12
    assert shown(after.made) == []


def test_places_stay_and_everybody_is_told_once(ash: Organisation) -> None:
    circle = gathered.circle(ash, people=2, seats=12)
    found = planned.gathering(ash)
    found.group, now = circle.group, datetime.now(UTC)
    made = planned.again(found, planned.soon(3), now=now)
    for member in circle.members:
        gathered.reachable(member.peer)
    circle.meeting = made.meetings[0]
    gathered.take(circle, 0)
    gathered.take(circle, 1)
    circle.meeting = made.meetings[1]
    gathered.take(circle, 0)
    wish = planned.soon(3, place=planned.where(places=2), starts=time(19))
    after = planned.changed(found, made, wish, now=now)
    taken = MeetingPlace.objects.filter(state="taken").values_list("peer_session_id", "peer_id")
    assert sorted(taken) == sorted(
        [
            (made.meetings[0].pk, circle.members[0].peer_id),
            (made.meetings[0].pk, circle.members[1].peer_id),
            (made.meetings[1].pk, circle.members[0].peer_id),
        ]
    )
    told = Message.objects.filter(kind="session_moved", recipient_id=circle.members[0].peer_id)
    assert {one.object_id for one in told} == {made.meetings[0].pk, made.meetings[1].pk}
    assert all(one.link_id and one.sequence == 1 for one in told)
    assert {row.places for row in of(after.series)} == {2}


def test_nobody_is_put_out_by_fewer_places(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found)
    first = made.meetings[0]
    for name in "ABC":
        MeetingPlace.objects.create(
            organisation=ash,
            peer_session=first,
            peer=factories.peer(ash, name=name),
            state="taken",
            asked_at=planned.START,
        )
    after = planned.changed(found, made, planned.plan(planned.where(places=2)))
    assert [row.places for row in of(after.series)] == [3, 2, 2, 2]


def test_what_was_changed_alone_or_called_off_stays(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found, WEEKS)
    by = factories.member(found.first)
    alone, off = made.meetings[1], made.meetings[3]
    later = alone.starts_at + timedelta(hours=3)
    meetings.move_meeting(
        peer_session_id=alone.pk,
        sequence=0,
        starts_at=later,
        minutes=60,
        where=planned.where(),
        by=by,
        now=planned.START,
    )
    meetings.cancel_meeting(peer_session_id=off.pk, why="time", by=by, now=planned.START)
    after = planned.changed(
        found, made, planned.plan(until_on=date(2026, 4, 2), recurrence=planned.weekly(3))
    )
    assert after.kept_alone == 1
    alone.refresh_from_db()
    off.refresh_from_db()
    assert (alone.starts_at, alone.series_id, alone.occurs_on) == (later, after.series.pk, date(2026, 1, 22))
    assert (off.state, off.series_id, off.occurs_on) == ("cancelled", after.series.pk, date(2026, 2, 5))
    assert len(of(after.series)) == 11  # twelve, and one of them called off
    assert "Thu 22 Jan 18:00" not in shown(of(after.series))
    assert "Thu 05 Feb 18:00" not in shown(of(after.series))
    assert series.make_ahead(series_id=after.series.pk, by=Operator(ash.pk), now=planned.START).meetings == []


def test_fewer_and_more_days(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found, WEEKS)
    fewer = planned.changed(
        found, made, planned.plan(until_on=WEEKS.until_on, recurrence=planned.weekly(1, every=2))
    )
    assert (len(fewer.carried), len(fewer.called_off), len(fewer.made)) == (6, 6, 0)
    assert shown(of(fewer.series))[:2] == ["Tue 13 Jan 18:00", "Tue 27 Jan 18:00"]
    assert {row.cancelled_why for row in PeerSession.objects.filter(state="cancelled")} == {"time"}
    more = planned.changed(
        found,
        series.Made(MeetingSeries.objects.get(pk=fewer.series.pk)),
        planned.plan(until_on=WEEKS.until_on, recurrence=planned.weekly(1, 3)),
    )
    assert (len(more.carried), len(more.called_off)) == (6, 0)
    assert shown(of(more.series))[:4] == [
        *("Tue 13 Jan 18:00", "Thu 15 Jan 18:00", "Tue 20 Jan 18:00", "Thu 22 Jan 18:00"),
    ]


def test_an_earlier_end_calls_off_the_rest_and_a_later_one_adds(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found)
    longer = planned.changed(found, made, planned.plan(until_on=date(2026, 2, 10)))
    assert (len(longer.carried), len(longer.made), len(longer.called_off)) == (4, 1, 0)
    assert Message.objects.count() == 0  # nothing changed for anybody
    again = series.Made(MeetingSeries.objects.get(pk=longer.series.pk))
    shorter = planned.changed(found, again, planned.plan(until_on=date(2026, 1, 20)))
    assert (len(shorter.carried), len(shorter.made), len(shorter.called_off)) == (2, 0, 3)


def test_a_room_that_is_taken_then_is_said(ash: Organisation) -> None:
    found = planned.gathering(ash)
    booked.day_ahead()
    now = datetime.now(UTC)
    made = planned.again(found, planned.soon(length=14), now=now)
    other = planned.gathering(ash)
    planned.meeting(other, planned.ahead(14, time(20)), now=now, place=planned.where(found))
    client = factories.signed_in(found.first)
    sent = typed(made.series, setting="room", room=found.room.pk, start="19:00")
    answer = client.post(found.url("change_series", made.series.pk), sent, follow=True)
    page = answer.content.decode()
    assert "3 meetings follow the new plan." in page
    assert "1 meeting has no room yet" in page
    assert page.count("No room yet") == 1
    after = MeetingSeries.objects.get(follows=made.series)
    assert answer.redirect_chain[-1][0] == found.url("series", after.pk)
    before = client.get(found.url("series", made.series.pk)).content.decode()
    assert "Goes on as another plan" in before
    assert found.url("series", after.pk) in before
    # The same form again changes nothing more.
    assert client.post(found.url("change_series", made.series.pk), sent)["Location"] == found.url(
        "series", after.pk
    )
    assert MeetingSeries.objects.count() == 2


def test_a_page_that_is_older_keeps_what_was_typed(ash: Organisation) -> None:
    found = planned.gathering(ash)
    day, now = booked.day_ahead(), datetime.now(UTC)
    made = planned.again(found, planned.soon(length=28), now=now)
    client, page = factories.signed_in(found.coordinator), found.url("change_series", made.series.pk)
    later = (day + timedelta(days=14)).isoformat()
    assert client.get(f"{page}?from={later}").context["form"].initial["from_on"] == later
    assert client.get(page).context["form"].initial["from_on"] == day.isoformat()
    assert client.get(f"{page}?from=nonsense").context["form"].initial["from_on"] == day.isoformat()
    first, second = typed(made.series, from_on=later, start="19:00"), typed(made.series, start="20:15")
    assert client.post(page, first).status_code == 302
    answer = client.post(page, second)
    assert answer.status_code == 422
    assert "Somebody changed this" in answer.content.decode()
    assert answer.context["form"]["start"].value() == "20:15"
    again = client.post(page, second | {"revision": answer.context["form"]["revision"].value()})
    assert again.status_code == 302
    third = client.post(page, typed(made.series))
    assert (third.status_code, "goes on as another one" in third.content.decode()) == (422, True)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"until_on": date(2026, 1, 1)}, "until_on"),
        ({"until_on": date(2029, 1, 1)}, "until_on"),
        ({"from_on": date(2026, 1, 1)}, "from_on"),
        ({"recurrence": planned.weekly()}, "weekdays"),
        ({"where": planned.where(setting="room", room_id=new_id())}, "room"),
    ],
)
def test_what_cannot_be_changes_nothing(ash: Organisation, changes: dict[str, Any], field: str) -> None:
    found = planned.gathering(ash)
    made = planned.again(found)
    with pytest.raises(Refused) as refused:
        planned.changed(found, made, planned.plan(**changes))
    assert refused.value.field == field
    made.series.refresh_from_db()
    assert (made.series.revision, MeetingSeries.objects.count(), len(of(made.series))) == (0, 1, 4)


def test_today_is_not_moved_into_the_past(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found)
    noon = datetime(2026, 1, 13, 12, tzinfo=UTC)
    after = planned.changed(found, made, planned.plan(starts=time(9)), now=noon)
    assert shown(of(after.series)) == ["Tue 20 Jan 09:00", "Tue 27 Jan 09:00", "Tue 03 Feb 09:00"]
    assert shown(after.called_off) == ["Tue 13 Jan 18:00"]


def test_what_was_stays_as_it_was(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found)
    by = factories.member(found.first)
    first = made.meetings[0]
    meetings.close_meeting(peer_session_id=first.pk, by=by, now=first.ends_at)
    wish = planned.plan(from_on=date(2026, 1, 14), starts=time(9))
    planned.changed(found, made, wish, now=first.ends_at)
    first.refresh_from_db()
    assert (first.state, first.series_id, first.starts_at) == (
        "held",
        made.series.pk,
        planned.at(planned.TUESDAY),
    )


def test_pairs_that_are_nearest_come_first() -> None:
    rows = [PeerSession(occurs_on=planned.TUESDAY + timedelta(days=7 * week)) for week in range(3)]
    days = [date(2026, 1, 26), date(2026, 1, 12), date(2026, 3, 1)]
    found = matched(rows, days)
    assert {row.pk: found.get(row.pk) for row in rows} == {
        rows[0].pk: date(2026, 1, 12),
        rows[1].pk: None,
        rows[2].pk: date(2026, 1, 26),
    }


def test_monthly_to_another_week(ash: Organisation) -> None:
    found = planned.gathering(ash)
    second, third = (Recurrence(Kind.MONTH_WEEKDAY, 1, (1,), nth=nth) for nth in (2, 3))
    made = planned.again(found, planned.plan(recurrence=second, until_on=date(2026, 5, 1)))
    after = planned.changed(found, made, planned.plan(recurrence=third, until_on=date(2026, 5, 1)))
    assert (len(after.carried), len(after.called_off), len(after.made)) == (4, 0, 0)
    assert shown(of(after.series))[0] == "Tue 20 Jan 18:00"


def test_who_may(ash: Organisation, elm: Organisation) -> None:
    found, other = planned.gathering(ash), planned.gathering(elm)
    wall.enter(ash.pk)
    made = planned.again(found, planned.soon(), now=datetime.now(UTC))
    for name in ("change_series", "end_series"):
        for who, status in (
            (factories.supporter(ash), 404),
            (factories.supervisor(ash), 403),
            (other.coordinator, 404),
            (found.second, 200),
        ):
            assert factories.signed_in(who).get(found.url(name, made.series.pk)).status_code == status
        missing = found.url(name, new_id())
        assert factories.signed_in(found.coordinator).get(missing).status_code == 404
    assert MeetingSeries.objects.get().revision == 0


def test_a_closed_group_can_still_be_tidied(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found)
    group_actions.archive_group(group_id=found.group.pk, by=Operator(ash.pk), now=planned.START)
    with pytest.raises(Refused, match="put away"):
        planned.changed(found, made, planned.plan())


def test_half_a_year_takes_few_statements(ash: Organisation) -> None:
    found = planned.gathering(ash)
    _day, now = booked.day_ahead(), datetime.now(UTC)
    made = planned.again(found, planned.soon(length=180), now=now)
    client = factories.signed_in(found.coordinator)
    with planned.statements(28):
        sent = typed(made.series, start="19:00")
        assert client.post(found.url("change_series", made.series.pk), sent).status_code == 302
