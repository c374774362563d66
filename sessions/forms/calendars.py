"""Forms of calendars."""

from django import forms


class MakeFeedForm(forms.Form):
    """Ask for an address; `replaces` names the one that is to stop working, as the page showed it."""

    replaces = forms.UUIDField(required=False, widget=forms.HiddenInput)
