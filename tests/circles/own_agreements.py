"""Rows for the small world: an agreement on the peer's own page, and whom the peer trusts."""

from typing import Any

from sessions.actions import trusted
from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """Whom the peer trusts, noted by the supporter beside them."""

    def sealed(what: str) -> str:
        return ground.plants(what, sealed=True)

    trusted.trusted(
        pairing_id=ground.pairing.pk,
        peer_id=ground.peer.pk,
        revision=0,
        wishes={
            "who": sealed("who"),
            "relation": sealed("relation"),
            "reach": sealed("reach"),
            "when": sealed("when"),
            "helps": sealed("helps"),
            "does_not_help": sealed("hinders"),
        },
        by=ground.supporter,
        now=ground.now,
    )
    return {}
