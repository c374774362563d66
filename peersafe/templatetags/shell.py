"""Small tags for the frame of a page: call links and breadcrumbs."""

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.forms import BoundField
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from peersafe.shell import drawn

register = template.Library()

# Looked for in this order: Edge and Opera also call themselves Chrome, and Chrome calls itself Safari.
BROWSERS = {
    "Edg": "Edge",
    "OPR": "Opera",
    "Firefox": "Firefox",
    "FxiOS": "Firefox",
    "SamsungBrowser": "Samsung Internet",
    "CriOS": "Chrome",
    "Chrome": "Chrome",
    "Safari": "Safari",
}
SYSTEMS = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "CrOS": "Chromebook",
    "Linux": "Linux",
}


@register.simple_tag(takes_context=True)
def bar(context: Mapping[str, Any], part: str) -> SafeString:
    """`{% bar "masthead" %}`: a part of the frame, which all pages of one place share: drawn once, then kept."""
    user = context.get("user")
    frame = context["shell"].frame(signed_in=bool(user and user.is_authenticated))
    return drawn(f"components/{part}.html", get_language(), frame)


@register.simple_tag
def tel(number: Mapping[str, str]) -> SafeString:
    """`{% tel number %}`: a number (name, number, perhaps a note) as one large link that calls it."""
    note = number.get("note", "")
    return format_html(
        '<a class="number" href="tel:{}"><span class="number-name">{}</span> '
        '<span class="number-digits">{}</span>{}</a>',
        re.sub(r"[^0-9+*#]", "", number["number"]),
        number["name"],
        number["number"],
        format_html(' <span class="number-note">{}</span>', note) if note else "",
    )


@register.inclusion_tag("components/crumbs.html")
def crumbs(*parts: str) -> dict[str, Any]:
    """`{% crumbs "People" list_url "Ada" %}`: label, address, …, and this page's label."""
    pairs = [parts[start : start + 2] for start in range(0, len(parts), 2)]
    return {"crumbs": [{"label": pair[0], "url": pair[1] if len(pair) == 2 else ""} for pair in pairs]}


@register.filter
def browser(user_agent: str) -> str:
    """A browser's long description of itself as people say it: "Firefox, Windows"."""
    found = [
        next((name for mark, name in marks.items() if mark in user_agent), "")
        for marks in (BROWSERS, SYSTEMS)
    ]
    return ", ".join(part for part in found if part) or gettext("Another browser")


@register.filter
def first_input(field: BoundField) -> str:
    """The id of the field's first input, for a link that leads to it: groups of choices count from nought."""
    return f"{field.auto_id}_0" if field.use_fieldset else field.id_for_label


@register.filter
def has_errors(forms: Any) -> bool:
    """Whether a form, or any form of a set, was refused."""
    return bool(forms.errors) and (isinstance(forms.errors, dict) or any(forms.errors))
