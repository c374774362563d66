"""Rows for the small world: what a peer answers on their own page, for themselves alone so far."""

from typing import Any

from people.access import LinkHolder
from people.door import Place
from people.models import PrivateLink
from people.models.links import LinkPurpose
from sessions.actions import sheets
from sessions.models import Side
from sessions.queries.sheets import number_to_make
from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """A sheet of the next version, begun on the peer's own page: no address names it but that page's own."""
    pages = PrivateLink.objects.filter(object_id=ground.pairing.pk, purpose=LinkPurpose.PAIRING)
    page = pages.select_related("organisation").latest("created_at")
    sheets.save_sheet(
        pairing_id=ground.pairing.pk,
        side=Side.PEER,
        version=number_to_make(ground.pairing),
        revision=0,
        said={
            "about-topics": {"answer": "", "note": ground.plants("alone", sealed=True)},
            "own-00": {"answer": "never", "note": "", "text": ground.plants("line", sealed=True)},
        },
        by=LinkHolder(
            link_id=page.pk,
            purpose=page.purpose,
            object_id=page.object_id,
            peer_id=page.peer_id,
            organisation=Place.of(page.organisation),
        ),
        now=ground.now,
    )
    return {}
