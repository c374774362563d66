"""Planning one meeting: time, room and facilitators are held; what cannot be is said beside its field."""

from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from audit.actions import Operator
from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.actions import groups
from people.models import Membership, Organisation
from reminders.models import Reminder
from sessions.models import Hold, PeerSession
from tests import factories
from tests.sessions import booked, planned
from tests.sessions.test_hold import many_connections, race  # noqa: F401
from venues.actions import places, rooms

NASTY = "‏שלום <b>{0}</b> 🎨 %s"


def holders(meeting: PeerSession) -> set[Any]:
    return set(meeting.holds.filter(released_at__isnull=True).values_list("holder_id", flat=True))


def test_planning(ash: Organisation) -> None:
    found = planned.gathering(ash)
    client, page = factories.signed_in(found.first), found.url("plan_meeting")
    shown = client.get(page)
    assert shown.context["form"].initial["places"] == found.group.most_members
    assert "Large room (12 fit)" in shown.content.decode()
    sent = planned.day_typed(
        setting="room", room=found.room.pk, side_room=found.side_room.pk, places=10, meeting_point=""
    )
    answer = client.post(page, sent)
    meeting = PeerSession.objects.get()
    assert answer["Location"] == found.url("meeting", meeting.pk)
    assert meeting.starts_at == planned.ahead()
    assert (meeting.group_id, meeting.places, meeting.state) == (found.group.pk, 10, "booked")
    assert holders(meeting) == {found.first.pk, found.second.pk, found.room.pk, found.side_room.pk}
    reminded = Reminder.objects.filter(object_id=meeting.pk).values_list("recipient_id", flat=True)
    assert set(reminded) == {found.first.pk, found.second.pk}
    assert client.post(page, sent)["Location"] == answer["Location"]  # the same form twice is one meeting
    assert Event.objects.filter(verb="sessions.plan_meeting").count() == 1


def test_a_page_that_is_looked_at_writes_nothing(ash: Organisation) -> None:
    found = planned.gathering(ash)
    events = Event.objects.count()
    assert factories.signed_in(found.coordinator).get(found.url("plan_meeting")).status_code == 200
    assert (PeerSession.objects.count(), Event.objects.count()) == (0, events)


def test_who_may(ash: Organisation, elm: Organisation) -> None:
    found, other = planned.gathering(ash), planned.gathering(elm)
    wall.enter(ash.pk)
    page = found.url("plan_meeting")
    for who, status in (
        (found.coordinator, 302),
        (found.second, 302),
        (factories.supporter(ash), 404),
        (factories.supervisor(ash), 403),
        (other.coordinator, 404),
    ):
        day = booked.day_ahead(7 + status % 7)
        sent = planned.day_typed(day=day.isoformat())
        assert factories.signed_in(who).post(page, sent).status_code == status
    theirs = factories.signed_in(found.coordinator).post(
        found.url("plan_meeting", other.group.pk), planned.day_typed()
    )
    assert theirs.status_code == 404


@pytest.mark.parametrize(
    ("changes", "field", "said"),
    [
        ({"day": "2020-01-01"}, "day", "This day has passed"),
        ({"day": "2031-01-01"}, "day", "within the next year"),
        ({"day": "31/31/31"}, "day", "Enter a valid date"),
        ({"start": "25:00"}, "start", "Enter a valid time"),
        ({"minutes": 5}, "minutes", "greater than or equal to 10"),
        ({"minutes": 481}, "minutes", "less than or equal to 480"),
        ({"places": 1}, "places", "greater than or equal to 2"),
        ({"places": "99999999999999"}, "places", "less than or equal to 200"),
        ({"setting": "moon"}, "setting", "Select a valid choice"),
        ({"meeting_point": ""}, "meeting_point", "where you find each other"),
        ({"meeting_point": "x" * 201}, "meeting_point", "at most 200"),
        ({"meeting_point": "a\x00b"}, "meeting_point", "cannot be shown"),
        ({"setting": "room", "room": "no-id"}, "room", "Enter a valid UUID"),
    ],
)
def test_what_is_typed_wrongly_is_kept(
    ash: Organisation, changes: dict[str, Any], field: str, said: str
) -> None:
    found = planned.gathering(ash)
    sent = planned.day_typed(**{"meeting_point": NASTY, **changes})
    answer = factories.signed_in(found.coordinator).post(found.url("plan_meeting"), sent)
    assert answer.status_code == 422
    form = answer.context["form"]
    assert said in str(form.errors[field])
    assert form["meeting_point"].value() == sent["meeting_point"]
    assert PeerSession.objects.count() == 0


def test_a_time_of_the_clock_change_is_refused_in_words(ash: Organisation, now: datetime) -> None:
    from sessions.forms.meetings import PlanMeetingForm

    sent = planned.day_typed(day="2026-10-25", start="01:30")
    form = PlanMeetingForm(sent, zone=planned.LONDON, now=now, rooms=list)
    assert "comes twice" in str(form.errors["start"])
    sent = planned.day_typed(day="2027-03-28", start="01:30")
    form = PlanMeetingForm(sent, zone=planned.LONDON, now=now, rooms=list)
    assert "jump over this time" in str(form.errors["start"])


def test_rooms_that_cannot_be(ash: Organisation, elm: Organisation) -> None:
    found = planned.gathering(ash)
    foreign = booked.room(elm)
    wall.enter(ash.pk)
    by = Operator(ash.pk)
    closed = booked.room(ash, "Closed room")
    away = booked.room(ash, "Room of a place that was put away")
    rooms.close_room(room_id=closed.pk, by=by, now=planned.START)
    places.archive_venue(venue_id=away.venue_id, by=by, now=planned.START)
    client, page = factories.signed_in(found.coordinator), found.url("plan_meeting")
    for field in ("room", "side_room"):
        for room_id in (foreign.pk, closed.pk, away.pk, new_id()):
            wish = {"setting": "room", "room": found.room.pk, "meeting_point": "", field: room_id}
            answer = client.post(page, planned.day_typed(**wish))
            assert answer.status_code == 422
            assert "can no longer be booked" in str(answer.context["form"].errors[field])
    same = client.post(
        page, planned.day_typed(setting="room", room=found.room.pk, side_room=found.room.pk, meeting_point="")
    )
    assert "another room" in str(same.context["form"].errors["side_room"])
    many = client.post(
        page, planned.day_typed(setting="room", room=found.room.pk, places=13, meeting_point="")
    )
    assert "Only 12 people fit there." in str(many.context["form"].errors["places"])
    assert PeerSession.objects.count() == 0


def test_a_taken_room_is_refused_and_a_taken_facilitator_is_simply_not_there(ash: Organisation) -> None:
    found = planned.gathering(ash)
    thread = booked.thread(ash)
    starts_at = planned.ahead()
    pairing = booked.pairing(thread, factories.peer(ash), found.first)
    booked.session(pairing, starts_at, now=datetime.now(UTC), setting="room", room_id=found.room.pk)
    client = factories.signed_in(found.coordinator)
    sent = planned.day_typed(setting="room", room=found.room.pk, meeting_point="")
    answer = client.post(found.url("plan_meeting"), sent)
    assert "This room is taken at that time" in str(answer.context["form"].errors["room"])
    assert client.post(found.url("plan_meeting"), sent | {"room": ""}).status_code == 302
    meeting = PeerSession.objects.get(group=found.group)
    assert holders(meeting) == {found.second.pk}
    shown = client.get(found.url("meeting", meeting.pk)).content.decode()
    for words in ("One facilitator only", "No room yet", "is not there this time"):
        assert words in shown


def test_who_takes_a_break_is_not_there(ash: Organisation) -> None:
    found = planned.gathering(ash)
    Membership.objects.filter(pk=found.first.pk).update(paused_until=planned.at(planned.TUESDAY))
    assert holders(planned.meeting(found, planned.at(planned.TUESDAY) - timedelta(days=1))) == {
        found.second.pk
    }
    assert len(holders(planned.meeting(found, planned.at(planned.TUESDAY)))) == 2


def test_a_group_that_was_put_away(ash: Organisation) -> None:
    found = planned.gathering(ash)
    groups.archive_group(group_id=found.group.pk, by=Operator(ash.pk), now=planned.START)
    client = factories.signed_in(found.coordinator)
    answer = client.post(found.url("plan_meeting"), planned.day_typed())
    assert "This group has been put away" in str(answer.context["form"].errors)
    assert 'value="At the gate"' in answer.content.decode()
    listed = client.get(found.url()).content.decode()
    assert "Nothing new is planned" in listed
    assert "Plan one meeting" not in listed


@pytest.mark.usefixtures("many_connections")
def test_one_room_wanted_by_two_groups_at_once_goes_to_one() -> None:
    with transaction.atomic():
        ash = factories.organisation("ash")
        one, other = planned.gathering(ash), planned.gathering(ash)
    starts_at = planned.at(planned.TUESDAY)

    def wish(found: planned.Gathering) -> Any:
        place = planned.where(one)
        return lambda: planned.meeting(found, starts_at, place=place)

    results = race(ash, [wish(one), wish(other)] * 5)
    won = [row for row in results if isinstance(row, PeerSession)]
    lost = [row for row in results if isinstance(row, Refused)]
    assert (len(won), len(lost)) == (1, 9)
    assert {row.field for row in lost} == {"room"}
    with wall.inside(ash.pk):
        assert Hold.objects.filter(room=one.room).count() == 1


def test_planning_takes_few_statements(ash: Organisation) -> None:
    found = planned.gathering(ash)
    client = factories.signed_in(found.coordinator)
    sent = planned.day_typed(setting="room", room=found.room.pk, meeting_point="")
    with planned.statements(14):
        assert client.post(found.url("plan_meeting"), sent).status_code == 302


def test_a_meeting_in_another_zone(ash: Organisation) -> None:
    found = planned.gathering(ash)
    found.coordinator.user.zone = "America/New_York"
    found.coordinator.user.save()
    client = factories.signed_in(found.coordinator)
    assert "New York time" in client.get(found.url("plan_meeting")).content.decode()
    client.post(found.url("plan_meeting"), planned.day_typed(start="09:00"))
    meeting = PeerSession.objects.get()
    assert meeting.starts_at.astimezone(ZoneInfo("America/New_York")).time() == time(9)
