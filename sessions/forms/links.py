"""The forms on the peer's private link to one session."""

from datetime import UTC, datetime
from typing import Any, cast

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from sessions.forms.outcomes import CancelForm
from sessions.models import PeerSession
from sessions.queries.link_pages import FreeTimes


class CannotComeForm(CancelForm):
    """The peer calls off: the same few words, asked of them."""

    def __init__(self, *args: Any, row: PeerSession, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        self.fields["why"].label = _("If you can’t come, choose what fits best")


class OtherTimeForm(forms.Form):
    """The peer chooses one of the free times; everything else about the session stays as it is."""

    sequence = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
    slot = forms.ChoiceField(
        label=_("Another time"),
        error_messages={
            "required": _("Please choose one of these times."),
            "invalid_choice": _("This time has just been taken. Please choose another one."),
        },
    )

    def __init__(self, *args: Any, row: PeerSession, free: FreeTimes, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sequence"].initial = row.sequence
        slot = self.fields["slot"]
        assert isinstance(slot, forms.ChoiceField)
        slot.choices = [(each.value, each.span) for day in free.days for each in day.choices]

    def starts_at(self) -> datetime:
        """The time that was chosen."""
        return datetime.fromisoformat(self.cleaned_data["slot"]).astimezone(UTC)

    def ask_again(self, row: PeerSession) -> None:
        """Ask once more, on a page that now shows the time it has meanwhile."""
        data = cast(QueryDict, self.data).copy()
        data["sequence"] = str(row.sequence)
        self.data = data
