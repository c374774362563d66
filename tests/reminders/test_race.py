"""Two workers at once, in real transactions: nothing twice, nobody waits for the other."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from django.db import connection, transaction

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from people.models import Organisation
from reminders.actions import hand_over_due, schedule, send_batch, send_now
from reminders.actions.sending import LEASE, claim
from reminders.models import Delivery, Message
from tests import factories
from tests.reminders.conftest import MakeRecipient
from tests.reminders.smtp import Server

pytestmark = pytest.mark.django_db(transaction=True)
WAIT = 10  # seconds until a test gives up on a thread


@pytest.fixture
def oak() -> Organisation:
    """An organisation that is committed, so that every connection sees it."""
    with transaction.atomic():
        return factories.organisation("oak")


@pytest.fixture
def beside() -> Iterator[Callable[..., Future[int]]]:
    """Runs something in another thread, on a connection of its own."""
    with ThreadPoolExecutor(1) as pool:

        def run(act: Callable[[], int]) -> Future[int]:
            def and_close() -> int:
                try:
                    return act()
                finally:
                    connection.close()

            return pool.submit(and_close)

        yield run


def queue(oak: Organisation, to: list[UUID], now: datetime) -> None:
    with wall.inside(oak.pk):
        for recipient_id in to:
            send_now(
                kind="session_booked",
                object_id=new_id(),
                recipient_id=recipient_id,
                sender_name="Planner",
                by=Operator(oak.pk),
                now=now,
            )


def test_while_one_worker_sends_another_finds_nothing(
    oak: Organisation,
    recipient: MakeRecipient,
    server: Server,
    now: datetime,
    beside: Callable[..., Future[int]],
) -> None:
    queue(oak, [recipient(oak, f"sam{number}@example.org") for number in range(3)], now)
    claimed, may_go_on = threading.Event(), threading.Event()
    moments = iter([now])

    def tell_time() -> datetime:
        if next(moments, None) is None:  # asked for the second time: the claim is committed
            claimed.set()
            assert may_go_on.wait(WAIT)
        return now

    first = beside(lambda: send_batch(tell_time=tell_time))
    assert claimed.wait(WAIT)
    second = send_batch(tell_time=lambda: now)
    may_go_on.set()
    assert (first.result(WAIT), second) == (3, 0)
    assert len(server.mails) == 3
    with wall.inside(oak.pk):
        assert Delivery.objects.count() == 3


def test_claims_at_the_same_moment_share_the_work(
    oak: Organisation,
    recipient: MakeRecipient,
    now: datetime,
    beside: Callable[..., Future[int]],
) -> None:
    queue(oak, [new_id() for _ in range(4)], now)
    with transaction.atomic():
        mine = claim(new_id(), now=now, most=2)
        others = beside(lambda: len(claim(new_id(), now=now, most=10))).result(WAIT)
    assert (len(mine), others) == (2, 2)


def test_a_killed_workers_messages_come_round_again(
    oak: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    queue(oak, [recipient(oak, "sam@example.org")], now)
    assert len(claim(new_id(), now=now, most=10)) == 1  # and here it was killed
    assert send_batch(tell_time=lambda: now + LEASE - timedelta(seconds=1)) == 0
    assert send_batch(tell_time=lambda: now + LEASE) == 1
    assert len(server.mails) == 1


def test_an_expired_lease_no_longer_sends(
    oak: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    queue(oak, [recipient(oak, "sam@example.org")], now)
    moments = iter([now])

    def tell_time() -> datetime:
        if next(moments, None) is None and not server.mails:  # asleep so long that another one took over
            send_batch(tell_time=lambda: now + LEASE)
        return now

    send_batch(tell_time=tell_time)
    assert len(server.mails) == 1


def test_a_slow_mail_server_outlasts_the_lease(
    oak: Organisation,
    recipient: MakeRecipient,
    server: Server,
    now: datetime,
    beside: Callable[..., Future[int]],
) -> None:
    queue(oak, [recipient(oak, "sam@example.org")], now)
    asked, claimed = 0, list[int]()

    def tell_time() -> datetime:
        nonlocal asked
        asked += 1
        if asked == 3:  # the hand-over has begun: another worker takes the message when the lease is over
            claimed.append(beside(lambda: send_batch(tell_time=lambda: now + LEASE)).result(WAIT))
        return now

    send_batch(tell_time=tell_time)
    assert claimed == [1]
    assert send_batch(tell_time=lambda: now + LEASE * 3) == 0
    assert len(server.mails) == 1
    with wall.inside(oak.pk):
        assert Message.objects.get().state == "accepted"


def test_two_hand_overs_at_once_make_one_message(
    oak: Organisation, now: datetime, beside: Callable[..., Future[int]]
) -> None:
    with wall.inside(oak.pk):
        schedule(
            kind="session_tomorrow",
            object_id=new_id(),
            recipient_id=new_id(),
            due_at=now,
            sender_name="Planner",
            by=Operator(oak.pk),
            now=now,
        )
    with transaction.atomic():
        first = hand_over_due(now=now)
        second = beside(lambda: hand_over_due(now=now)).result(WAIT)
    assert (first, second) == (1, 0)
    with wall.inside(oak.pk):
        assert Message.objects.count() == 1
