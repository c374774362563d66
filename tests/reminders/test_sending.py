"""Sending: what arrives, and what is noted when it does not."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from audit.actions import Operator
from audit.models import Event
from lib.ids import new_id
from lib.sealing import keys
from lib.tokens import token_for
from people.models import Organisation
from reminders.actions import cancel_for, send_batch, send_now
from reminders.actions.sending import LEASE, MOST_ATTEMPTS, pause
from reminders.models import ChannelPreference, Delivery, Message
from reminders.queries import failures
from tests.reminders.conftest import MakeRecipient
from tests.reminders.smtp import Server


def tell(organisation: Organisation, to: UUID, now: datetime, **changes: Any) -> Message:
    values: dict[str, Any] = {
        "kind": "session_booked",
        "object_id": new_id(),
        "sender_name": "Planner",
        "about_at": now + timedelta(days=1),
    }
    return send_now(**(values | changes), recipient_id=to, by=Operator(organisation.pk), now=now)


def send(now: datetime) -> int:
    return send_batch(tell_time=lambda: now)


def outcomes() -> list[tuple[str, str]]:
    return list(Delivery.objects.order_by("pk").values_list("outcome", "code"))


def test_what_arrives(ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime) -> None:
    link_id = new_id()
    message = tell(ash, recipient(ash, "sam@example.org"), now, link_id=link_id)
    assert send(now) == 1
    mail = server.mails[0]
    assert (mail["From"], mail["To"], mail["Subject"]) == (
        "Planner <planner@example.org>",
        "sam@example.org",
        "Your appointment",
    )
    assert (mail["Message-ID"], mail["Auto-Submitted"]) == (f"<{message.pk}@example.org>", "auto-generated")
    assert mail.get_content_type() == "multipart/mixed"
    body, _calendar = list(mail.walk())[1:]
    assert body.get_content_type() == "text/plain"
    text = body.get_payload(decode=True).decode()  # type: ignore[union-attr]
    assert f"{settings.PEERSAFE_URL}/p/{token_for(link_id)}/" in text
    assert "When: Wednesday 13 May 2026, 12:00 (Berlin time)" in text


def test_what_is_noted(ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime) -> None:
    to = recipient(ash, "sam@example.org")
    message = tell(ash, to, now)
    send(now)
    assert send(now + LEASE * 2) == 0
    message.refresh_from_db()
    assert (message.state, message.attempts, message.settled_at, message.lease_id) == (
        "accepted",
        1,
        now,
        None,
    )
    delivery = Delivery.objects.get()
    assert (delivery.message_id, delivery.recipient_id, delivery.attempt, delivery.outcome) == (
        message.pk,
        to,
        1,
        "accepted",
    )
    event = Event.objects.order_by("-number")[0]
    assert (event.actor, event.verb, event.object_id) == ("clock", "reminders.accept", str(message.pk))
    assert "sam@" not in str(event.detail)


def test_one_connection_for_many(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    for number in range(5):
        tell(ash, recipient(ash, f"sam{number}@example.org"), now)
    send(now)
    assert (len(server.mails), server.connections) == (5, 1)


@pytest.mark.parametrize(
    ("answer", "outcome", "code", "state"),
    [
        ("550 no such person sam@example.org", "refused", "550", "failed"),
        ("451 come again", "temporary", "451", "queued"),
        ("421 closing", "temporary", "421", "queued"),
        ("hang", "temporary", "timeout", "queued"),
        ("close", "temporary", "disconnected", "queued"),
        ("drop", "unclear", "disconnected", "queued"),
    ],
)
def test_one_bad_address_never_holds_up_the_rest(
    ash: Organisation,
    recipient: MakeRecipient,
    server: Server,
    now: datetime,
    answer: str,
    outcome: str,
    code: str,
    state: str,
) -> None:
    server.answers["sam@example.org"] = answer
    bad = tell(ash, recipient(ash, "sam@example.org"), now)
    for number in range(3):
        tell(ash, recipient(ash, f"ok{number}@example.org"), now)
    send(now)
    bad.refresh_from_db()
    delivery = Delivery.objects.get(message=bad)
    assert (delivery.outcome, delivery.code, bad.state) == (outcome, code, state)
    assert Message.objects.filter(state="accepted").count() == 3
    assert [to for to in server.reached if to != "sam@example.org"] == [
        f"ok{n}@example.org" for n in range(3)
    ]


def test_a_temporary_failure_is_tried_again_later(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    server.answers["sam@example.org"] = "451 later"
    message = tell(ash, recipient(ash, "sam@example.org"), now)
    send(now)
    assert send(now + LEASE) == 0
    server.answers.clear()
    assert send(now + timedelta(seconds=75)) == 1
    message.refresh_from_db()
    assert (message.state, message.attempts, outcomes()) == (
        "accepted",
        2,
        [("temporary", "451"), ("accepted", "")],
    )


def test_giving_up_after_many_attempts(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    server.answers["sam@example.org"] = "451 later"
    message = tell(ash, recipient(ash, "sam@example.org"), now, kind="session_cancelled")
    for hour in range(MOST_ATTEMPTS + 2):
        send(now + timedelta(hours=2 * hour))
    message.refresh_from_db()
    assert (message.state, message.attempts, len(outcomes())) == ("gave_up", MOST_ATTEMPTS, MOST_ATTEMPTS)


def test_a_server_that_drops_each_time_sends_one_too_many_at_most(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    server.answers["sam@example.org"] = "drop"
    tell(ash, recipient(ash, "sam@example.org"), now)
    for hour in range(5):
        send(now + timedelta(hours=hour))
    assert len(server.mails) == 2
    assert len({mail["Message-ID"] for mail in server.mails}) == 1
    assert Message.objects.get().state == "gave_up"


def test_no_server_at_all(
    ash: Organisation, recipient: MakeRecipient, settings: Any, server: Server, now: datetime
) -> None:
    settings.EMAIL_PORT = 1
    for number in range(3):
        tell(ash, recipient(ash, f"sam{number}@example.org"), now)
    send(now)
    assert outcomes() == [("temporary", "no_server")] * 3
    assert set(Message.objects.values_list("state", flat=True)) == {"queued"}


def test_a_server_without_the_demanded_encryption_gets_nothing(
    ash: Organisation, recipient: MakeRecipient, settings: Any, server: Server, now: datetime
) -> None:
    settings.EMAIL_USE_TLS = True
    tell(ash, recipient(ash, "sam@example.org"), now)
    send(now)
    assert (server.mails, outcomes()) == ([], [("temporary", "no_connection")])


def test_nobody_to_send_to(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    to = recipient(ash, "sam@example.org")
    stopped = recipient(ash, "ali@example.org")
    ChannelPreference.objects.filter(recipient_id=stopped).update(stopped_at=now)
    erased = recipient(ash, "kim@example.org")
    keys.drop(ChannelPreference.objects.get(recipient_id=erased).data_key_id, now=now)
    for each in (new_id(), stopped, erased):
        tell(ash, each, now)
    tell(ash, to, now)
    send(now)
    assert sorted(outcomes()) == [
        ("accepted", ""),
        ("no_address", ""),
        ("no_address", ""),
        ("no_address", "stopped"),
    ]
    assert server.reached == ["sam@example.org"]


def test_too_late_is_not_sent(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    tell(ash, recipient(ash, "sam@example.org"), now, about_at=now + timedelta(hours=1))
    send(now + timedelta(hours=1))
    assert (server.mails, outcomes()) == ([], [("too_late", "")])


def test_cancelled_while_queued_is_not_sent(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    message = tell(ash, recipient(ash, "sam@example.org"), now)
    cancel_for(object_id=message.object_id, by=Operator(ash.pk), now=now)
    assert send(now) == 0
    assert server.mails == []


def test_cancelled_between_claim_and_hand_over_is_not_sent(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    message = tell(ash, recipient(ash, "sam@example.org"), now)
    moments = iter([now])

    def tell_time() -> datetime:
        if next(moments, None) is None:
            cancel_for(object_id=message.object_id, by=Operator(ash.pk), now=now)
        return now

    assert send_batch(tell_time=tell_time) == 1
    assert (server.mails, outcomes()) == ([], [])


def test_a_lease_that_runs_short_is_given_back(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    for number in range(3):
        tell(ash, recipient(ash, f"sam{number}@example.org"), now)
    moments = iter([now, now, now, now])  # begun; asked before the first; its attempt and its note
    send_batch(tell_time=lambda: next(moments, now + LEASE))
    assert len(server.mails) == 1
    assert set(Message.objects.filter(state="queued").values_list("attempts", "lease_id")) == {(0, None)}
    assert send(now + LEASE) == 2


def test_failures_are_in_a_persons_sight(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    server.answers["sam@example.org"] = "550 no"
    message = tell(ash, recipient(ash, "sam@example.org"), now)
    tell(ash, recipient(ash, "ali@example.org"), now)
    send(now)
    found = failures(ash.pk, now - timedelta(days=1))
    assert [(row.object_id, row.recipient_id, row.at, row.outcome, row.code) for row in found] == [
        (message.object_id, message.recipient_id, now, "refused", "550")
    ]
    assert failures(ash.pk, now, object_id=message.object_id) == found
    assert failures(ash.pk, now, object_id=new_id()) == []
    assert failures(ash.pk, now + timedelta(seconds=1)) == []


@pytest.mark.parametrize("attempt", range(1, MOST_ATTEMPTS + 1))
def test_pauses_grow_and_spread(attempt: int) -> None:
    plain = min(60 * 2 ** (attempt - 1), 3600)
    found = {pause(attempt).total_seconds() for _ in range(20)}
    assert len(found) > 1
    assert all(0.8 * plain <= seconds <= 1.2 * plain for seconds in found)
