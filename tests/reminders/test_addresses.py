"""Where people can be reached: sealed, changed, removed."""

from datetime import datetime

import pytest

from audit.actions import Operator
from audit.models import Event
from lib.ids import new_id
from lib.refusal import Refused
from lib.sealing import keys
from lib.sealing.models import DataKey, new_key
from people.models import Organisation
from reminders.actions import set_address
from reminders.models import ChannelPreference
from reminders.queries import address_of

SAM = new_id()


def keep(ash: Organisation, address: str, key: DataKey, now: datetime) -> None:
    set_address(
        recipient_id=SAM,
        address=address,
        data_key=key,
        language="en-gb",
        zone="Europe/London",
        by=Operator(ash.pk),
        now=now,
    )


def test_an_address_is_sealed(ash: Organisation, now: datetime) -> None:
    key = new_key(ash.pk)
    keep(ash, " sam@example.org ", key, now)
    assert address_of(SAM, key) == "sam@example.org"
    assert b"sam@" not in bytes(ChannelPreference.objects.get().address)
    event = Event.objects.order_by("-number")[0]
    assert (event.verb, event.detail) == ("reminders.set_address", {"removed": False})


def test_nobody_has_none(ash: Organisation) -> None:
    assert address_of(new_id(), new_key(ash.pk)) == ""


def test_an_address_is_changed_and_removed(ash: Organisation, now: datetime) -> None:
    key = new_key(ash.pk)
    keep(ash, "sam@example.org", key, now)
    ChannelPreference.objects.update(stopped_at=now)
    keep(ash, "new@example.org", key, now)
    assert address_of(SAM, key) == "new@example.org"
    keep(ash, "", key, now)
    assert address_of(SAM, key) == ""
    assert ChannelPreference.objects.get().stopped_at == now


def test_a_dropped_key_leaves_nothing(ash: Organisation, now: datetime) -> None:
    key = new_key(ash.pk)
    keep(ash, "sam@example.org", key, now)
    keys.drop(key.pk, now=now)
    assert address_of(SAM, DataKey.objects.get(pk=key.pk)) == ""


@pytest.mark.parametrize(
    "address",
    ["sam", "sam@", "sam@example.org\nBcc: all@example.org", "a@b@c.org", "sam@exa\x00mple.org", "🌿"],
)
def test_what_is_no_address_is_refused(ash: Organisation, now: datetime, address: str) -> None:
    with pytest.raises(Refused):
        keep(ash, address, new_key(ash.pk), now)
    assert ChannelPreference.objects.count() == 0
