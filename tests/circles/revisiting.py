"""Rows for the small world: whether boundaries still fit, and a boundary that was crossed."""

from typing import Any

from lib.ids import new_id
from sessions.actions import crossings, fit_checks
from sessions.models import Side
from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """Something is different today only; a boundary was crossed, and both and a supervisor may read of it."""
    shared: dict[str, Any] = {"pairing_id": ground.pairing.pk, "by": ground.supporter, "now": ground.now}
    fit_checks.note_fit(
        once=new_id(),
        side=Side.PEER,
        fit="today_only",
        words=ground.plants("today", sealed=True),
        peer_session_id=ground.coming.pk,
        **shared,
    )
    noted = crossings.note_crossing(
        once=new_id(),
        side=Side.SUPPORTER,
        item_key="hug_given",
        words=ground.plants("crossed", sealed=True),
        to_other=True,
        to_supervisor=True,
        **shared,
    )
    return {"crossing_id": noted.pk}
