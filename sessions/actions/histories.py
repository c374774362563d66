"""That somebody read the story of an agreement."""

from datetime import datetime

from audit.actions import Actor, record
from sessions.models import Pairing


def look_history(*, pairing: Pairing, versions: int, by: Actor, now: datetime) -> None:
    """Leave one mark for all versions that were opened, in the transaction in which they were. None for none."""
    if versions:
        record(by=by, verb="sessions.look_history", what=pairing.peer, now=now, versions=versions)
