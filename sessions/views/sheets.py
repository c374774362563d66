"""Pages of one side's boundary sheet: answered line by line, finished."""

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lib.refusal import Refused
from people.access import MemberRequest, members
from sessions import policies
from sessions.actions import sheets as actions
from sessions.actions.agreements import look
from sessions.forms.agreements import SheetForm
from sessions.items import BY_KEY
from sessions.models import Pairing, Side
from sessions.queries import sheets
from sessions.queries.sheets import SheetPage
from sessions.views.agreements import find


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def sheet(request: MemberRequest, slug: str, pairing_id: UUID, side: str) -> HttpResponse:
    """One side's boundary sheet; with htmx each answer is saved as it is given."""
    row, page = _sheet_page(request, pairing_id, side)
    if request.method == "POST":
        return _save_sheet(request, row, page)
    look(rows=page.opened, by=request.member, now=request.now)
    if page.is_shared:
        return render(request, "sessions/sheet_shared.html", {"pairing": row, "page": page})
    form = SheetForm(page=page)
    return render(request, "sessions/sheet.html", {"pairing": row, "page": page, "form": form})


def _sheet_page(request: MemberRequest, pairing_id: UUID, side: str) -> tuple[Pairing, SheetPage]:
    if side not in Side.values:
        raise Http404
    row = find(request, pairing_id)
    return row, sheets.sheet_page(row, side)


def _save_sheet(request: MemberRequest, row: Pairing, page: SheetPage) -> HttpResponse:
    key = request.POST.get("item", "")
    only = key if request.htmx and key in BY_KEY else ""
    form = SheetForm(request.POST, page=page, only=only)
    if form.is_valid():
        try:
            actions.save_sheet(
                pairing_id=row.pk,
                side=page.side,
                version=form.cleaned_data["version"],
                revision=form.cleaned_data["revision"],
                said=form.said(),
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            no.tell(form)
            page = sheets.sheet_page(row, page.side)
            if not only:
                form.beside(page)
    if only:
        return _item_saved(request, row, page, form)
    if form.is_valid():
        return _after_saving(request, row, page)
    return render(request, "sessions/sheet.html", {"pairing": row, "page": page, "form": form}, status=422)


def _item_saved(request: MemberRequest, row: Pairing, page: SheetPage, form: SheetForm) -> HttpResponse:
    """What changes on the page after one answer: how far it is, and what there is to say about this answer."""
    newest = sheets.sheet_page(row, page.side)
    whole = SheetForm(page=newest)
    context = {"page": newest, "form": form, "row": form.row(form.items[0]), "themes": whole.themes()}
    return render(request, "sessions/_sheet_saved.html", context, status=422 if form.errors else 200)


def _after_saving(request: MemberRequest, row: Pairing, page: SheetPage) -> HttpResponse:
    slug = request.member.organisation.slug
    if "finish" in request.POST:
        return redirect("sessions:share_sheet", slug=slug, pairing_id=row.pk, side=page.side)
    messages.success(request, _("Saved."))
    return redirect("sessions:sheet", slug=slug, pairing_id=row.pk, side=page.side)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def share_sheet(request: MemberRequest, slug: str, pairing_id: UUID, side: str) -> HttpResponse:
    """Finish a sheet, after a page that says what follows from it."""
    row, page = _sheet_page(request, pairing_id, side)
    if page.is_shared and request.method == "GET":
        return redirect("sessions:sheet", slug=slug, pairing_id=row.pk, side=side)
    if request.method == "POST":
        try:
            actions.share_sheet(
                pairing_id=row.pk,
                side=page.side,
                version=_number(request.POST.get("version")),
                revision=_number(request.POST.get("revision")),
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            messages.error(request, no.message)
            return redirect("sessions:share_sheet", slug=slug, pairing_id=row.pk, side=side)
        messages.success(request, _("This sheet is finished."))
        return redirect("sessions:first_meeting", slug=slug, pairing_id=row.pk)
    look(rows=page.opened, by=request.member, now=request.now)
    return render(request, "sessions/share_sheet.html", {"pairing": row, "page": page})


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1
