"""The table of a schedule, written in one go: a template would look up and escape each word of each cell by itself."""

from collections.abc import Iterable

from django import template
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from sessions.queries.schedule import SessionRow

register = template.Library()

TABLE = """<table class="rows">
  <caption class="visually-hidden">{}</caption>
  <thead><tr>{}</tr></thead>
  <tbody>{}
  </tbody>
</table>"""
HEAD = '<th scope="col">{}</th>'
STATE = '<td data-label="{}"><span class="state state-{}">{}</span></td>'
ROW = '\n    <tr><th scope="row"><a href="{}">{}</a></th>{}' + STATE + "</tr>"
CELL = '<td data-label="{}"><bdi>{}</bdi></td>'


@register.simple_tag
def schedule(rows: Iterable[SessionRow], caption: str, when: str, own: bool = False) -> SafeString:
    """`{% schedule rows caption when %}`: sessions as a table; `when` heads its first column, the links.

    With `own` the supporter is left out: it is the reader, in each row.
    """
    names = [_("Peer"), _("Where")] if own else [_("Peer"), _("Peer supporter"), _("Where")]
    labels, state = [SafeString(escape(name)) for name in names], SafeString(escape(_("State")))
    lines = format_html_join(
        "",
        ROW,
        ((row.url, row.when, _cells(labels, row, own), state, row.tone, row.state) for row in rows),
    )
    return format_html(
        TABLE, caption, format_html_join("", HEAD, ((word,) for word in (when, *labels, state))), lines
    )


def _cells(labels: list[SafeString], row: SessionRow, own: bool) -> SafeString:
    words = (row.peer, row.place) if own else (row.peer, row.supporter, row.place)
    return format_html_join("", CELL, zip(labels, words, strict=True))
