"""Fields for short words of somebody's own, and forms that meet newer words than the page showed."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator
from django.utils.translation import gettext_lazy as _

from people.forms.fields import LinesField
from sessions.wording import TALK_LENGTH


def limit(length: int) -> MaxLengthValidator:
    """A limit the server says in words. The browser's own would cut off what is pasted, and say nothing."""
    return MaxLengthValidator(
        length, _("This is %(show_value)s characters long. Please keep it to %(limit_value)s.")
    )


class Words(LinesField):
    """A few sentences in somebody's own words; any language, any script."""

    def __init__(self, *, label: Any = "", length: int = TALK_LENGTH, rows: int = 3, **rest: Any) -> None:
        super().__init__(
            label=label,
            required=False,
            widget=forms.Textarea(attrs={"rows": rows, "dir": "auto"}),
            validators=[limit(length)],
            **rest,
        )


def renew(form: forms.Form, newest: Mapping[str, Any]) -> None:
    """Somebody was quicker: what was typed stays, and the next save is meant for the newest state."""
    form.data = form.data.copy()  # type: ignore[attr-defined]
    for name in ("version", "revision"):
        if name in form.fields:
            form.data[name] = str(newest[name])  # type: ignore[index]
