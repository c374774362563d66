"""Forms about places and rooms."""

from django import forms
from django.utils.translation import gettext_lazy as _

from lib.once import OnceForm
from people.forms.fields import LineField, LinesField
from venues.models import Venue


class PlaceForm(forms.Form):
    """What a place says of itself."""

    name = LineField(label=_("Name of the place"), max_length=80)
    address = LineField(label=_("Address"), max_length=300, required=False)
    getting_there = LinesField(
        label=_("Getting there"),
        help_text=_(
            "Which bus, which door, which bell. Write it so that someone on their first visit finds it."
        ),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class AddVenueForm(OnceForm, PlaceForm):
    """A new place."""


class EditVenueForm(PlaceForm):
    """A place's page as it was when it was opened: `revision` says which state that was."""

    revision = forms.IntegerField(widget=forms.HiddenInput)
    newest: Venue | None = None

    def changes(self) -> dict[str, object]:
        """What was typed, without the revision."""
        return {key: self.cleaned_data[key] for key in ("name", "address", "getting_there")}

    def catch_up(self, venue: Venue) -> None:
        """Keep what was typed, show what stands there now, and let the next save count from there."""
        self.newest = venue
        self.data = {**dict(self.data.items()), self.add_prefix("revision"): str(venue.revision)}


class RoomForm(OnceForm):
    """A new room."""

    name = LineField(label=_("Name of the room"), max_length=80)
    places = forms.IntegerField(label=_("How many people fit"), min_value=1, max_value=500, initial=2)
