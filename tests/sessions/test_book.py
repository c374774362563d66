"""Booking: a time, a place, and nobody's time taken twice."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Organisation, PrivateLink
from reminders.models import Message, Reminder
from sessions.actions import outcomes
from sessions.models import Agreement, Hold, Pairing, PeerSession
from sessions.states import INTRODUCED
from tests import factories
from tests.sessions import booked


def sign_in(found: booked.Thread) -> Client:
    return factories.signed_in(found.supporter)


def test_a_supporter_books(ash: Organisation) -> None:
    found = booked.thread(ash)
    answer = sign_in(found).post(booked.address(found, "book"), booked.typed())
    made = PeerSession.objects.get()
    assert answer.status_code == 302
    assert answer["Location"] == f"{booked.address(found, 'peer_session', made.pk)}?new=yes"
    assert made.starts_at == booked.at(booked.day_ahead(), time(14))
    assert made.ends_at - made.starts_at == timedelta(minutes=50)
    assert (made.state, made.meeting_point, made.room) == ("booked", "At the gate", None)
    assert made.booked_by == f"member:{found.supporter.pk}"
    holders = set(Hold.objects.values_list("holder_id", flat=True))
    assert holders == {found.supporter.pk, found.peer.pk}
    link = PrivateLink.objects.get(object_id=made.pk)
    assert (link.peer, link.expires_at) == (found.peer, made.ends_at + timedelta(days=1))
    assert Event.objects.filter(verb="sessions.book", object_id=str(made.pk)).count() == 1


def test_a_coordinator_books_a_room(ash: Organisation) -> None:
    found = booked.thread(ash)
    form = booked.typed(setting="room", room=found.room.pk, meeting_point="not kept")
    answer = factories.signed_in(found.coordinator).post(booked.address(found, "book"), form)
    assert answer.status_code == 302
    made = PeerSession.objects.get()
    assert (made.room, made.meeting_point) == (found.room, "")
    assert Hold.objects.filter(room=found.room).count() == 1


def test_what_is_sent(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    made = booked.session(found, now + timedelta(days=3), now=now)
    link = PrivateLink.objects.get(object_id=made.pk)
    news = Message.objects.get()
    assert (news.kind, news.recipient_id, news.link_id) == ("session_booked", found.peer.pk, link.pk)
    assert news.about_at == made.starts_at
    due = {row.recipient_id: (row.due_at, row.link_id) for row in Reminder.objects.exclude(kind="look_again")}
    a_day_before = made.starts_at - timedelta(hours=24)
    assert due == {found.peer.pk: (a_day_before, link.pk), found.supporter.pk: (a_day_before, None)}


def test_nothing_goes_to_a_peer_without_an_address(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    booked.session(found, now + timedelta(days=3), now=now)
    assert Message.objects.count() == 0
    assert [row.recipient_id for row in Reminder.objects.exclude(kind="look_again")] == [found.supporter.pk]


@pytest.mark.parametrize(("hours", "due_in"), [(25, 1), (24, 0), (2, 0), (1, None)])
def test_when_the_reminder_is_due(ash: Organisation, now: datetime, hours: int, due_in: int | None) -> None:
    found = booked.thread(ash)
    booked.session(found, now + timedelta(hours=hours), now=now)
    due = [row.due_at for row in Reminder.objects.exclude(kind="look_again")]
    assert due == ([] if due_in is None else [now + timedelta(hours=due_in)])


def test_the_same_form_twice_books_once(ash: Organisation) -> None:
    found = booked.thread(ash, number=1)
    client, form = sign_in(found), booked.typed()
    first = client.post(booked.address(found, "book"), form)
    second = client.post(booked.address(found, "book"), form)
    assert first["Location"] == second["Location"]
    assert PeerSession.objects.count() == 1


def test_opening_the_page_writes_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    answer = sign_in(found).get(booked.address(found, "book"))
    assert answer.status_code == 200
    assert 'value="50"' in answer.content.decode()
    assert PeerSession.objects.count() == 0


def test_who_may_not(ash: Organisation, elm: Organisation) -> None:
    found, other = booked.thread(ash), booked.thread(elm)
    wall.enter(ash.pk)
    page, form = booked.address(found, "book"), booked.typed()
    assert Client().post(page, form)["Location"].startswith("/account/login/")
    assert factories.signed_in(factories.supervisor(ash)).post(page, form).status_code == 403
    assert factories.signed_in(factories.supporter(ash)).post(page, form).status_code == 404
    assert factories.signed_in(other.supporter).post(page, form).status_code == 404
    theirs = booked.address(found, "book", other.pairing.pk)
    assert sign_in(found).post(theirs, form).status_code == 404
    wall.enter(ash.pk)
    assert PeerSession.objects.count() == 0


BAD: list[tuple[dict[str, Any], str, str]] = [
    ({"day": ""}, "day", "This field is required."),
    ({"day": "2026-02-30"}, "day", "Enter a valid date."),
    ({"day": "2001-01-01"}, "day", "This day has passed. Please choose a later one."),
    ({"day": "0001-01-01"}, "day", "This day has passed. Please choose a later one."),
    ({"day": "9999-12-31"}, "day", "Please choose a day within the next year."),
    ({"start": "25:00"}, "start", "Enter a valid time."),
    ({"minutes": "9"}, "minutes", "Ensure this value is greater than or equal to 10."),
    ({"minutes": "-50"}, "minutes", "Ensure this value is greater than or equal to 10."),
    ({"minutes": "181"}, "minutes", "Ensure this value is less than or equal to 180."),
    ({"minutes": "🙂"}, "minutes", "Enter a whole number."),
    ({"setting": "moon"}, "setting", "Select a valid choice. moon is not one of the available choices."),
    ({"setting": "room"}, "room", "Please choose a room."),
    ({"setting": "room", "room": "x"}, "room", "Enter a valid UUID."),
    ({"meeting_point": ""}, "meeting_point", "Please say where you find each other."),
    (
        {"meeting_point": "a\x00b"},
        "meeting_point",
        "This holds a character that cannot be shown. Please type it again.",
    ),
    (
        {"meeting_point": "é" * 201},
        "meeting_point",
        "Ensure this value has at most 200 characters (it has 201).",
    ),
    ({"once": "x"}, "once", "Enter a valid UUID."),
]


@pytest.mark.parametrize(("changes", "field", "words"), BAD)
def test_what_is_wrong_is_said_beside_its_field(
    ash: Organisation, changes: dict[str, Any], field: str, words: str
) -> None:
    found = booked.thread(ash)
    answer = sign_in(found).post(booked.address(found, "book"), booked.typed(**changes))
    assert answer.status_code == 422
    assert answer.context["form"].errors == {field: [words]}
    assert PeerSession.objects.count() == 0


def test_what_was_typed_is_kept(ash: Organisation) -> None:
    found = booked.thread(ash)
    form = booked.typed(minutes="500", meeting_point="שער 🌳 <b>")
    shown = sign_in(found).post(booked.address(found, "book"), form).content.decode()
    assert 'value="500"' in shown
    assert 'value="שער 🌳 &lt;b&gt;"' in shown
    assert f'value="{form["once"]}"' in shown


def test_another_organisations_room_is_no_room(ash: Organisation, elm: Organisation) -> None:
    found, foreign = booked.thread(ash), booked.room(elm)
    wall.enter(ash.pk)
    form = booked.typed(setting="room", room=foreign.pk)
    answer = sign_in(found).post(booked.address(found, "book"), form)
    assert answer.context["form"].errors == {
        "room": ["This room can no longer be booked. Please choose another one."]
    }


def test_earlier_today_has_passed(ash: Organisation, monkeypatch: pytest.MonkeyPatch) -> None:
    found = booked.thread(ash)
    noon = booked.at(booked.day_ahead(), time(12))
    monkeypatch.setattr("people.access.timezone.now", lambda: noon)
    answer = sign_in(found).post(booked.address(found, "book"), booked.typed(start="11:59"))
    assert answer.context["form"].errors == {"start": ["This time has passed. Please choose a later one."]}


@pytest.mark.parametrize(
    ("day", "words"),
    [
        (date(2026, 3, 29), "The clocks go forward that day and jump over this time."),
        (date(2026, 10, 25), "The clocks go back that day and this time comes twice."),
    ],
)
def test_times_a_clock_change_takes_or_doubles(
    ash: Organisation, monkeypatch: pytest.MonkeyPatch, day: date, words: str
) -> None:
    found = booked.thread(ash)
    monkeypatch.setattr("people.access.timezone.now", lambda: datetime(2026, 3, 1, tzinfo=UTC))
    form = booked.typed(day=day, start="01:30")
    answer = sign_in(found).post(booked.address(found, "book"), form)
    assert answer.status_code == 422
    said = f"{words} Please choose an earlier or a later one."
    assert answer.context["form"].errors == {"start": [said]}


def test_times_are_typed_on_ones_own_clock(ash: Organisation) -> None:
    found = booked.thread(ash)
    found.supporter.user.zone = "America/New_York"
    found.supporter.user.save()
    sign_in(found).post(booked.address(found, "book"), booked.typed(day=date(2027, 1, 20)))
    assert PeerSession.objects.get().starts_at == datetime(2027, 1, 20, 19, 0, tzinfo=UTC)


def test_beyond_what_was_agreed(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash, number=2)
    for days in (1, 2):
        booked.session(found, now + timedelta(days=days), now=now)
    with pytest.raises(Refused, match="You agreed on 2 sessions, and all are held or booked"):
        booked.session(found, now + timedelta(days=3), now=now)
    assert PeerSession.objects.count() == 2


def test_a_session_that_was_called_off_does_not_count(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash, number=1)
    first = booked.session(found, now + timedelta(days=1), now=now)
    by = factories.member(found.supporter)
    outcomes.cancel(peer_session_id=first.pk, why="time", by=by, now=now)
    booked.session(found, now + timedelta(days=2), now=now)
    assert PeerSession.objects.count() == 2


def test_no_agreement_no_booking(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    Agreement.objects.update(state="withdrawn", left_at=now)
    with pytest.raises(Refused, match="No agreement is in force"):
        booked.session(found, now + timedelta(days=1), now=now)
    Pairing.objects.update(state=INTRODUCED)
    with pytest.raises(Refused, match="You have not agreed on anything yet"):
        booked.session(found, now + timedelta(days=1), now=now)


def test_the_page_leads_to_the_first_meeting_first(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    Agreement.objects.update(state="withdrawn", left_at=now)
    client, page = factories.signed_in(found.coordinator), booked.address(found, "book")
    shown = client.get(page).content.decode()
    assert "No agreement holds just now" in shown
    assert 'name="start"' not in shown
    Pairing.objects.update(state=INTRODUCED, begun_at=None)
    assert "First, agree on how you do this" in client.get(page).content.decode()


def test_a_supporter_who_pauses_is_not_booked(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    found.supporter.paused_until = now + timedelta(days=1)
    found.supporter.save()
    with pytest.raises(Refused, match="taking a break"):
        booked.session(found, now + timedelta(days=3), now=now)


def offered(answer: Any) -> list[str]:
    """The free times a page offers, on the reader's clock."""
    days = answer.context["form"].fields["slot"].days
    return [f"{day.on.day} {slot.label}" for day in days for slot in day.slots]


def test_a_taken_time_says_so_and_offers_others(ash: Organisation) -> None:
    found = booked.thread(ash)
    elsewhere = booked.pairing(found, factories.peer(ash, name="Secretive Quill"))
    day = booked.day_ahead()
    booked.session(elsewhere, booked.at(day, time(14)), now=datetime.now(UTC))
    answer = sign_in(found).post(booked.address(found, "book"), booked.typed(start="14:20"))
    form, shown = answer.context["form"], answer.content.decode()
    assert answer.status_code == 422
    assert form.errors == {"start": ["This time has just been taken for one of you."]}
    assert offered(answer) == [f"{day.day} {clock}" for clock in ("15:00", "15:30", "16:00")]
    assert "Quill" not in shown
    assert 'value="14:20"' in shown
    again = booked.typed(start="14:20", slot=slot(day, time(15, 30)))
    assert sign_in(found).post(booked.address(found, "book"), again).status_code == 302
    assert PeerSession.objects.filter(starts_at=booked.at(day, time(15, 30))).count() == 1


def slot(day: date, clock: time) -> str:
    """The value of a free time."""
    return booked.at(day, clock).isoformat()


def test_a_free_time_that_was_just_taken_becomes_a_time_by_hand(ash: Organisation) -> None:
    found = booked.thread(ash)
    day = booked.day_ahead()
    booked.session(found, booked.at(day, time(14)), now=datetime.now(UTC))
    form = booked.typed(day="", start="", slot=slot(day, time(14)))
    answer = sign_in(found).post(booked.address(found, "book"), form)
    assert answer.context["form"].errors == {"start": ["This time has just been taken for one of you."]}
    shown = answer.content.decode()
    assert f'value="{day.isoformat()}"' in shown
    assert 'value="14:00"' in shown
    assert f'value="{form["slot"]}"' not in shown


@pytest.mark.parametrize(
    "wrong", ["x", "2026-05-12", "2026-05-12T13:00", "0001-01-01T00:00:00+14:00", "\x00"]
)
def test_what_is_no_time_is_no_time(ash: Organisation, wrong: str) -> None:
    found = booked.thread(ash)
    answer = sign_in(found).post(booked.address(found, "book"), booked.typed(slot=wrong))
    said = ["Please choose one of the free times, or write another one."]
    assert (answer.status_code, answer.context["form"].errors) == (422, {"slot": said})
    assert PeerSession.objects.count() == 0


def test_a_free_time_that_has_passed(ash: Organisation) -> None:
    found = booked.thread(ash)
    answer = sign_in(found).post(
        booked.address(found, "book"), booked.typed(slot=slot(date(2026, 1, 1), time(9)))
    )
    assert answer.context["form"].errors == {"slot": ["This time has passed. Please choose a later one."]}


def test_a_free_time_is_booked_as_it_is(ash: Organisation) -> None:
    found = booked.thread(ash)
    client, page = sign_in(found), booked.address(found, "book")
    first = client.get(page).context["form"].fields["slot"].days[0].slots[0]
    assert client.post(page, booked.typed(day="", start="", slot=first.value)).status_code == 302
    made = PeerSession.objects.get()
    assert made.starts_at.isoformat() == first.value
    assert first.value not in client.get(page).content.decode()


def test_a_taken_room_is_named_as_such(ash: Organisation) -> None:
    found, other = booked.thread(ash), booked.thread(ash)
    taken = {"setting": "room", "room_id": found.room.pk}
    booked.session(other, booked.at(booked.day_ahead(), time(14)), now=datetime.now(UTC), **taken)
    form = booked.typed(setting="room", room=found.room.pk)
    answer = sign_in(found).post(booked.address(found, "book"), form)
    assert answer.context["form"].errors == {"room": ["This room has just been taken for that time."]}


def test_one_session_may_begin_when_another_ends(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    first = booked.session(found, now + timedelta(days=1), now=now)
    booked.session(found, first.ends_at, now=now)
    assert PeerSession.objects.count() == 2


def test_how_many_statements_a_booking_takes(ash: Organisation) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    client = sign_in(found)
    in_a_room = booked.typed(start="18:00", setting="room", room=found.room.pk)
    for form in (booked.typed(), in_a_room):
        with CaptureQueriesContext(connection) as queries:
            assert client.post(booked.address(found, "book"), form).status_code == 302
        asked = [query["sql"] for query in queries if "SAVEPOINT" not in query["sql"]]
        assert len(asked) == 7


def test_only_a_session_in_the_future(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    for moment, words in ((now, "has passed"), (now + timedelta(days=400), "within the next year")):
        with pytest.raises(Refused, match=words):
            booked.session(found, moment, now=now)
    with pytest.raises(Refused, match="between 10 minutes and 3 hours"):
        booked.session(found, now + timedelta(days=1), now=now, minutes=0)
    with pytest.raises(Refused, match="can no longer be booked"):
        booked.session(found, now + timedelta(days=1), now=now, setting="room", room_id=new_id())
