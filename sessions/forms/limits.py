"""Forms about a supporter's own limits. The sheet itself is the form of every boundary sheet (`forms.sheets`)."""

from django import forms


class FinishForm(forms.Form):
    """Which state of the sheet is finished: the one that was read."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def state(self) -> dict[str, int]:
        """As the action takes it; what is no number is no state of the sheet."""
        data = self.cleaned_data
        return {"version": data.get("version", -1), "revision": data.get("revision", -1)}
