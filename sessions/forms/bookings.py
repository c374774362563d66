"""A wish for a time and a place, and the form of a booking."""

from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Field, Layout
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
from sessions.queries.slots import SlotDay, read_slot

NEEDS_A_PLACE = {Setting.WALK, Setting.CAFE}
CHIPS = "bootstrap5/chips.html"


class SlotField(forms.Field):
    """One of the free times that are offered, by its moment; `later` is the day with which more of them begin."""

    widget = forms.HiddenInput
    days: Sequence[SlotDay] = ()
    later: date | None = None

    def to_python(self, value: Any) -> datetime | None:
        """The moment, or None for another time. Any moment will do: whether it is free, the action sees."""
        if not value:
            return None
        try:
            return read_slot(str(value))
        except ValueError as error:
            words = _now("Please choose one of the free times, or write another one.")
            raise forms.ValidationError(words) from error


class WishForm(forms.Form):
    """When, how long and where; typed on the reader's own clock. `carries` names the hidden field it has besides."""

    carries: str
    slot = SlotField(label=_("Free times"), required=False)
    day = forms.DateField(label=_("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}))
    start = forms.TimeField(
        label=_("Starts at"), widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"})
    )
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
        for name in ("day", "start"):  # only needed where no free time is chosen
            self.fields[name].required = not self.data.get("slot")
        self.fields["start"].help_text = zone_words(zone.key)
        self.fields["room"].widget.choices = lambda: [("", "—"), *self.rooms.items()]

    @cached_property
    def helper(self) -> FormHelper:
        """How the form is laid out: most of those that are sent in are never shown."""
        helper = FormHelper()
        helper.form_tag = False
        helper.layout = self._layout()
        return helper

    @cached_property
    def rooms(self) -> dict[UUID, str]:
        """Rooms to choose from, read only when the form is shown: whether one is still open, `book` sees itself."""
        return {room.id: room.label for room in self._read_rooms()}

    def _layout(self) -> Layout:
        return Layout(
            self.carries,
            Field("slot", template="bootstrap5/slots.html"),
            Div("day", "start", css_class="slot-other"),
            "minutes",
            Field("setting", template=CHIPS),
            "room",
            "meeting_point",
        )

    def has_offer(self) -> bool:
        """Whether there are free times to choose from."""
        return bool(self.fields["slot"].days)  # type: ignore[attr-defined]

    def looked_at(self, asked: str) -> date:
        """The day from which on free times are shown: that of the chosen one, the one asked for, or today."""
        chosen: datetime | None = getattr(self, "cleaned_data", {}).get("slot")
        if chosen is not None:
            return chosen.astimezone(self.zone).date()
        try:
            return date.fromisoformat(asked)
        except ValueError:
            return self.now.astimezone(self.zone).date()

    def offer(self, days: Sequence[SlotDay], later: date | None = None) -> None:
        """Show free times to choose from, and where later ones begin."""
        slot = self.fields["slot"]
        assert isinstance(slot, SlotField)
        slot.days, slot.later = days, later

    def offer_instead(self, days: Sequence[SlotDay]) -> None:
        """Show times that are still free beside one that is not: what was wished for stays, as if typed by hand."""
        data = cast(QueryDict, self.data).copy()
        wished: datetime = self.cleaned_data["starts_at"].astimezone(self.zone)
        if data.pop("slot", None):
            data["day"], data["start"] = f"{wished:%Y-%m-%d}", f"{wished:%H:%M}"
        self.data = data
        self.offer(days)

    def clean_day(self) -> date | None:
        """A day from today to a year ahead, on the reader's clock."""
        day: date | None = self.cleaned_data["day"]
        if day is None:
            return None
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
        if given.get("slot"):
            self._settle("slot", given["slot"])
        elif given.get("day") and given.get("start"):
            self._moment(given["day"], given["start"])
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
        else:
            self._settle("start", starts_at)

    def _settle(self, field: str, starts_at: datetime) -> None:
        if starts_at <= self.now:
            self.add_error(field, _now("This time has passed. Please choose a later one."))
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
