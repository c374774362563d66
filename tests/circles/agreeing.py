"""Rows for the small world: laying an agreement before both, talking differences through, and answering."""

from typing import Any

from lib.ids import new_id
from sessions.actions import agreeing, paper
from sessions.models import Agreement, How, SaidTo, Side
from sessions.states import IN_FORCE
from tests import pictures
from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """The peer wants to talk about what holds, and said so on paper, of which there is a picture."""
    shared: dict[str, Any] = {"by": ground.supporter, "now": ground.now}
    answer = agreeing.answer(
        once=new_id(),
        agreement_id=Agreement.objects.get(pairing=ground.pairing, state=IN_FORCE).pk,
        side=Side.PEER,
        said=SaidTo.TALK,
        how=How.PAPER,
        words=ground.plants("answer", sealed=True),
        **shared,
    )
    copy = paper.add_paper_copy(once=new_id(), answer_id=answer.pk, picture=pictures.photo(), **shared)
    return {"answer_id": answer.pk, "paper_copy_id": copy.pk}
