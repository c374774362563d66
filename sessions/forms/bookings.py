"""A wish for a time and a place, and the form of a booking."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.forms.fields import LineField
from sessions.actions.rules import FURTHEST, LONGEST, SHORTEST
from sessions.local_time import Unclear, clock_change, moment, zone_words
from sessions.models import Setting
from sessions.queries.bookings import RoomChoice

NEEDS_A_PLACE = {Setting.WALK, Setting.CAFE}
CHIPS = "bootstrap5/chips.html"


class WishForm(forms.Form):
    """When, how long and where; typed on the reader's own clock. `carries` names the hidden field it has besides."""

    carries: str
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    start = forms.TimeField(
        label=_("Starts at"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
    instead = forms.TimeField(label=_("Or a time that is still free that day"), required=False)
    minutes = forms.IntegerField(label=_("Minutes"), min_value=SHORTEST, max_value=LONGEST)
    setting = forms.ChoiceField(label=_("Where"), choices=Setting.choices, widget=forms.RadioSelect)
    room = forms.UUIDField(
        label=_("Room"), required=False, widget=forms.Select, help_text=_("Needed for a session in a room.")
    )
    meeting_point = LineField(
        label=_("Where exactly"),
        required=False,
        max_length=200,
        help_text=_("Needed for a walk or a café: where do you find each other? Write nothing private here."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )

    def __init__(
        self,
        *args: Any,
        zone: ZoneInfo,
        now: datetime,
        rooms: Callable[[], Iterable[RoomChoice]],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.now = zone, now
        self._read_rooms = rooms
        self.fields["start"].help_text = zone_words(zone.key)
        self.fields["room"].widget.choices = lambda: [("", "—"), *self.rooms.items()]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self._lay_out()

    @cached_property
    def rooms(self) -> dict[UUID, str]:
        """Rooms to choose from, read only when the form is shown: whether one is still open, `book` sees itself."""
        return {room.id: room.label for room in self._read_rooms()}

    def _lay_out(self, *extra: Any) -> None:
        self.helper.layout = Layout(
            self.carries,
            "day",
            "start",
            *extra,
            "minutes",
            Field("setting", template=CHIPS),
            "room",
            "meeting_point",
        )

    def offer(self, times: list[time]) -> None:
        """Show free times to choose from below the one that was taken; each is named by its clock time."""
        if not times:
            return
        choices = [(clock, clock) for clock in (f"{at:%H:%M}" for at in times)]
        self.fields["instead"].widget = forms.RadioSelect(choices=choices)
        data = cast(QueryDict, self.data).copy()
        data.pop("instead", None)
        self.data = data
        self._lay_out(Field("instead", template=CHIPS))

    def clean_day(self) -> date:
        """A day from today to a year ahead, on the reader's clock."""
        day: date = self.cleaned_data["day"]
        today = self.now.astimezone(self.zone).date()
        if day < today:
            raise forms.ValidationError(_now("This day has passed. Please choose a later one."))
        if day > today + FURTHEST - timedelta(days=1):
            raise forms.ValidationError(_now("Please choose a day within the next year."))
        return day

    def clean(self) -> dict[str, Any]:
        """Put day and time together, and ask for the place the setting needs."""
        given = self.cleaned_data
        self._place(given)
        at = given.get("instead") or given.get("start")
        if given.get("day") and at:
            self._moment(given["day"], at)
        return given

    def _place(self, given: dict[str, Any]) -> None:
        setting = given.get("setting")
        if setting == Setting.ROOM and "room" in given and not given["room"]:
            self.add_error("room", _now("Please choose a room."))
        if setting in NEEDS_A_PLACE and "meeting_point" in given and not given["meeting_point"]:
            self.add_error("meeting_point", _now("Please say where you find each other."))

    def _moment(self, day: date, at: time) -> None:
        try:
            starts_at = moment(day, at.replace(second=0, microsecond=0, tzinfo=None), self.zone)
        except Unclear as unclear:
            self.add_error("start", clock_change(unclear.trouble))
            return
        if starts_at <= self.now:
            self.add_error("start", _now("This time has passed. Please choose a later one."))
        self.cleaned_data["starts_at"] = starts_at.astimezone(UTC)

    def wish(self) -> dict[str, Any]:
        """What `book` or `move` needs, from what was typed."""
        given = self.cleaned_data
        return {
            self.carries: given[self.carries],
            "starts_at": given["starts_at"],
            "minutes": given["minutes"],
            "setting": given["setting"],
            "room_id": given["room"] if given["setting"] == Setting.ROOM else None,
            "meeting_point": given["meeting_point"],
        }


class BookForm(OnceForm, WishForm):
    """A wish for a new session."""

    carries = "once"
