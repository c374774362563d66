"""Forms about one meeting of a group: when and where it is, why it is called off, who is there."""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime, time, timedelta
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Field, Layout
from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.forms.fields import LineField, PickField, PickForm, RevisionForm
from people.models import Membership
from sessions.actions.meeting_time import Where
from sessions.actions.meetings import FEWEST, FURTHEST, LONGEST, MOST, SHORTEST
from sessions.forms.bookings import CHIPS, NEEDS_A_PLACE
from sessions.local_time import Unclear, clock_change, moment, zone_words
from sessions.models import PeerSession, Setting, Why
from sessions.queries.meetings_of_groups import GroupRoom


class DayInput(forms.DateInput):
    """A day, as browsers want it."""

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"type": "date"})


class ClockInput(forms.TimeInput):
    """A time on the clock, as browsers want it."""

    def __init__(self) -> None:
        super().__init__(format="%H:%M", attrs={"type": "time"})


class PlaceFacts(forms.Form):
    """How long a meeting is, where, and for how many."""

    minutes = forms.IntegerField(label=_("Minutes"), min_value=SHORTEST, max_value=LONGEST, initial=90)
    setting = forms.ChoiceField(label=_("Where"), choices=Setting.choices, widget=forms.RadioSelect)
    room = forms.UUIDField(
        label=_("Room"),
        required=False,
        widget=forms.Select,
        help_text=_("For a meeting in a room. You can leave it open and choose later."),
    )
    side_room = forms.UUIDField(
        label=_("Side room"),
        required=False,
        widget=forms.Select,
        help_text=_("To step out for a moment, or for a quiet word with one facilitator."),
    )
    meeting_point = LineField(
        label=_("Where exactly"),
        required=False,
        max_length=200,
        help_text=_("Needed for a walk or a café: where do you find each other? Write nothing private here."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    places = forms.IntegerField(
        label=_("Places"),
        min_value=FEWEST,
        max_value=MOST,
        help_text=_("For how many people. No more than fit into the room."),
    )

    def __init__(self, *args: Any, rooms: Callable[[], Iterable[GroupRoom]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._read_rooms = rooms
        for name, empty in (("room", _("No room yet")), ("side_room", _("None"))):
            self.fields[name].widget.choices = self._choices(empty)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def _choices(self, empty: Any) -> Callable[[], list[tuple[Any, Any]]]:
        return lambda: [("", empty), *((room.id, room.label) for room in self.rooms)]

    @cached_property
    def rooms(self) -> list[GroupRoom]:
        """Rooms to choose from, read only when the form is shown: whether one is still open, the action sees itself."""
        return list(self._read_rooms())

    def clean(self) -> dict[str, Any]:
        """Ask for the place the setting needs."""
        given = self.cleaned_data
        no_point = "meeting_point" in given and not given["meeting_point"]
        if given.get("setting") in NEEDS_A_PLACE and no_point:
            self.add_error("meeting_point", _now("Please say where you find each other."))
        return given

    def where(self) -> Where:
        """Where, from what was typed."""
        given = self.cleaned_data
        return Where(
            setting=given["setting"],
            room_id=given["room"],
            side_room_id=given["side_room"],
            meeting_point=given["meeting_point"],
            places=given["places"],
        ).tidy()


PLACE = (Field("setting", template=CHIPS), "room", "side_room", "meeting_point", "places")


class MeetingFacts(PlaceFacts):
    """When and where one meeting is; typed on the reader's own clock."""

    day = forms.DateField(label=_("Day"), widget=DayInput)
    start = forms.TimeField(label=_("Starts at"), widget=ClockInput)

    def __init__(self, *args: Any, zone: ZoneInfo, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.now = zone, now
        self.fields["start"].help_text = zone_words(zone.key)
        self.helper.layout = Layout(*self.hidden, "day", "start", "minutes", *PLACE)

    hidden: tuple[str, ...] = ()

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
        """Put day and time together."""
        given = super().clean()
        if given.get("day") and given.get("start"):
            self._moment(given["day"], given["start"].replace(second=0, microsecond=0, tzinfo=None))
        return given

    def _moment(self, day: date, at: time) -> None:
        try:
            starts_at = moment(day, at, self.zone)
        except Unclear as unclear:
            self.add_error("start", clock_change(unclear.trouble))
            return
        if starts_at <= self.now:
            self.add_error("start", _now("This time has passed. Please choose a later one."))
        self.cleaned_data["starts_at"] = starts_at.astimezone(UTC)

    def wish(self) -> dict[str, Any]:
        """What the actions need, from what was typed."""
        given = self.cleaned_data
        return {"starts_at": given["starts_at"], "minutes": given["minutes"], "where": self.where()}


class PlanMeetingForm(OnceForm, MeetingFacts):
    """A new meeting."""

    hidden = ("once",)


class MoveMeetingForm(RevisionForm, MeetingFacts):
    """Another time or place for a meeting. `revision` is how often its time or place has changed."""

    hidden = ("revision",)

    @staticmethod
    def begins(meeting: PeerSession, zone: ZoneInfo) -> dict[str, Any]:
        """What the form shows first: the meeting as it is."""
        starts_at = meeting.starts_at.astimezone(zone)
        length = meeting.ends_at - meeting.starts_at
        return {
            "revision": meeting.sequence,
            "day": starts_at.date(),
            "start": starts_at.time(),
            "minutes": int(length.total_seconds() // 60),
            **place_values(Where.of(meeting)),
        }


def place_values(where: Where) -> dict[str, Any]:
    """What the fields of a place show first."""
    return {
        "setting": where.setting,
        "room": where.room_id,
        "side_room": where.side_room_id,
        "meeting_point": where.meeting_point,
        "places": where.places,
    }


class CallOffForm(forms.Form):
    """A few neutral words for why a meeting, or a series, is called off."""

    why = forms.ChoiceField(
        label=_("Why"),
        choices=Why.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of these.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("why")


def _named(membership: Membership) -> str:
    return f"{membership.user.preferred_name}, {membership.get_role_display()}"


class StepForm(PickForm):
    """Who will be there, or will not."""

    pick = "membership"
    membership = PickField(_named, label=_("Who?"), widget=forms.RadioSelect)
