"""Before the day they chose: something happened for which the two should look at their agreement again."""

from datetime import datetime
from uuid import UUID

from sessions.models import Agreement, LookAgain
from sessions.states import IN_FORCE


def look_again(*, pairing_id: UUID, because: LookAgain, now: datetime) -> None:
    """Mark the agreement in force, part of the action that records why; without one, nothing. The first mark stays.

    What holds still holds. One statement that takes no other row, so that it can stand behind any lock.
    """
    rows = Agreement.objects.filter(pairing_id=pairing_id, state=IN_FORCE, look_again_at__isnull=True)
    rows.update(look_again_at=now, look_again_because=because)
