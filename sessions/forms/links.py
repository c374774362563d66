"""The forms on the peer's private link to one session."""

from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from sessions.forms.bookings import SlotField
from sessions.forms.outcomes import CancelForm
from sessions.models import PeerSession
from sessions.queries.link_pages import is_free


class CannotComeForm(CancelForm):
    """The peer calls off: the same few words, asked of them."""

    def __init__(self, *args: Any, row: PeerSession, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.fields["why"].label = _("If you can’t come, choose what fits best")


class OtherTimeForm(forms.Form):
    """The peer chooses one of the free times; everything else about the session stays as it is."""

    sequence = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    slot = SlotField(
        label=_("Free times"), error_messages={"required": _("Please choose one of these times.")}
    )

    def __init__(self, *args: Any, row: PeerSession, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.row, self.now = row, now
        self.fields["sequence"].initial = row.sequence

    def clean_slot(self) -> datetime:
        """A time that is still free."""
        slot: datetime = self.cleaned_data["slot"]
        if not is_free(self.row, slot, now=self.now):
            raise forms.ValidationError(_now("This time has just been taken. Please choose another one."))
        return slot

    def first_on(self, asked: str) -> date:
        """The day from which on free times are shown: the one asked for, or today."""
        try:
            return date.fromisoformat(asked)
        except ValueError:
            return timezone.localdate(self.now)

    def ask_again(self, row: PeerSession) -> None:
        """Ask once more, on a page that now shows the time it has meanwhile."""
        data = cast(QueryDict, self.data).copy()
        data["sequence"] = str(row.sequence)
        self.data = data
