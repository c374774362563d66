"""Forms about who came and what is ready: taps and ticks."""

from typing import Any

from django import forms

from sessions.models import Attended

INTRODUCED, NOT_KNOWN = "introduced", "clear"
MARKS = [(Attended.CAME, ""), (Attended.STAYED_AWAY, ""), (NOT_KNOWN, ""), (INTRODUCED, "")]
WAS = [("", ""), (Attended.CAME, ""), (Attended.STAYED_AWAY, "")]


class MarkForm(forms.Form):
    """One tap: who, what, and what the page said before."""

    who = forms.UUIDField()
    mark = forms.ChoiceField(choices=MARKS)
    was = forms.ChoiceField(choices=WAS, required=False)

    def attended(self) -> str:
        """What to note; empty where nothing is known."""
        mark: str = self.cleaned_data["mark"]
        return "" if mark == NOT_KNOWN else mark


class ReadyForm(forms.Form):
    """Ticks of the whole list, with what the page showed: only what the reader has changed is changed."""

    ticked = forms.MultipleChoiceField(required=False)
    was = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, keys: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("ticked", "was"):
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = [(key, key) for key in keys]

    def changes(self) -> dict[str, set[str]]:
        """What `ready` needs: what was ticked and what was unticked since the page was shown."""
        ticked, was = set(self.cleaned_data["ticked"]), set(self.cleaned_data["was"])
        return {"tick": ticked - was, "untick": was - ticked}
