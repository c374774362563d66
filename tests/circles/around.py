"""Rows of around for the small world: a good space, something made ready, a private thought, a wish for a debrief."""

from typing import Any

from lib.ids import new_id
from sessions.actions import debriefs, preparing, reflections, spaces
from sessions.spaces import blank, wished
from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """A row of each, through the real actions."""
    by, now, plants = ground.supporter, ground.now, ground.plants
    spaces.save_space_wishes(
        pairing_id=ground.pairing.pk,
        peer_id=ground.peer.pk,
        revision=0,
        wished={
            **wished(blank()),
            "light": ["daylight"],
            "music_kind": plants("music", sealed=True),
            "avoid": plants("avoid", sealed=True),
            "own_words": plants("ownwords", sealed=True),
        },
        music=True,
        music_how="in_person",
        by=by,
        now=now,
    )
    preparing.prepare(peer_session_id=ground.coming.pk, ticks={"way": True}, revision=None, by=by, now=now)
    reflections.reflect(
        peer_session_id=ground.held.pk,
        revision=0,
        thoughts={"built": ["listening"], "broke": [], "note": plants("thought", sealed=True)},
        typing=False,
        by=by,
        now=now,
    )
    wish = debriefs.ask_debrief(once=new_id(), peer_session_id=ground.held.pk, by=by, now=now)
    return {"debrief_wish_id": wish.pk}
