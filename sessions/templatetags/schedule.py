"""The parts of a schedule that are long, written in one go: a template would look up and escape each word by itself."""

from collections.abc import Iterable

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sessions.queries.narrowing import Question
from sessions.queries.schedule import SessionRow

register = template.Library()

TABLE = """<table class="rows">
  <caption class="visually-hidden">{}</caption>
  <thead><tr>{}</tr></thead>
  <tbody>{}
  </tbody>
</table>"""
HEAD = '<th scope="col">{}</th>'
WHEN = '\n    <tr><th scope="row"><a href="{0}">{1}</a></th>'
NAME = '<td data-label="%s"><bdi>{%d}</bdi></td>'
SELECTED = SafeString(" selected")
STATE = '<td data-label="%s"><span class="state state-{5}">{6}</span></td></tr>'


@register.simple_tag
def schedule(rows: Iterable[SessionRow], caption: str, when: str, own: bool = False) -> SafeString:
    """`{% schedule rows caption when %}`: sessions as a table; `when` heads its first column, the links.

    With `own` the supporter is left out: it is the reader, in each row.
    """
    names = {2: _("Peer or group"), 3: _("Peer supporter"), 4: _("Where")}
    if own:
        del names[3]
    state = _("State")
    cells = [NAME % (_literal(label), number) for number, label in names.items()]
    row = "".join([WHEN, *cells, STATE % _literal(state)])
    values = ((one.url, one.when, one.peer, one.supporter, one.place, one.tone, one.state) for one in rows)
    head = format_html_join("", HEAD, ((label,) for label in (when, *names.values(), state)))
    return format_html(TABLE, caption, head, format_html_join("", row, values))


@register.simple_tag
def options(question: Question) -> SafeString:
    """`{% options question %}`: the choices of a list, written in one go too: there may be hundreds."""
    first = format_html('<option value="">{}</option>', question.every)
    found = ((one.id, SELECTED if one.id == question.chosen else "", one.label) for one in question.choices)
    return first + format_html_join("", '<option value="{}"{}>{}</option>', found)


def _literal(label: str) -> str:
    """A label as a part of a format: escaped, and without places of its own to fill."""
    return escape(label).replace("{", "{{").replace("}", "}}")
