"""Rows for the small world: a supporter's own limits, practising, and answers a supervisor hears of."""

from typing import Any

from sessions.actions import limits
from sessions.models import FloorNote
from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """A finished sheet that is shown to the supervisor, with an answer they hear of, and the next one begun."""
    by, now = ground.supporter, ground.now
    limits.save_limits(
        version=2,
        revision=0,
        said={
            "friends": {"answer": "maybe", "note": ground.plants("limit", sealed=True)},
            "romance": {"answer": "maybe", "note": ground.plants("below", sealed=True)},
            "own-smoke": {"answer": "never", "note": "", "text": ground.plants("ownline", sealed=True)},
        },
        by=by,
        now=now,
    )
    sheet = limits.finish_limits(version=2, revision=1, by=by, now=now)
    limits.show_limits(limits_id=sheet.pk, by=by, now=now)
    begun = {"alcohol": {"answer": "never", "note": ground.plants("begun", sealed=True)}}
    limits.save_limits(version=3, revision=0, said=begun, by=by, now=now)  # type: ignore[arg-type]
    note = FloorNote.objects.get(sheet_id=sheet.pk)
    return {"limits_id": sheet.pk, "floor_note_id": note.pk}
