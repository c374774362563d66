"""Rows of endings for the small world."""

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from lib.ids import new_id
from people.models import Role
from sessions.actions import change_wishes, endings, extensions, pairings
from sessions.actions.endings import Written
from sessions.models import Pairing
from tests import factories
from tests.circles.ground import Ground

UTC_ZONE = ZoneInfo("UTC")


def fill(ground: Ground) -> dict[str, Any]:
    """An ending being prepared, one that was handed over, a wish for more sessions, one for another supporter."""
    _handed_over(ground)
    _prepared(ground, ground.pairing, ground.now)
    wish = extensions.ask_extension(
        once=new_id(),
        pairing_id=ground.pairing.pk,
        up_to=20,
        because=ground.plants("because", sealed=True),
        by=ground.supporter,
        now=ground.now,
    )
    change = change_wishes.wish_change(pairing_id=ground.pairing.pk, by=ground.coordinator, now=ground.now)
    return {"extension_id": wish.pk, "change_wish_id": change.pk}


def _handed_over(ground: Ground) -> None:
    """Somebody supported the peer before, and left a note."""
    introduced = ground.pairing.introduced_at - timedelta(days=30)
    person = factories.user(ground.plants("before"), email=f"{ground.plants('former')}@example.org")
    former = factories.membership(ground.pairing.organisation, Role.SUPPORTER, person=person)
    earlier = pairings.pair(
        once=new_id(),
        peer_id=ground.peer.pk,
        supporter_id=former.pk,
        by=ground.coordinator,
        now=introduced,
    )
    _prepared(ground, earlier, introduced + timedelta(days=10))
    pairings.end(pairing_id=earlier.pk, by=ground.coordinator, now=introduced + timedelta(days=20))


def _prepared(ground: Ground, pairing: Pairing, now: datetime) -> None:
    written = Written(
        talked_on=now.date(),
        talk=ground.plants("talk", sealed=True),
        goodbye=ground.plants("goodbye", sealed=True),
        handover=ground.plants("handover", sealed=True),
        handover_yes=True,
    )
    endings.save_ending(
        pairing_id=pairing.pk, revision=0, written=written, zone=UTC_ZONE, by=ground.supporter, now=now
    )
