"""Sealed texts: bound to their place, gone with their key, and nowhere in clear."""

from typing import Any

import pytest
from django.apps import apps
from django.db import models

from lib.sealing import crypto
from lib.sealing.crypto import Unreadable
from lib.sealing.keys import drop
from lib.sealing.models import DataKey, SealedField, new_key, open_text, seal_text
from people.models import Organisation
from reminders.models import ChannelPreference
from tests import factories

TEXT = "Sam said: not by phone 🙂 שלום"


def _sealed(organisation: Organisation, key: DataKey, text: str = TEXT) -> ChannelPreference:
    row = ChannelPreference(
        organisation_id=organisation.pk, recipient_id=key.pk, data_key=key, language="en-gb", zone="UTC"
    )
    seal_text(row, "address", text, key)
    row.save(force_insert=True)
    return row


def test_text_comes_back(ash: Organisation) -> None:
    key = new_key(ash.pk)
    row = ChannelPreference.objects.get(pk=_sealed(ash, key).pk)
    assert open_text(row, "address", key) == TEXT
    assert TEXT.encode() not in bytes(row.address)


def test_nothing_written_stays_empty(ash: Organisation) -> None:
    key = new_key(ash.pk)
    row = _sealed(ash, key, "")
    assert (bytes(row.address), open_text(row, "address", key)) == (b"", "")


def test_two_equal_texts_are_not_equal_ciphertexts(ash: Organisation) -> None:
    key, other = new_key(ash.pk), new_key(ash.pk)
    assert bytes(_sealed(ash, key).address) != bytes(_sealed(ash, other).address)


def test_moved_to_another_row_it_does_not_open(ash: Organisation) -> None:
    key, other = new_key(ash.pk), new_key(ash.pk)
    row, target = _sealed(ash, key), _sealed(ash, other)
    target.address = row.address
    with pytest.raises(Unreadable):
        open_text(target, "address", key)


def test_moved_to_another_column_or_table_it_does_not_open(ash: Organisation) -> None:
    key = new_key(ash.pk)
    row = _sealed(ash, key)
    place = f"{row.organisation_id}|{row._meta.db_table}|address|{row.pk}"
    blob = bytes(row.address)
    assert crypto.decrypt(key.open(), blob, place).decode() == TEXT
    for other in (place.replace("|address|", "|note|"), place.replace("reminders_", "peer_sessions_")):
        with pytest.raises(Unreadable):
            crypto.decrypt(key.open(), blob, other)


def test_moved_to_another_organisation_it_does_not_open(ash: Organisation, elm: Organisation) -> None:
    key = new_key(ash.pk)
    row = _sealed(ash, key)
    row.organisation_id = elm.pk
    with pytest.raises(Unreadable):
        open_text(row, "address", key)


@pytest.mark.parametrize(
    "change", [lambda blob: blob[:-1] + bytes([blob[-1] ^ 1]), lambda blob: blob[:20], lambda blob: b"x"]
)
def test_changed_it_does_not_open(ash: Organisation, change: Any) -> None:
    key = new_key(ash.pk)
    row = _sealed(ash, key)
    row.address = change(bytes(row.address))
    with pytest.raises(Unreadable):
        open_text(row, "address", key)


def test_wrapped_key_moved_to_another_person_does_not_open(ash: Organisation) -> None:
    key, other = new_key(ash.pk), new_key(ash.pk)
    other.wrapped = key.wrapped
    with pytest.raises(Unreadable):
        DataKey(pk=other.pk, organisation_id=ash.pk, wrapped=key.wrapped, wrapped_by=key.wrapped_by).open()


def test_dropped_key_takes_the_texts_with_it(ash: Organisation) -> None:
    key, other = new_key(ash.pk), new_key(ash.pk)
    row, kept = _sealed(ash, key), _sealed(ash, other)
    drop(key.pk, now=factories.START)
    with pytest.raises(Unreadable):
        open_text(row, "address", DataKey.objects.get(pk=key.pk))
    assert open_text(kept, "address", DataKey.objects.get(pk=other.pk)) == TEXT
    drop(key.pk, now=factories.START)  # a second time changes nothing
    assert bytes(DataKey.objects.get(pk=key.pk).wrapped) == b""


def test_columns_called_notes_are_sealed() -> None:
    """A text that somebody writes about somebody is a SealedField, or stands here with its reason."""
    plain = {
        "people.group.why": "why a group is for whom it is: said openly",
        "peer_sessions.agreement.look_again_because": "one of LookAgain's three reasons",
        "peer_sessions.agreementkept.asked_because": "the same",
        "venues.venue.getting_there": "directions to a place, for everybody here",
        "peer_sessions.peersession.meeting_point": "where two people meet: the schedule needs it",
    }
    words = (
        "note",
        "text",
        "body",
        "said",
        "reason",
        "why",
        "because",
        "answers",
        "mattered",
        "warm_up",
        "cool_down",
    )
    found = {
        f"{model._meta.label_lower}.{field.name}"
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, models.CharField | models.TextField)
        and not field.choices
        and not field.name.endswith("_by")
        and (isinstance(field, models.TextField) or any(word in field.name for word in words))
        and model.__module__.split(".")[0]
        in {"people", "sessions", "venues", "groundrules", "safeguarding", "reminders"}
    }
    assert found - set(plain) == set()


def test_there_are_sealed_columns_and_they_cannot_be_edited_in_forms() -> None:
    found = [
        field
        for model in apps.get_models()
        for field in model._meta.local_fields
        if isinstance(field, SealedField)
    ]
    assert len(found) >= 8
    assert not any(field.editable for field in found)
