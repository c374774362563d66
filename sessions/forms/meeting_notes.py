"""The form for the note of a meeting: how safe it felt, and some words without names."""

from collections.abc import Callable
from functools import cached_property
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from lib.once import OnceForm
from people.forms.fields import LinesField
from sessions.models import Temperature
from sessions.naming import fold, names_in

LONGEST = 4000
KEPT = ("temperature", "text")


class MeetingNoteForm(OnceForm):
    """Short, and without names: what looks like one is asked about, and a tick says that it is none."""

    temperature = forms.TypedChoiceField(
        label=_("How safe did it feel for the group as a whole?"),
        choices=Temperature.choices,
        coerce=int,
        widget=forms.RadioSelect,
    )
    text = LinesField(
        label=_("What is worth remembering"),
        help_text=_("No names: “somebody” is enough. Coordinators cannot read this."),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8, "dir": "auto", "autocomplete": "off"}),
    )
    not_names = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, names: Callable[[], list[str]], **rest: Any) -> None:
        super().__init__(*args, **rest)
        self._read_names = names
        field = self.fields["not_names"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.label = _now("These are no names here")
        field.choices = [(word, word) for word in self.found]
        self.helper = FormHelper()
        self.helper.form_tag = False
        asked = ["not_names"] if self.found else []
        self.helper.layout = Layout("once", "temperature", "text", *asked)

    @cached_property
    def found(self) -> list[str]:
        """What in the text looks like somebody's name; each word once, however it is written."""
        text = self.data.get("text", "") if self.is_bound else ""
        words = names_in(text, self._read_names()) if text else []
        return list({fold(word): word for word in reversed(words)}.values())[::-1]

    def clean(self) -> dict[str, Any]:
        """Ask about what looks like a name, unless it was ticked as none."""
        given = self.cleaned_data
        ticked = {fold(word) for word in given.get("not_names", [])}
        still = [word for word in self.found if fold(word) not in ticked]
        if still and "text" in given:
            self.add_error("text", _ask(still))
        return given

    def written(self) -> dict[str, Any]:
        """What `meeting_note` needs."""
        return {name: self.cleaned_data[name] for name in ("once", "text", "temperature")}


def _ask(words: list[str]) -> str:
    quoted = ", ".join(f"“{word}”" for word in words)
    ask = ngettext(
        "%(words)s may be somebody’s name. Please put it another way, or tick below that it is none.",
        "%(words)s may be names. Please put them another way, or tick below what is none.",
        len(words),
    )
    return ask % {"words": quoted}
