"""Forms about what becomes of a session."""

from datetime import datetime
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.access import Member
from sessions.actions.outcomes import LATE
from sessions.models import Party, PeerSession, Why

Choices = list[tuple[str, str | Promise]]
NOBODY = "nobody"
CHOOSE = {"required": _("Please choose one of these.")}


class SequenceForm(forms.Form):
    """A question on a page that shows a time: it carries which time that was. A form without it is not held to one."""

    sequence = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, row: PeerSession, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["sequence"].initial = row.sequence
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*self.fields)


class ConfirmForm(SequenceForm):
    """Will they be there? There is nothing to fill in."""


class CancelForm(SequenceForm):
    """A few neutral words for why, so that nobody has to explain themselves."""

    why = forms.ChoiceField(
        label=_("Why"), choices=Why.choices, widget=forms.RadioSelect, error_messages=CHOOSE
    )


class CallOffForm(CancelForm):
    """A member notes who calls it off, and, of one that is near, whether it was said in time."""

    side = forms.ChoiceField(label=_("Who calls it off?"), widget=forms.RadioSelect, error_messages=CHOOSE)
    said_in_time = forms.BooleanField(
        label=_("It was said more than 24 hours before"),
        help_text=_("Then it is not counted as late."),
        required=False,
    )

    def __init__(self, *args: Any, row: PeerSession, member: Member, now: datetime, **kwargs: Any) -> None:
        super().__init__(*args, row=row, **kwargs)
        side = self.fields["side"]
        assert isinstance(side, forms.ChoiceField)
        side.choices = _sides(member)
        self.helper.layout = Layout("sequence", "side", "why", "said_in_time")
        if row.starts_at - now >= LATE:
            del self.fields["said_in_time"]
            self.helper.layout = Layout("sequence", "side", "why")


def _sides(member: Member) -> Choices:
    supporter = _("me") if member.is_supporter() else Party.SUPPORTER.label
    return [
        (Party.PEER, Party.PEER.label),
        (Party.SUPPORTER, supporter),
        (Party.ORGANISATION, Party.ORGANISATION.label),
    ]


class MissForm(forms.Form):
    """Who could not be there: both sides are asked about alike."""

    who = forms.ChoiceField(label=_("How was it?"), widget=forms.RadioSelect, error_messages=CHOOSE)

    def __init__(self, *args: Any, member: Member, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        who = self.fields["who"]
        assert isinstance(who, forms.ChoiceField)
        who.choices = _absent(member)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def side(self) -> str:
        """The side that could not be there; empty for neither, or not known."""
        who: str = self.cleaned_data["who"]
        return "" if who == NOBODY else who


def _absent(member: Member) -> Choices:
    if member.is_supporter():
        return [
            (Party.PEER, _("I was there, and they did not come")),
            (Party.SUPPORTER, _("I could not be there")),
            (NOBODY, _("Neither of us came")),
        ]
    return [
        (Party.PEER, _("The peer did not come")),
        (Party.SUPPORTER, _("The supporter could not be there")),
        (NOBODY, _("Neither came, or nobody knows")),
    ]
