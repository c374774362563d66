"""Fields and small pieces that several forms of people share."""

from collections.abc import Callable
from functools import cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from lib.lines import many_lines, one_line
from people.addresses import NOBODY
from people.zones import ZONES

MOST_SHOWN = 25  # how many choices are shown at once; a search finds the others


class LineField(forms.CharField):
    """One line of text that people will read."""

    default_validators = [one_line]

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        # Django refuses NUL in words of its own; ours refuse it too, and one message is enough.
        self.validators = [
            one for one in self.validators if not isinstance(one, ProhibitNullCharactersValidator)
        ]


class LinesField(LineField):
    """Some lines of text that people will read, in any language and script."""

    default_validators = [many_lines]


@cache
def _zone_options() -> SafeString:
    return format_html_join("", '<option value="{}">{}</option>', ZONES)


class ZoneSelect(forms.Select):
    """A list of 400 zones, drawn in one piece: an option at a time, Django takes longer than for the whole page."""

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The list with the chosen zone marked."""
        context = self.get_context(name, "", attrs)["widget"]["attrs"]
        marks = format_html_join(
            "", ' {}="{}"', ((key, mark) for key, mark in context.items() if mark is not True)
        )
        flags = format_html_join("", " {}", ((key,) for key, mark in context.items() if mark is True))
        one = format_html('<option value="{}"', value or "")
        options = _zone_options().replace(one, f"{one} selected", 1)
        return format_html('<select name="{}"{}{}>{}</select>', name, marks, flags, mark_safe(options))

    def optgroups(self, name: str, value: Any, attrs: Any = None) -> list[Any]:
        """None: `render` draws the options."""
        return []


class ZoneField(forms.ChoiceField):
    """A time zone by name."""

    widget = ZoneSelect

    def __init__(self, **options: Any) -> None:
        options.setdefault("label", _("Time zone"))
        super().__init__(choices=ZONES, **options)

    def clean(self, value: Any) -> str:
        """The name of a zone this machine knows."""
        name: str = super().clean(value)
        ZoneInfo(name)
        return name


class LanguageField(forms.ChoiceField):
    """The language somebody reads; hidden while there is only one."""

    def __init__(self, **options: Any) -> None:
        if len(settings.LANGUAGES) == 1:
            options |= {"widget": forms.HiddenInput, "required": False}
        super().__init__(choices=settings.LANGUAGES, label=_("Language"), **options)

    def clean(self, value: Any) -> str:
        """One of our languages; the only one where nothing was sent."""
        return str(super().clean(value) or settings.LANGUAGES[0][0])


class PickField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One row out of many: any that the member may see is accepted, only the first few found are shown."""

    def __init__(self, label_of: Callable[[Any], Any], **options: Any) -> None:
        super().__init__(queryset=None, empty_label=None, **options)
        self._label_of = label_of
        self.error_messages["invalid_choice"] = _("Please choose somebody from the list.")
        self.error_messages["required"] = _("Please choose somebody from the list.")

    def offer(self, rows: QuerySet[Any], found: QuerySet[Any]) -> None:
        """Accept any of `rows`; show the first of `found`."""
        self.queryset = rows
        self.choices = [(str(row.pk), self._label_of(row)) for row in found[:MOST_SHOWN]]

    def clean(self, value: Any) -> Any:
        """The row. What is no id is simply not on the list."""
        try:
            UUID(str(value or NOBODY))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice") from error
        return super().clean(value)


class PickForm(forms.Form):
    """A form with one PickField, called `pick`."""

    pick: str

    def offer(self, rows: QuerySet[Any], found: QuerySet[Any]) -> None:
        """Accept any of `rows`; show the first of `found`."""
        field = self.fields[self.pick]
        assert isinstance(field, PickField)
        field.offer(rows, found)


class RevisionForm(forms.Form):
    """A form that changes a row, and remembers which state of it the person was looking at."""

    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2_000_000_000)

    def renew(self, revision: int) -> None:
        """After a refusal: what was typed stays, and saving again is meant for the newest state."""
        data = QueryDict(mutable=True)
        data.update(self.data)
        data[self.add_prefix("revision")] = str(revision)
        self.data = data

    def changes(self) -> dict[str, Any]:
        """What to set on the row."""
        return {name: value for name, value in self.cleaned_data.items() if name != "revision"}
