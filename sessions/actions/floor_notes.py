"""Answers against ethical support on a finished sheet of a supporter: noted for their supervisor, talked about."""

import json
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Actor, record
from lib.sealing.models import seal_text
from people.models import Membership, Supervision
from reminders.actions import send_now
from reminders.states import SOMETHING_WAITS
from sessions import floors
from sessions.items import Item
from sessions.models import FloorNote, Pairing
from sessions.wording import Answers


def raise_for(
    *,
    sheet_id: UUID,
    supporter: Membership,
    pairing: Pairing | None,
    items: Iterable[Item],
    answers: Answers,
    by: Actor,
    now: datetime,
) -> list[FloorNote]:
    """Note each answer below a floor of ethical support, and let the supervisors know that something waits.

    Part of finishing a sheet or limits, in that action's transaction. `supporter` comes with its data key and its
    organisation. The answers stay as they are.
    """
    found = [item for item in floors.below(items, answers) if item.is_ethical]
    notes = [_note(item, sheet_id, supporter, pairing, answers, now) for item in found]
    FloorNote.objects.bulk_create(notes)
    if notes:
        _tell(supporter, sheet_id, by=by, now=now)
    for note in notes:
        record(by=by, verb="sessions.raise_floor_note", what=note, now=now)
    return notes


def _note(
    item: Item,
    sheet_id: UUID,
    supporter: Membership,
    pairing: Pairing | None,
    answers: Answers,
    now: datetime,
) -> FloorNote:
    said = answers[item.key]
    note = FloorNote(
        organisation_id=supporter.organisation_id,
        supporter=supporter,
        pairing=pairing,
        sheet_id=sheet_id,
        item_key=item.key,
        raised_at=now,
    )
    body = {"title": str(item.title), "answer": said["answer"], "note": said["note"]}
    seal_text(note, "body", json.dumps(body, ensure_ascii=False), supporter.data_key)
    return note


def _tell(supporter: Membership, sheet_id: UUID, *, by: Actor, now: datetime) -> None:
    current = Supervision.objects.filter(supporter=supporter, ends_at__isnull=True)
    for supervisor_id in current.values_list("supervisor_id", flat=True):
        send_now(
            kind=SOMETHING_WAITS,
            object_id=sheet_id,
            recipient_id=supervisor_id,
            slot="below a floor",
            sender_name=supporter.organisation.sender_name,
            by=by,
            now=now,
        )


def settle_floor_note(*, floor_note_id: UUID, by: Actor, now: datetime) -> FloorNote:
    """Note that a supervisor and the supporter talked about it. A second time does nothing."""
    with transaction.atomic():
        note = FloorNote.objects.select_for_update(of=("self",)).get(pk=floor_note_id)
        if note.settled_at is not None:
            return note
        note.settled_at, note.settled_by = now, by.actor
        note.save(update_fields=["settled_at", "settled_by"])
        record(by=by, verb="sessions.settle_floor_note", what=note, now=now)
    return note
