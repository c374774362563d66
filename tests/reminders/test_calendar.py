"""Calendar entries: neutral, on the recipient's clock, read back by a parser other than the one that wrote them."""

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from email.message import Message as Letter
from io import StringIO
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
import vobject
from dateutil.tz import tzical

from audit.actions import Operator
from lib.ids import new_id
from people.models import Organisation
from reminders.actions import hand_over_due, schedule, send_batch, send_now
from reminders.calendar import CANCELLED, CONFIRMED, TENTATIVE, Appointment, feed, letter, uid
from reminders.clocks import timezone
from reminders.states import ABOUT_SESSIONS, KINDS
from reminders.wording import CALENDAR_SAYS
from tests import factories
from tests.reminders.conftest import MakeRecipient
from tests.reminders.smtp import Server

BERLIN = ZoneInfo("Europe/Berlin")
OBJECT, SOMEBODY = new_id(), new_id()
# All that may ever stand in an entry.
LINES = {
    *("uid", "sequence", "dtstamp", "dtstart", "dtend", "summary", "organizer", "class", "transp", "status"),
    "location",
}


def one(starts_at: datetime, **changes: Any) -> Appointment:
    values: dict[str, Any] = {
        "uid": uid(OBJECT, SOMEBODY),
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=50),
        "sequence": 0,
        "status": TENTATIVE,
    }
    return Appointment(**(values | changes))


def read(about: Appointment, zone: ZoneInfo = BERLIN, sender_name: str = "Planner") -> Any:
    _method, text = letter(about, sender_name=sender_name, zone=zone, now=about.starts_at - timedelta(days=1))
    return vobject.readOne(text.decode())


def test_what_an_entry_says(now: datetime) -> None:
    found = read(one(now, sequence=3, status=CONFIRMED))
    assert (found.method.value, found.version.value) == ("PUBLISH", "2.0")
    entry = found.vevent
    assert (entry.dtstart.value, entry.dtend.value) == (now, now + timedelta(minutes=50))
    assert (entry.dtstart.value.hour, entry.dtstart.params["X-VOBJ-ORIGINAL-TZID"]) == (12, ["Europe/Berlin"])
    assert (entry.summary.value, entry.status.value, entry.sequence.value) == ("Planner", "CONFIRMED", "3")
    assert (entry.contents["class"][0].value, entry.transp.value) == ("PRIVATE", "OPAQUE")
    assert entry.dtstamp.value == now - timedelta(days=1)
    assert entry.organizer.value == "mailto:planner@example.org"


def test_only_these_facts_can_be_told(now: datetime) -> None:
    assert [field.name for field in fields(Appointment)] == [
        *("uid", "starts_at", "ends_at", "sequence", "status", "place")
    ]
    assert set(read(one(now, status=CONFIRMED, place="1 Mill Lane")).vevent.contents) == LINES


def test_called_off(now: datetime) -> None:
    """One more change, and the time is free again."""
    found = read(one(now, sequence=3, status=CANCELLED, place="1 Mill Lane"))
    entry = found.vevent
    assert (found.method.value, entry.status.value, entry.sequence.value) == ("CANCEL", "CANCELLED", "4")
    assert entry.transp.value == "TRANSPARENT"
    assert not hasattr(entry, "location")


def test_a_place_only_for_whoever_has_confirmed(now: datetime) -> None:
    assert read(one(now, status=CONFIRMED, place="1 Mill Lane; at the back,\nN1")).vevent.location.value == (
        "1 Mill Lane; at the back,\nN1"
    )
    for status in (TENTATIVE, ""):
        assert not hasattr(read(one(now, status=status, place="1 Mill Lane")).vevent, "location")


def test_an_entry_is_known_by_the_same_name_for_one_person_only() -> None:
    assert uid(OBJECT, SOMEBODY) == uid(OBJECT, SOMEBODY)
    found = {uid(OBJECT, SOMEBODY), uid(OBJECT, new_id()), uid(new_id(), SOMEBODY)}
    assert len(found) == 3
    assert all("@" not in each and str(OBJECT) not in each and UUID(each) for each in found)


@pytest.mark.parametrize("sender", ["", "مخطط 🌿", 'The "Mill"; a, b: c\\', "x" * 40])
def test_any_name_is_only_text(now: datetime, sender: str) -> None:
    assert read(one(now), sender_name=sender).vevent.summary.value == (sender or "Appointment")
    text = feed([one(now)], sender_name=sender, zone=BERLIN, now=now)
    assert vobject.readOne(text.decode()).contents["x-wr-calname"][0].value == (sender or "Appointment")
    assert max(len(line) for line in text.split(b"\r\n")) <= 75


# The clock --------------------------------------------------------------------------------------------------

CLOCKS = [
    "Europe/Berlin",
    "Europe/London",
    "Europe/Dublin",
    "America/New_York",
    "America/Argentina/Buenos_Aires",
    "Asia/Kolkata",
    "Pacific/Chatham",
    "Pacific/Apia",
    "Africa/Casablanca",
    "Australia/Lord_Howe",
    "UTC",
]


def hours(zone: ZoneInfo) -> list[datetime]:
    """Every hour of the days around each change of this clock in two years, and of a day in each month."""
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    days = [begin + timedelta(days=number) for number in range(2 * 365)]
    around = timedelta(days=1)
    return [
        day + timedelta(hours=hour)
        for day in days
        if day.day == 15
        or (day - around).astimezone(zone).utcoffset() != (day + 2 * around).astimezone(zone).utcoffset()
        for hour in range(24)
    ]


@pytest.mark.parametrize("name", CLOCKS)
def test_every_hour_is_read_as_it_was_meant(name: str) -> None:
    """By what our VTIMEZONE says alone, for computers that do not know the zone's name."""
    zone = ZoneInfo(name)
    read_back = tzical(StringIO(timezone(name).to_ical().decode())).get()
    once = [at for at in hours(zone) if not at.astimezone(zone).fold]
    assert [at.astimezone(zone).replace(tzinfo=read_back).astimezone(UTC) for at in once] == once


def test_a_whole_feed_is_read_as_it_was_meant(now: datetime) -> None:
    meant = hours(BERLIN)
    entries = [one(at, uid=str(number)) for number, at in enumerate(meant)]
    text = feed(entries, sender_name="P", zone=BERLIN, now=now).decode().replace("Europe/Berlin", "X-Nowhere")
    found = vobject.readOne(text)
    assert [entry.dtstart.value.astimezone(UTC) for entry in found.vevent_list] == meant


def test_a_time_that_comes_twice_is_told_in_utc() -> None:
    first = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    _method, text = letter(one(first), sender_name="P", zone=BERLIN, now=first)
    assert b"DTSTART;TZID=Europe/Berlin:20261025T023000" in text
    assert b"DTEND:20261025T012000Z" in text
    second = first + timedelta(hours=1)
    _method, text = letter(one(second), sender_name="P", zone=BERLIN, now=first)
    assert b"DTSTART:20261025T013000Z" in text


def test_changes_of_the_clock_are_told_on_the_clock_before() -> None:
    """RFC 5545, section 3.6.5: the onset in spring is 02:00, not 03:00."""
    text = timezone("Europe/Berlin").to_ical().decode()
    assert "DTSTART:20080330T020000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nTZNAME:CEST" in text
    assert "DTSTART:20081026T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nTZNAME:CET" in text


def test_a_year_far_away_does_no_harm() -> None:
    at = datetime(9999, 6, 1, tzinfo=UTC)
    assert (
        b"DTSTART;TZID=Europe/Berlin:99990601T020000"
        in letter(one(at), sender_name="P", zone=BERLIN, now=at)[1]
    )


# In mails ---------------------------------------------------------------------------------------------------


def tell(organisation: Organisation, to: UUID, now: datetime, **changes: Any) -> None:
    starts_at = now + timedelta(days=1)
    values: dict[str, Any] = {
        "kind": "session_booked",
        "object_id": OBJECT,
        "sender_name": "Planner",
        "about_at": starts_at,
        "about_until": starts_at + timedelta(minutes=50),
    }
    send_now(**(values | changes), recipient_id=to, by=Operator(organisation.pk), now=now)


def attached(mail: Letter) -> Letter:
    text, part = list(mail.walk())[1:]
    assert (text.get_content_type(), part.get_content_type()) == ("text/plain", "text/calendar")
    return part


def calendar(mail: Letter) -> Any:
    return vobject.readOne(attached(mail).get_payload(decode=True).decode())  # type: ignore[union-attr]


def test_a_mail_about_a_time_brings_it(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    to = recipient(ash, "sam@example.org")
    tell(ash, to, now)
    send_batch(tell_time=lambda: now)
    part = attached(server.mails[0])
    assert (part.get_filename(), part.get_param("method"), part.get_param("charset")) == (
        "appointment.ics",
        "PUBLISH",
        "utf-8",
    )
    assert b"\r\n" in part.get_payload(decode=True)
    entry = calendar(server.mails[0]).vevent
    assert (entry.uid.value, entry.dtstart.value) == (uid(OBJECT, to), now + timedelta(days=1))
    assert entry.dtend.value == now + timedelta(days=1, minutes=50)
    assert entry.sequence.value == "0"


@pytest.mark.parametrize("kind", CALENDAR_SAYS)
def test_a_mail_does_not_say_how_sure_a_time_is(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime, kind: str
) -> None:
    """Whoever is written to may have said yes already, or it may stand without one: only the feed knows."""
    tell(ash, recipient(ash, "sam@example.org"), now, kind=kind)
    send_batch(tell_time=lambda: now)
    entry = calendar(server.mails[0]).vevent
    said = [line.value for line in entry.contents.get("status", [])]
    assert said == (["CANCELLED"] if kind == "session_cancelled" else [])


def test_moved_twice_then_called_off(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    """A calendar that has the first entry changes that one, and takes it out at the end."""
    to = recipient(ash, "sam@example.org")
    tell(ash, to, now)
    for number in (1, 2):
        tell(ash, to, now, kind="session_moved", sequence=number, slot=str(number))
    tell(ash, to, now, kind="session_cancelled", sequence=2)
    send_batch(tell_time=lambda: now)
    found = [calendar(mail) for mail in server.mails]
    assert len({each.vevent.uid.value for each in found}) == 1
    assert sorted((each.vevent.sequence.value, each.method.value) for each in found) == [
        ("0", "PUBLISH"),
        ("1", "PUBLISH"),
        ("2", "PUBLISH"),
        ("3", "CANCEL"),
    ]


def test_a_reminder_brings_the_time_too(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    to = recipient(ash, "sam@example.org")
    schedule(
        kind="session_tomorrow",
        object_id=OBJECT,
        recipient_id=to,
        due_at=now,
        sender_name="Planner",
        about_at=now + timedelta(days=1),
        about_until=now + timedelta(days=1, hours=1),
        sequence=5,
        by=Operator(ash.pk),
        now=now,
    )
    hand_over_due(now=now)
    send_batch(tell_time=lambda: now)
    entry = calendar(server.mails[0]).vevent
    assert (entry.sequence.value, entry.dtend.value) == ("5", now + timedelta(days=1, hours=1))
    assert not hasattr(entry, "status")


def test_other_mails_bring_none(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    to = recipient(ash, "sam@example.org")
    others = [kind for kind in KINDS if kind not in ABOUT_SESSIONS]
    for kind in others:
        tell(ash, to, now, kind=kind)
    tell(ash, to, now, about_at=None, slot="no time")
    send_batch(tell_time=lambda: now)
    assert [mail.get_content_type() for mail in server.mails] == ["text/plain"] * (len(others) + 1)


def test_no_entry_tells_who_or_what(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    peer = factories.peer(ash, name="Quillonius")
    factories.group(ash, name="Grief after Zabrinsky")
    to = recipient(ash, "sam@example.org")
    for kind in ABOUT_SESSIONS:
        tell(ash, to, now, kind=kind, object_id=peer.pk, sender_name=ash.sender_name, link_id=new_id())
    send_batch(tell_time=lambda: now)
    for mail in server.mails:
        text = attached(mail).get_payload(decode=True).decode()  # type: ignore[union-attr]
        for planted in (
            "Quillonius",
            "Zabrinsky",
            ash.name,
            str(peer.pk),
            "/p/",
            "sam@",
            "ATTENDEE",
            "DESCRIPTION",
        ):
            assert planted not in text
        assert set(calendar(mail).vevent.contents) <= LINES - {"location"}
