"""Forms about a supporter's own limits. The sheet itself is the form of every boundary sheet (`forms.sheets`)."""

from datetime import timedelta

from django import forms
from django.utils.translation import gettext_lazy as _

from sessions.actions.limits import LOOK_AGAIN_AFTER

USUAL = LOOK_AGAIN_AFTER.days // 7  # weeks


class FinishForm(forms.Form):
    """Which state of the sheet is finished: the one that was read. And when it is looked at again."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)
    weeks = forms.TypedChoiceField(
        label=_("When would you like to look at it again?"),
        choices=[(13, _("In three months")), (USUAL, _("In half a year")), (52, _("In a year"))],
        coerce=int,
        initial=USUAL,
        required=False,
        widget=forms.RadioSelect,
    )

    def state(self) -> dict[str, int]:
        """As the action takes it; what is no number is no state of the sheet."""
        data = self.cleaned_data
        return {"version": data.get("version", -1), "revision": data.get("revision", -1)}

    def after(self) -> timedelta | None:
        """How long until it is looked at again; the usual while where nothing is chosen, None for no such choice."""
        data = self.cleaned_data
        return timedelta(weeks=data["weeks"] or USUAL) if "weeks" in data else None
