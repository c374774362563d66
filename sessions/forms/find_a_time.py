"""What a coordinator asks when they look for a time."""

from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django import forms
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _

from sessions.actions.rules import LONGEST, SHORTEST
from sessions.queries.find_a_time import DAYS, PARTS, Asked

LENGTH = 50  # minutes, where nothing else was asked
PART_WORDS = {"morning": _("Morning"), "afternoon": _("Afternoon"), "evening": _("Evening")}


class SlotSearchForm(forms.Form):
    """How long, on which day, in which part of it, and whether there must be room. What makes no sense is not asked."""

    minutes = forms.IntegerField(label=_("Minutes"), min_value=SHORTEST, max_value=LONGEST, required=False)
    on = forms.ChoiceField(label=_("Day"), required=False)
    part = forms.ChoiceField(
        label=_("Part of the day"),
        choices=[("", _("Any")), *((part, PART_WORDS[part]) for part in PARTS)],
        required=False,
    )
    with_room = forms.BooleanField(label=_("Only those with room for one more person"), required=False)

    def __init__(self, *args: Any, zone: ZoneInfo, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = now.astimezone(zone).date()
        days = [today + timedelta(days=number) for number in range(DAYS)]
        field: Any = self.fields["on"]
        field.choices = [("", _("Any day")), *((day.isoformat(), date_format(day, "D j M")) for day in days)]

    def asked(self) -> Asked:
        """What was asked; a field that holds nonsense asks nothing, and says so beside it."""
        self.is_valid()
        given = self.cleaned_data
        return Asked(
            minutes=given.get("minutes") or LENGTH,
            on=date.fromisoformat(given["on"]) if given.get("on") else None,
            part=given.get("part") or "",
            with_room=bool(given.get("with_room")),
        )

    def query(self) -> str:
        """What was asked, as it goes on to the next page."""
        return urlencode({name: value for name in self.fields if (value := self.data.get(name))})
