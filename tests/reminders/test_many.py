"""Many things at once: in one statement, and each as if it stood alone."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from audit.actions import Operator
from lib.ids import new_id
from people.models import Organisation
from reminders.actions import About, cancel_for_all, schedule_all, send_all
from reminders.models import Message, Reminder

DAY = timedelta(days=1)


def about(now: datetime, *, days: int = 7, recipient_id: UUID | None = None) -> About:
    """One recipient of one thing some days ahead."""
    starts_at = now + days * DAY
    return About(new_id(), recipient_id or new_id(), starts_at, starts_at + timedelta(hours=1), 2)


def common(organisation: Organisation, now: datetime) -> dict[str, Any]:
    """What all calls share."""
    return {"sender_name": "Planner", "by": Operator(organisation.pk), "now": now}


def test_each_is_due_ahead_of_its_own_time(
    ash: Organisation, now: datetime, django_assert_num_queries: Any
) -> None:
    each = [about(now), about(now, days=14), about(now, days=0)]
    with django_assert_num_queries(1):
        schedule_all(each, kind="session_tomorrow", ahead=DAY, **common(ash, now))
    schedule_all(each, kind="session_tomorrow", ahead=DAY, **common(ash, now))  # twice is once
    found = {row.object_id: (row.due_at, row.about_at, row.sequence) for row in Reminder.objects.all()}
    assert found == {
        each[0].object_id: (now + 6 * DAY, now + 7 * DAY, 2),
        each[1].object_id: (now + 13 * DAY, now + 14 * DAY, 2),
        each[2].object_id: (now, now, 2),
    }


def test_each_is_sent_once_for_a_slot(ash: Organisation, now: datetime) -> None:
    each = [about(now), about(now)]
    for slot in ("1", "1", "2"):
        send_all(each, kind="session_moved", slot=slot, **common(ash, now))
    assert Message.objects.count() == 4


def test_nothing_is_fine(ash: Organisation, now: datetime, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        schedule_all([], kind="session_tomorrow", ahead=DAY, **common(ash, now))
        send_all([], kind="session_moved", **common(ash, now))


def test_an_unknown_kind_is_refused(ash: Organisation, now: datetime) -> None:
    with pytest.raises(ValueError, match="unknown kind"):
        send_all([about(now)], kind="gossip", **common(ash, now))
    with pytest.raises(ValueError, match="unknown kind"):
        schedule_all([about(now)], kind="gossip", ahead=DAY, **common(ash, now))


def test_taking_back_many_or_what_goes_to_one(ash: Organisation, now: datetime) -> None:
    me = new_id()
    first, second, other = about(now, recipient_id=me), about(now), about(now)
    shared = About(first.object_id, new_id(), first.about_at, first.about_until)
    each = [first, second, other, shared]
    schedule_all(each, kind="session_tomorrow", ahead=DAY, **common(ash, now))
    send_all(each, kind="session_moved", **common(ash, now))
    by = Operator(ash.pk)
    taken_back = cancel_for_all(object_ids=[first.object_id], recipient_id=me, by=by, now=now)
    assert (taken_back, _waiting()) == (1, {second.recipient_id, other.recipient_id, shared.recipient_id})
    ids = [first.object_id, second.object_id]
    assert cancel_for_all(object_ids=ids, by=by, now=now) == 2
    assert _waiting() == {other.recipient_id}
    queued = Message.objects.filter(state="queued").values_list("recipient_id", flat=True)
    assert list(queued) == [other.recipient_id]


def _waiting() -> set[UUID]:
    return set(Reminder.objects.filter(state="waiting").values_list("recipient_id", flat=True))
