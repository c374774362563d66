"""The demo's care around sessions: good spaces, things made ready, private thoughts, wishes for a debrief."""

import random
from datetime import datetime, timedelta

from lib.ids import new_id
from people.access import Member
from sessions import spaces, trust
from sessions.actions import debriefs, preparing, reflections
from sessions.actions import spaces as space_actions
from sessions.models import Pairing, PeerSession
from sessions.spaces import OPTIONS

AVOID = ["", "", "The bus at half past three: school is out.", "A neighbour who asks a lot."]
OWN_WORDS = ["", "Somewhere with a plant in it.", "Where I can see the door.", "Not the room with the clock."]
THOUGHTS = ["", "", "I was tired. I would like to come a bit earlier next time.", "The silence was good."]


def good_space(pairing: Pairing, *, by: Member, now: datetime, dice: random.Random) -> None:
    """What makes a space good for a peer; every third likes music and said so."""
    wished = spaces.wished(spaces.blank())
    for matter, options in OPTIONS.items():
        chosen = dice.sample([key for key, _label in options], dice.randrange(2))  # two may contradict
        wished[matter.value] = [key for key, _label in options if key in chosen]  # type: ignore[literal-required]
    wished["avoid"], wished["own_words"] = dice.choice(AVOID), dice.choice(OWN_WORDS)
    space_actions.save_space_wishes(
        pairing_id=pairing.pk,
        peer_id=pairing.peer_id,
        revision=0,
        wished=wished,
        music=dice.random() < 0.3,
        music_how="in_person",
        by=by,
        now=now,
    )


def make_ready(peer_session: PeerSession, *, by: Member, now: datetime, dice: random.Random) -> None:
    """Some of what the next session needs is ready."""
    listed = [thing.key for thing in spaces.to_make_ready(peer_session.setting, music=False)]
    ticks = dict.fromkeys(dice.sample(listed, 3), True)
    preparing.prepare(peer_session_id=peer_session.pk, ticks=ticks, revision=None, by=by, now=now)


def think(peer_session: PeerSession, *, by: Member, now: datetime, dice: random.Random) -> None:
    """A few ticks after a session, and sometimes a line."""
    built = dice.sample(trust.Built.values, 4)
    broke = dice.sample(trust.Broke.values, 1) if dice.random() < 0.3 else []
    reflections.reflect(
        peer_session_id=peer_session.pk,
        revision=0,
        thoughts={
            "built": [key for key in trust.Built.values if key in built],
            "broke": broke,
            "note": dice.choice(THOUGHTS),
        },
        typing=False,
        by=by,
        now=now,
    )


def ask_twice(*, by: Member, supervisor: Member, now: datetime) -> None:
    """A supporter asked for a debrief some weeks ago, and it was talked through; and asks again today."""
    earlier = now - timedelta(weeks=3)
    wish = debriefs.ask_debrief(once=new_id(), peer_session_id=None, by=by, now=earlier)
    debriefs.settle_debrief(debrief_wish_id=wish.pk, by=supervisor, now=earlier + timedelta(days=4))
    debriefs.ask_debrief(once=new_id(), peer_session_id=None, by=by, now=now - timedelta(hours=3))
