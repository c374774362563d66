"""Rows for the small world: whether boundaries still fit, and a boundary that was crossed."""

from typing import Any

from lib.ids import new_id
from sessions.actions import crossings, fit_checks, keeping
from sessions.models import Agreement, Side
from sessions.queries.keeping import seen
from sessions.states import IN_FORCE
from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """Something is different today only; a boundary was crossed, and both and a supervisor may read of it. They looked
    at their agreement, and it stays as it is."""
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
    held = Agreement.objects.get(pairing=ground.pairing, state=IN_FORCE)
    keeping.keep_agreement(
        once=new_id(),
        agreement_id=held.pk,
        look_again_on=held.review_on,
        seen_then=seen(held),
        by=ground.supporter,
        now=ground.now,
    )
    return {"crossing_id": noted.pk}
