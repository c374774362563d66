"""Pages of one side's boundary sheet, the same on the supporter's phone and on the peer's own page.

`views.sheets` and `views.own_sheets` find out who asks and whose sheet it is; what is shown and done stands here, once.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from lib.refusal import Refused
from people.access import LinkHolder, Member
from sessions.actions import sheets as actions
from sessions.actions.agreements import look
from sessions.forms.sheets import SheetForm
from sessions.models import BoundarySheet, Pairing, Side
from sessions.queries import sheets
from sessions.queries.sheets import SheetPage


@dataclass(frozen=True)
class Reader:
    """Whoever has a sheet before them, and where its pages are."""

    by: Member | LinkHolder
    now: datetime
    pairing: Pairing  # with names and keys
    side: Side
    frame: str  # the template that the pages extend
    crumbs: list[dict[str, str]]
    sheet_url: str
    share_url: str
    after_url: str  # where a finished sheet leads
    let_see_url: str = ""

    @property
    def is_own(self) -> bool:
        """Whether it is the peer, on their own page."""
        return isinstance(self.by, LinkHolder)

    def page(self) -> SheetPage:
        """The sheet as it is now; what a peer keeps private only for themselves."""
        return sheets.sheet_page(self.pairing, self.side, sees_private=self.is_own)

    def look(self, page: SheetPage) -> None:
        """Leave a mark that the sheet was opened."""
        look(rows=page.opened, by=self.by, now=self.now)

    def context(self, page: SheetPage, **rest: Any) -> dict[str, Any]:
        """What every page needs."""
        return {
            "reader": self,
            "frame": self.frame,
            "crumbs": self.crumbs,
            "pairing": self.pairing,
            "page": page,
            "refusal": "",
            **rest,
        }

    def done(self, request: HttpRequest, to: str, words: str) -> HttpResponse:
        """Go on to a page. Only members have a sign-in in which the words can wait for it."""
        if not self.is_own:
            messages.success(request, words)
        return redirect(to)


def form_of(page: SheetPage, data: QueryDict | None = None, only: str = "") -> SheetForm:
    """The form of a sheet, or of a single line of it."""
    return SheetForm(
        data,
        items=page.items,
        side=page.side,
        answers=page.answers,
        version=page.version,
        revision=page.revision,
        about=True,
        only=only,
    )


def show_sheet(request: HttpRequest, reader: Reader) -> HttpResponse:
    """The sheet: to be answered, or as it was finished; or only that the peer is answering it by themselves."""
    page = reader.page()
    reader.look(page)
    if page.is_private and not reader.is_own:
        return render(request, "sessions/sheet_private.html", reader.context(page))
    if page.is_shared:
        return render(request, "sessions/sheet_shared.html", reader.context(page))
    return render(request, "sessions/sheet.html", reader.context(page, form=form_of(page)))


def save_sheet(request: Any, reader: Reader) -> HttpResponse:
    """Keep the whole sheet, or with htmx the one line that was just answered."""
    page = reader.page()
    only = request.POST.get("item", "") if request.htmx else ""
    form = form_of(page, request.POST, only)
    if form.is_valid():
        try:
            page = sheets.saved_page(page, _save(reader, form))
        except Refused as no:
            no.tell(form)
            page = reader.page()
            if not page.is_private or reader.is_own:
                reader.look(page)
                form.beside(answers=page.answers, version=page.version, revision=page.revision)
    if only:
        return _line_saved(request, page, form)
    if not form.is_valid():
        return render(request, "sessions/sheet.html", reader.context(page, form=form), status=422)
    if "finish" in request.POST:
        return redirect(reader.share_url)
    anchor = "#theme-own" if {"add", "remove"} & request.POST.keys() else ""
    return reader.done(request, f"{reader.sheet_url}{anchor}", _("Saved."))


def _save(reader: Reader, form: SheetForm) -> BoundarySheet:
    return actions.save_sheet(
        pairing_id=reader.pairing.pk,
        side=reader.side,
        version=form.cleaned_data["version"],
        revision=form.cleaned_data["revision"],
        said=form.said(),
        by=reader.by,
        now=reader.now,
    )


def _line_saved(request: HttpRequest, page: SheetPage, form: SheetForm) -> HttpResponse:
    """What changes on the page after one answer: how far it is, and what there is to say about this answer."""
    context = {"page": page, "form": form, "rows": form.rows(), "themes": form_of(page).themes()}
    return render(request, "sessions/_sheet_saved.html", context, status=422 if form.errors else 200)


def share_sheet(request: HttpRequest, reader: Reader) -> HttpResponse:
    """Finish a sheet, after a page that says what follows from it."""
    if request.method == "POST":
        return _share(request, reader)
    page = reader.page()
    if page.is_shared or (page.is_private and not reader.is_own):
        return redirect(reader.sheet_url)
    reader.look(page)
    return render(request, "sessions/share_sheet.html", reader.context(page))


def _share(request: HttpRequest, reader: Reader) -> HttpResponse:
    try:
        actions.share_sheet(
            pairing_id=reader.pairing.pk,
            side=reader.side,
            version=_number(request.POST.get("version")),
            revision=_number(request.POST.get("revision")),
            by=reader.by,
            now=reader.now,
        )
    except Refused as no:
        page = reader.page()
        reader.look(page)
        context = reader.context(page, refusal=no.message)
        return render(request, "sessions/share_sheet.html", context, status=422)
    return reader.done(request, reader.after_url, _("This sheet is finished."))


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1
