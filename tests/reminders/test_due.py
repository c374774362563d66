"""What is due: noted once, cancelled with its object, handed over once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.models import Organisation
from reminders.actions import cancel_for, hand_over_due, schedule, send_now
from reminders.models import Message, Reminder

OBJECT, RECIPIENT = new_id(), new_id()


def remind(organisation: Organisation, now: datetime, **changes: Any) -> Reminder:
    values: dict[str, Any] = {
        "kind": "session_tomorrow",
        "object_id": OBJECT,
        "recipient_id": RECIPIENT,
        "due_at": now,
        "sender_name": "Planner",
        "about_at": now + timedelta(days=1),
    }
    return schedule(**(values | changes), by=Operator(organisation.pk), now=now)


def tell(organisation: Organisation, now: datetime, **changes: Any) -> Message:
    values: dict[str, Any] = {
        "kind": "session_booked",
        "object_id": OBJECT,
        "recipient_id": RECIPIENT,
        "sender_name": "Planner",
        "about_at": now + timedelta(days=1),
    }
    return send_now(**(values | changes), by=Operator(organisation.pk), now=now)


def test_a_second_call_does_nothing(ash: Organisation, now: datetime) -> None:
    first = remind(ash, now, sender_name="Planner")
    again = remind(ash, now, sender_name="Another")
    assert (again.pk, again.sender_name) == (first.pk, "Planner")
    assert Reminder.objects.count() == 1


def test_another_time_is_another_reminder(ash: Organisation, now: datetime) -> None:
    remind(ash, now)
    remind(ash, now + timedelta(hours=1), due_at=now + timedelta(hours=1))
    assert Reminder.objects.count() == 2


def test_due_reminders_are_handed_over_once(ash: Organisation, now: datetime) -> None:
    remind(ash, now)
    remind(ash, now, recipient_id=new_id(), due_at=now + timedelta(minutes=1))
    assert hand_over_due(now=now) == 1
    assert hand_over_due(now=now) == 0
    message = Message.objects.get()
    assert (message.state, message.recipient_id, message.next_try_at) == ("queued", RECIPIENT, now)
    assert list(Reminder.objects.order_by("due_at").values_list("state", flat=True)) == [
        "handed_over",
        "waiting",
    ]


def test_every_organisation_is_served(ash: Organisation, elm: Organisation, now: datetime) -> None:
    remind(ash, now)
    with wall.inside(elm.pk):
        remind(elm, now)
    assert hand_over_due(now=now) == 2
    assert Message.objects.count() == 1
    with wall.inside(elm.pk):
        assert Message.objects.get().organisation_id == elm.pk


def test_cancelling_takes_back_what_waits(ash: Organisation, now: datetime) -> None:
    remind(ash, now)
    remind(ash, now, object_id=new_id())
    assert cancel_for(object_id=OBJECT, by=Operator(ash.pk), now=now) == 1
    assert hand_over_due(now=now) == 1
    assert Message.objects.get().object_id != OBJECT


def test_cancelling_takes_back_what_is_queued_but_not_the_news_of_it(
    ash: Organisation, now: datetime
) -> None:
    remind(ash, now)
    hand_over_due(now=now)
    tell(ash, now)
    tell(ash, now, kind="invitation")
    tell(ash, now, kind="session_cancelled")
    assert cancel_for(object_id=OBJECT, by=Operator(ash.pk), now=now) == 1
    assert dict(Message.objects.values_list("kind", "state")) == {
        "session_tomorrow": "cancelled",
        "session_booked": "cancelled",
        "invitation": "cancelled",
        "session_cancelled": "queued",
    }
    assert Reminder.objects.get().state == "cancelled"


def test_moved_away_and_back_is_due_again(ash: Organisation, now: datetime) -> None:
    remind(ash, now)
    hand_over_due(now=now)
    cancel_for(object_id=OBJECT, by=Operator(ash.pk), now=now)
    link: UUID = new_id()
    assert remind(ash, now, link_id=link).state == "waiting"
    hand_over_due(now=now)
    message = Message.objects.get()
    assert (message.state, message.link_id) == ("queued", link)


def test_a_time_and_its_changes_go_along(ash: Organisation, now: datetime) -> None:
    """From the reminder to its message; and those of the newer one when the older was cancelled meanwhile."""
    until = now + timedelta(days=1, hours=1)
    remind(ash, now, about_until=until, sequence=2)
    hand_over_due(now=now)
    assert Message.objects.values_list("about_until", "sequence").get() == (until, 2)
    cancel_for(object_id=OBJECT, by=Operator(ash.pk), now=now)
    again = remind(ash, now, about_until=until + timedelta(hours=1), sequence=4)
    assert (again.about_until, again.sequence) == (until + timedelta(hours=1), 4)
    hand_over_due(now=now)
    assert Message.objects.values_list("about_until", "sequence").get() == (until + timedelta(hours=1), 4)


def test_news_of_a_time_carries_its_changes(ash: Organisation, now: datetime) -> None:
    until = now + timedelta(days=1, hours=1)
    tell(ash, now, about_until=until, sequence=1)
    cancel_for(object_id=OBJECT, by=Operator(ash.pk), now=now)
    news = tell(ash, now, about_until=until, sequence=3)
    assert (news.about_until, news.sequence, news.state) == (until, 3, "queued")


def test_one_message_for_each_slot(ash: Organisation, now: datetime) -> None:
    first = tell(ash, now)
    assert tell(ash, now).pk == first.pk
    assert tell(ash, now, slot="2").pk != first.pk


def test_an_unknown_kind_is_a_mistake_of_ours(ash: Organisation, now: datetime) -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        remind(ash, now, kind="gossip")


@pytest.mark.parametrize("name", ["Planner\r\nBcc: all@example.org", "Plan\x00ner", "Plan\u2028ner"])
def test_a_sender_on_two_lines_is_refused(ash: Organisation, now: datetime, name: str) -> None:
    with pytest.raises(Refused):
        tell(ash, now, sender_name=name)
    assert Message.objects.count() == 0
