"""Calling off: the time is free again, what waited is stopped, the other side is told."""

import re
from datetime import UTC, datetime, timedelta

import pytest
import vobject
from django.core.mail import EmailMessage

from audit.models import Event
from lib.refusal import Refused
from people.access import LinkHolder, Member
from people.models import Organisation, PrivateLink
from reminders.actions import send_batch
from reminders.models import Message, Reminder
from sessions.actions import outcomes, pairings
from sessions.models import Hold, PeerSession
from tests import factories
from tests.sessions import booked


def test_calling_off(ash: Organisation) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    page = booked.address(found, "cancel", row.pk)
    assert 'name="why"' in client.get(page).content.decode()
    answer = client.post(page, {"why": "not_well", "side": "supporter"})
    assert answer["Location"] == booked.address(found, "peer_session", row.pk)
    row.refresh_from_db()
    assert (row.state, row.cancelled_why) == ("cancelled", "not_well")
    assert row.cancelled_by == f"member:{found.supporter.pk}"
    assert (row.cancelled_side, row.cancelled_late, row.sequence) == ("supporter", False, 1)
    assert Hold.objects.filter(released_at__isnull=True).count() == 0
    assert {one.state for one in Reminder.objects.exclude(kind="look_again")} == {"cancelled"}
    assert PrivateLink.objects.filter(revoked_at__isnull=True).count() == 0
    told = Message.objects.filter(kind="session_cancelled")
    assert [(one.recipient_id, one.link_id) for one in told] == [(found.peer.pk, None)]
    assert Event.objects.filter(verb="sessions.cancel", object_id=str(row.pk)).count() == 1
    booked.session(found, row.starts_at, now=datetime.now(UTC))  # the time is free again


def test_who_is_told(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    row = booked.session(found, now + timedelta(days=1), now=now)
    by = factories.member(found.coordinator)
    outcomes.cancel(peer_session_id=row.pk, why="place", by=by, now=now)
    told = Message.objects.filter(kind="session_cancelled").values_list("recipient_id", flat=True)
    assert set(told) == {found.supporter.pk, found.peer.pk}


def test_the_peer_calls_off_until_it_begins(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    booked.reachable(found.peer)
    row = booked.session(found, now + timedelta(days=1), now=now)
    by = _holder(found, row)
    with pytest.raises(Refused, match="has begun already"):
        outcomes.cancel(peer_session_id=row.pk, why="other", by=by, now=row.starts_at)
    outcomes.cancel(peer_session_id=row.pk, why="other", by=by, now=now)
    told = Message.objects.filter(kind="session_cancelled").values_list("recipient_id", flat=True)
    assert set(told) == {found.supporter.pk, found.peer.pk}


def test_a_peer_who_calls_off_has_the_entry_taken_out_of_their_calendar(
    ash: Organisation, now: datetime, mailoutbox: list[EmailMessage]
) -> None:
    """The same entry as in the mail of the booking, under a later number."""
    found = booked.thread(ash)
    booked.reachable(found.peer)
    row = booked.session(found, now + timedelta(days=1), now=now)
    send_batch(tell_time=lambda: now)
    outcomes.cancel(peer_session_id=row.pk, why="other", by=_holder(found, row), now=now)
    send_batch(tell_time=lambda: now)
    calendars = [
        vobject.readOne(part.get_payload(decode=True).decode())
        for mail in mailoutbox
        if mail.to == ["sam@example.org"]
        for part in mail.message().walk()
        if part.get_content_type() == "text/calendar"
    ]
    first, last = sorted(calendars, key=lambda each: int(each.vevent.sequence.value))
    assert (first.method.value, last.method.value) == ("PUBLISH", "CANCEL")
    assert first.vevent.uid.value == last.vevent.uid.value
    assert last.vevent.status.value == "CANCELLED"


def test_a_peer_without_an_address_can_call_off(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row = booked.session(found, now + timedelta(days=1), now=now)
    outcomes.cancel(peer_session_id=row.pk, why="other", by=_holder(found, row), now=now)
    told = Message.objects.filter(kind="session_cancelled").values_list("recipient_id", flat=True)
    assert list(told) == [found.supporter.pk]


def _holder(found: booked.Thread, row: PeerSession) -> LinkHolder:
    link = PrivateLink.objects.get(object_id=row.pk)
    place = factories.member(found.supporter).organisation
    return LinkHolder(link.pk, "session", row.pk, found.peer.pk, place)


def test_a_member_can_note_it_later(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row = booked.session(found, now + timedelta(days=1), now=now)
    by, later = factories.member(found.supporter), row.ends_at + timedelta(hours=1)
    outcomes.cancel(peer_session_id=row.pk, why="time", by=by, now=later)
    row.refresh_from_db()
    assert (row.state, row.cancelled_at) == ("cancelled", later)


@pytest.mark.parametrize(
    ("why", "words"),
    [
        ("", "Please choose one of these."),
        ("bored", "Select a valid choice. bored is not one of the available choices."),
    ],
)
def test_a_reason_from_the_list(ash: Organisation, why: str, words: str) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    answer = client.post(booked.address(found, "cancel", row.pk), {"why": why, "side": "peer"})
    assert answer.status_code == 422
    assert answer.context["form"].errors == {"why": [words]}
    assert Hold.objects.filter(released_at__isnull=True).count() == 2


def test_a_second_press_changes_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    page = booked.address(found, "cancel", row.pk)
    client.post(page, {"why": "time", "side": "peer"})
    shown = client.post(page, {"why": "place", "side": "supporter"}, follow=True).content.decode()
    assert "This has changed since you opened the page." in shown
    row.refresh_from_db()
    assert (row.cancelled_why, row.cancelled_side) == ("time", "peer")


def test_not_what_was_held(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.held(found).peer_session
    with pytest.raises(Refused, match="has changed"):
        outcomes.cancel(
            peer_session_id=row.pk, why="time", by=factories.member(found.supporter), now=row.ends_at
        )


def test_the_reason_stays_between_the_two(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    by = factories.member(found.supporter)
    outcomes.cancel(peer_session_id=row.pk, why="not_well", by=by, now=datetime.now(UTC))
    page = booked.address(found, "peer_session", row.pk)
    assert "not well enough" in factories.signed_in(found.supporter).get(page).content.decode()
    assert "not well enough" not in factories.signed_in(found.coordinator).get(page).content.decode()


@pytest.mark.parametrize("role", ["supporter", "coordinator"])
@pytest.mark.parametrize("side", ["peer", "supporter", "organisation"])
def test_whose_side_it_was(ash: Organisation, role: str, side: str) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(getattr(found, role))
    client.post(booked.address(found, "cancel", row.pk), {"why": "time", "side": side})
    row.refresh_from_db()
    assert row.cancelled_side == side
    page = client.get(booked.address(found, "peer_session", row.pk)).content.decode()
    assert f"by the {side}" in page


def test_the_side_must_be_one_of_them(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    page = booked.address(found, "cancel", row.pk)
    assert client.post(page, {"why": "time"}).context["form"].errors == {
        "side": ["Please choose one of these."]
    }
    answer = client.post(page, {"why": "not_well", "side": "\N{ZERO WIDTH SPACE}\0"})
    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["side"]
    assert re.search(r'value="not_well"[^>]* checked', answer.content.decode())
    row.refresh_from_db()
    assert row.state == "booked"


def test_the_side_of_whoever_says_so(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    sides = []
    for who in (_holder, lambda found, row: factories.member(found.supporter), _coordinator):
        row = booked.session(found, now + timedelta(days=8), now=now)
        made = outcomes.cancel(peer_session_id=row.pk, why="time", by=who(found, row), now=now)
        sides.append(made.cancelled_side)
    assert sides == ["peer", "supporter", "organisation"]


def _coordinator(found: booked.Thread, row: PeerSession) -> Member:
    return factories.member(found.coordinator)


def test_a_peers_link_speaks_for_the_peer_alone(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row = booked.session(found, now + timedelta(hours=3), now=now)
    made = outcomes.cancel(
        peer_session_id=row.pk,
        why="time",
        side="supporter",
        said_in_time=True,
        by=_holder(found, row),
        now=now,
    )
    assert (made.cancelled_side, made.cancelled_late) == ("peer", True)


@pytest.mark.parametrize(
    ("notice", "late"),
    [
        (timedelta(hours=24), False),
        (timedelta(hours=23, minutes=59, seconds=59), True),
        (timedelta(seconds=1), True),
        (-timedelta(hours=2), True),
    ],
)
def test_late_is_less_than_a_day_before(
    ash: Organisation, now: datetime, notice: timedelta, late: bool
) -> None:
    found = booked.thread(ash)
    row = booked.session(found, now + timedelta(days=8), now=now)
    by = factories.member(found.supporter)
    made = outcomes.cancel(peer_session_id=row.pk, why="time", by=by, now=row.starts_at - notice)
    assert made.cancelled_late is late


def test_what_was_said_in_time_is_not_late(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.begun(found), factories.signed_in(found.supporter)
    page = booked.address(found, "cancel", row.pk)
    assert 'name="said_in_time"' in client.get(page).content.decode()
    client.post(page, {"why": "time", "side": "peer", "said_in_time": "on"})
    row.refresh_from_db()
    assert (row.cancelled_side, row.cancelled_late) == ("peer", False)


def test_long_before_nobody_is_asked_whether_it_was_in_time(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    assert 'name="said_in_time"' not in client.get(booked.address(found, "cancel", row.pk)).content.decode()


def test_the_end_of_a_pairing_is_the_organisations(ash: Organisation, now: datetime) -> None:
    found = booked.thread(ash)
    row = booked.session(found, now + timedelta(days=8), now=now)
    pairings.end(pairing_id=found.pairing.pk, by=factories.member(found.supporter), now=now)
    row.refresh_from_db()
    assert (row.state, row.cancelled_side) == ("cancelled", "organisation")


def test_a_page_that_shows_another_time_calls_nothing_off(ash: Organisation) -> None:
    found = booked.thread(ash)
    row, client = booked.ahead(found), factories.signed_in(found.supporter)
    PeerSession.objects.filter(pk=row.pk).update(sequence=1)
    answers = {"why": "time", "side": "peer", "sequence": "0"}
    shown = client.post(booked.address(found, "cancel", row.pk), answers, follow=True).content.decode()
    assert "moved while your page was open" in shown
    row.refresh_from_db()
    assert row.state == "booked"
