"""Who facilitates a group, and whether it goes on, decides about its meetings: from that minute."""

from datetime import UTC, datetime, timedelta

from audit.actions import Operator
from lib import wall
from people.models import Facilitator, Group, Membership, Organisation
from reminders.models import Message, Reminder
from sessions.actions import facilitating, leaving, putting_away
from sessions.models import Hold, MeetingSeries, PeerSession
from tests import factories
from tests.sessions import booked, gathered, planned
from tests.sessions.test_plan_meeting import holders


def test_who_begins_is_down_for_all_meetings_to_come_that_they_can_be_at(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found)
    thread = booked.thread(ash)
    booked.session(thread, made.meetings[1].starts_at, now=planned.START)
    by = Operator(ash.pk)
    now = made.meetings[0].ends_at
    facilitating.begin_facilitating(group_id=found.group.pk, membership=thread.supporter, by=by, now=now)
    there = [thread.supporter.pk in holders(row) for row in made.meetings]
    assert there == [False, False, True, True]  # one was before, at one they are with their peer
    reminded = Reminder.objects.filter(
        recipient_id=thread.supporter.pk, object_id__in=[row.pk for row in made.meetings]
    )
    assert reminded.count() == 2


def test_who_stands_in_already_is_there_once(ash: Organisation) -> None:
    found, helper = planned.gathering(ash), factories.supporter(ash)
    row = planned.meeting(found, planned.at(planned.TUESDAY))
    by = factories.member(found.coordinator)
    facilitating.step_in(peer_session_id=row.pk, membership_id=helper.pk, by=by, now=planned.START)
    facilitating.begin_facilitating(group_id=found.group.pk, membership=helper, by=by, now=planned.START)
    assert Hold.objects.filter(peer_session=row, supporter=helper).count() == 1


def test_who_ends_is_down_for_none_and_sees_none(ash: Organisation) -> None:
    found = planned.gathering(ash)
    now = datetime.now(UTC)
    made = planned.again(found, planned.soon(), now=now)
    client, row = factories.signed_in(found.first), made.meetings[0]
    assert client.get(found.url("meeting", row.pk)).status_code == 200
    facilitator = Facilitator.objects.get(membership=found.first)
    boss = factories.signed_in(found.coordinator)
    boss.post(f"/o/ash/groups/facilitators/{facilitator.pk}/end/")
    for each in made.meetings:
        assert holders(each) == {found.second.pk}
    waiting = Reminder.objects.filter(state="waiting").exclude(kind="look_again")
    assert waiting.filter(recipient_id=found.first.pk).count() == 0
    assert waiting.filter(recipient_id=found.second.pk).count() == 3
    assert client.get(found.url("meeting", row.pk)).status_code == 404
    assert client.get(found.url()).status_code == 404


def test_a_meeting_of_the_past_is_not_seen_by_time_that_was_held(ash: Organisation) -> None:
    """Somebody who facilitated then and no longer does has no way in, though it stands that they were there."""
    circle = gathered.begun(ash)
    Hold.objects.filter(supporter=circle.facilitator).update(released_at=None)
    Facilitator.objects.filter(membership=circle.facilitator).update(ends_at=datetime.now(UTC))
    client = factories.signed_in(circle.facilitator)
    assert client.get(gathered.address(circle, "meeting")).status_code == 404


def test_who_leaves_is_down_for_none(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found)
    by = factories.member(found.coordinator)
    leaving.end_membership(membership_id=found.first.pk, by=by, now=planned.START)
    for row in made.meetings:
        assert holders(row) == {found.second.pk}
    later = planned.again(
        found, planned.plan(from_on=planned.TUESDAY + timedelta(days=1), recurrence=planned.weekly(2))
    )
    assert found.first.pk not in holders(later.meetings[0])
    assert Membership.objects.get(pk=found.first.pk).ends_at is not None


def test_putting_a_group_away_calls_off_what_is_to_come(ash: Organisation, elm: Organisation) -> None:
    circle = gathered.circle(ash, people=2)
    found = planned.gathering(ash)
    found.group = circle.group
    made = planned.again(found, planned.soon(9), now=datetime.now(UTC))
    gathered.reachable(circle.members[0].peer)
    gathered.take(circle, 0)
    client, page = factories.signed_in(found.coordinator), f"/o/ash/groups/{circle.group.pk}/archive/"
    shown = client.get(page).content.decode()
    assert "4 meetings to come are called off." in shown
    assert "1 person has a place or waits for one, and is told." in shown
    assert client.post(page).status_code == 302
    assert set(PeerSession.objects.values_list("state", flat=True)) == {"cancelled"}
    assert MeetingSeries.objects.get(pk=made.series.pk).ended_at is not None
    assert Hold.objects.filter(released_at__isnull=True).count() == 0
    told = Message.objects.filter(kind="session_cancelled", recipient_id=circle.members[0].peer_id)
    assert [one.object_id for one in told] == [circle.meeting.pk]
    assert Group.objects.get(pk=circle.group.pk).state == "archived"
    assert client.post(page).status_code == 422
    wall.enter(ash.pk)
    assert "Put away" in client.get(found.url()).content.decode()


def test_what_was_stays_when_a_group_is_put_away(ash: Organisation) -> None:
    found = planned.gathering(ash)
    made = planned.again(found)
    by, now = factories.member(found.coordinator), made.meetings[1].ends_at
    putting_away.archive_group(group_id=found.group.pk, by=by, now=now)
    states = PeerSession.objects.order_by("starts_at").values_list("state", flat=True)
    assert list(states) == ["booked", "booked", "cancelled", "cancelled"]
