"""What the peer hopes for and worries about, written by themselves into the version being made."""

from datetime import date, datetime
from typing import cast
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import Actor
from sessions.actions.agreements import draft
from sessions.actions.pairings import open_pairing
from sessions.models import Agreement
from sessions.queries.meetings import REVIEW_AFTER, Talked, talked
from sessions.wording import Talk

TALK = tuple(Talk.__annotations__)


def save_hopes(
    *,
    pairing_id: UUID,
    version: int,
    revision: int,
    peer_expects: str,
    peer_fears: str,
    by: Actor,
    now: datetime,
) -> Agreement | None:
    """Note the peer's own hopes and worries; all else that was talked about stays as it is.

    Where no draft is begun yet, this begins one, and words that are no news begin none. A day to look again that has
    passed meanwhile is moved ahead: no draft can be kept with it. Raises Refused like `draft`.
    """
    with transaction.atomic():
        pairing = open_pairing(pk=pairing_id)
        before = talked(pairing, now)
        words = {"peer_expects": peer_expects, "peer_fears": peer_fears}
        if before.revision == 0 and all(before.initial[name] == text for name, text in words.items()):
            return None
        said = {name: before.initial[name] for name in TALK}
        return draft(
            pairing_id=pairing.pk,
            version=version,
            revision=revision,
            talk=cast(Talk, {**said, **words}),
            sessions_agreed=cast(int, before.initial["sessions_agreed"]),
            minutes=cast(int, before.initial["minutes"]),
            review_on=_ahead(before, now),
            by=by,
            now=now,
        )


def _ahead(before: Talked, now: datetime) -> date:
    chosen, today = cast(date, before.initial["review_on"]), timezone.localdate(now)
    return chosen if chosen > today else today + REVIEW_AFTER
