"""Rows of several kinds in one statement: all or none, in any order, and nothing of them is lost on the way."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import Model
from django.test.utils import CaptureQueriesContext

from audit.actions import Operator, event
from audit.models import Event
from lib.ids import new_id
from lib.together import store
from people.models import Organisation
from sessions.actions.holding import holds
from sessions.models import Hold, PeerSession
from tests import factories
from tests.sessions import booked


def wish(found: booked.Thread, **changes: Any) -> PeerSession:
    starts_at = factories.START + timedelta(days=30)
    values = {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=50),
        "booked_at": factories.START,
    }
    values |= {"setting": "walk", "meeting_point": "שער ' \" % %s 🌳\n", "booked_by": "operator"} | changes
    return PeerSession(organisation=found.organisation, pairing=found.pairing, **values)


def test_everything_arrives_as_it_was(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = wish(found)
    held = holds(row, supporters=[found.supporter.pk], peers=[found.peer.pk])
    mark = event(
        by=Operator(ash.pk), verb="sessions.book", what=row, now=factories.START, pairing=found.pairing.pk
    )
    with CaptureQueriesContext(connection) as queries:
        store(*held, mark, row)
    assert len(queries) == 1
    made = PeerSession.objects.get(pk=row.pk)
    names = [field.attname for field in PeerSession._meta.concrete_fields]
    assert [getattr(made, name) for name in names] == [getattr(row, name) for name in names]
    assert set(Hold.objects.values_list("holder_id", flat=True)) == {found.supporter.pk, found.peer.pk}
    assert {each.starts_at for each in Hold.objects.all()} == {row.starts_at}
    newest = Event.objects.latest("number")
    assert (newest.verb, newest.object_id, newest.detail) == (
        "sessions.book",
        str(row.pk),
        {"pairing": str(found.pairing.pk)},
    )
    row.meeting_point = "At the gate"
    row.save()
    assert PeerSession.objects.get(pk=row.pk).meeting_point == "At the gate"


def store_and_check(*rows: Model) -> None:
    """Foreign keys are asked at the end of a transaction; here at the end of the statement."""
    with transaction.atomic(), connection.cursor() as cursor:
        store(*rows)
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


@pytest.mark.parametrize("wrong", [{"setting": "moon"}, {"pairing_id": new_id()}])
def test_all_or_none(ash: Organisation, wrong: dict[str, object]) -> None:
    found = booked.thread(ash)
    row = wish(found)
    for name, value in wrong.items():
        setattr(row, name, value)
    with pytest.raises(IntegrityError):
        store_and_check(row, *holds(row, supporters=[found.supporter.pk]))
    assert (PeerSession.objects.count(), Hold.objects.count()) == (0, 0)


def test_one_row_and_plain_values(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = wish(found, changed_alone=True, sequence=0, meeting_point="")
    store(row)
    made = PeerSession.objects.get(pk=row.pk)
    assert (made.changed_alone, made.sequence, made.meeting_point, made.room_id) == (True, 0, "", None)
