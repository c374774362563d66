"""The form that moves a session, filled with when and where it is now."""

from datetime import datetime
from typing import Any, cast
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from sessions.forms.bookings import WishForm
from sessions.models import PeerSession
from sessions.queries.details import minutes


class MoveForm(WishForm):
    """When, how long and where from now on. `sequence` says which time the page showed it instead of."""

    carries = "sequence"
    sequence = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: PeerSession, zone: ZoneInfo, now: datetime, **kwargs: Any) -> None:
        initial = _as_it_is(row, zone)
        super().__init__(*args, zone=zone, now=now, initial=initial, **kwargs)

    def ask_again(self, row: PeerSession) -> None:
        """Keep what was typed, on a page that now shows the time it has meanwhile."""
        data = cast(QueryDict, self.data).copy()
        data["sequence"] = str(row.sequence)
        self.data = data


def _as_it_is(row: PeerSession, zone: ZoneInfo) -> dict[str, Any]:
    starts = row.starts_at.astimezone(zone)
    return {
        "sequence": row.sequence,
        "day": starts.date(),
        "start": starts.time(),
        "minutes": minutes(row),
        "setting": row.setting,
        "room": row.room_id,
        "meeting_point": row.meeting_point,
    }
