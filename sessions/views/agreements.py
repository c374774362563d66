"""Pages of a first meeting: its steps, what was talked about, the sheets, side by side, the agreement."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lib.refusal import Refused
from people.access import MemberRequest, members
from sessions import policies, wording
from sessions.actions import agreements as actions
from sessions.forms.agreements import AgreeForm, ExpectationsForm, SheetForm
from sessions.items import BY_KEY
from sessions.models import Pairing, Side
from sessions.queries import agreements as queries
from sessions.queries import meetings, sheets
from sessions.queries.sheets import SheetPage


def _find(request: MemberRequest, pairing_id: UUID) -> Pairing:
    return get_object_or_404(sheets.pairings_with_keys(request.member), pk=pairing_id)


@members(policies.ACCESS)
@require_safe
def first_meeting(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """The steps of the first meeting, and how far the two are."""
    row = _find(request, pairing_id)
    meeting = meetings.first_meeting(row)
    return render(request, "sessions/first_meeting.html", {"pairing": row, "meeting": meeting})


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def expectations(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """What this is, both exceptions, hopes, fears and the plan: the draft of the agreement."""
    row = _find(request, pairing_id)
    if request.method == "POST":
        return _save_expectations(request, row)
    talked = meetings.talked(row, request.now)
    actions.look(rows=talked.opened, by=request.member, now=request.now)
    return _expectations_page(request, row, ExpectationsForm(initial=talked.initial, peer_name=row.peer.name))


def _save_expectations(request: MemberRequest, row: Pairing) -> HttpResponse:
    form = ExpectationsForm(request.POST, peer_name=row.peer.name)
    if form.is_valid():
        try:
            actions.draft(
                pairing_id=row.pk, **form.plan(), talk=form.talk(), by=request.member, now=request.now
            )
        except Refused as no:
            no.tell(form)
            if no.field is None:
                form.beside(meetings.talked(row, request.now).initial)
        else:
            messages.success(request, _("Saved."))
            slug = request.member.organisation.slug
            return redirect("sessions:first_meeting", slug=slug, pairing_id=row.pk)
    return _expectations_page(request, row, form)


def _expectations_page(request: MemberRequest, row: Pairing, form: ExpectationsForm) -> HttpResponse:
    context = {
        "pairing": row,
        "form": form,
        "peer_support_is": wording.PEER_SUPPORT_IS,
        "peer_support_is_not": wording.PEER_SUPPORT_IS_NOT,
        "exceptions": wording.spelled_exceptions(),
    }
    return render(request, "sessions/expectations.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def sheet(request: MemberRequest, slug: str, pairing_id: UUID, side: str) -> HttpResponse:
    """One side's boundary sheet; with htmx each answer is saved as it is given."""
    row, page = _sheet_page(request, pairing_id, side)
    if request.method == "POST":
        return _save_sheet(request, row, page)
    actions.look(rows=page.opened, by=request.member, now=request.now)
    if page.is_shared:
        return render(request, "sessions/sheet_shared.html", {"pairing": row, "page": page})
    form = SheetForm(side=page.side, answers=page.answers, revision=page.revision)
    return render(request, "sessions/sheet.html", {"pairing": row, "page": page, "form": form})


def _sheet_page(request: MemberRequest, pairing_id: UUID, side: str) -> tuple[Pairing, SheetPage]:
    if side not in Side.values:
        raise Http404
    row = _find(request, pairing_id)
    return row, sheets.sheet_page(row, side)


def _save_sheet(request: MemberRequest, row: Pairing, page: SheetPage) -> HttpResponse:
    key = request.POST.get("item", "")
    only = key if request.htmx and key in BY_KEY else ""
    form = SheetForm(request.POST, side=page.side, answers=page.answers, revision=page.revision, only=only)
    if form.is_valid():
        try:
            actions.save_sheet(
                pairing_id=row.pk,
                side=page.side,
                revision=form.cleaned_data["revision"],
                said=form.said(),
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            no.tell(form)
            page = sheets.sheet_page(row, page.side)
            if not only:
                form.beside(page.answers, page.revision)
    if only:
        return _item_saved(request, row, page, form)
    if form.is_valid():
        return _after_saving(request, row, page)
    return render(request, "sessions/sheet.html", {"pairing": row, "page": page, "form": form}, status=422)


def _item_saved(request: MemberRequest, row: Pairing, page: SheetPage, form: SheetForm) -> HttpResponse:
    """What changes on the page after one answer: how far it is, and what there is to say about this answer."""
    newest = sheets.sheet_page(row, page.side)
    whole = SheetForm(side=page.side, answers=newest.answers, revision=newest.revision)
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
                revision=_number(request.POST.get("revision")),
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            messages.error(request, no.message)
            return redirect("sessions:share_sheet", slug=slug, pairing_id=row.pk, side=side)
        messages.success(request, _("This sheet is finished."))
        return redirect("sessions:first_meeting", slug=slug, pairing_id=row.pk)
    actions.look(rows=page.opened, by=request.member, now=request.now)
    return render(request, "sessions/share_sheet.html", {"pairing": row, "page": page})


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else -1


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def agree(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """Both sides beside each other, the plan, and both say yes."""
    row = _find(request, pairing_id)
    form = AgreeForm(request.POST if request.method == "POST" else None, peer_name=row.peer.name)
    if request.method == "POST" and form.is_valid():
        drafts = policies.agreements_visible_to(request.member).select_related("pairing")
        found = get_object_or_404(drafts, pk=form.cleaned_data["agreement"], pairing=row)
        if not policies.can_agree_agreement(request.member, found):
            raise PermissionDenied
        try:
            made = actions.agree(
                agreement_id=found.pk,
                revision=form.cleaned_data["revision"],
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("You have both said yes. This is your agreement."))
            return redirect("sessions:agreement", slug=slug, pairing_id=row.pk, agreement_id=made.pk)
    return _side_by_side(request, row, form)


def _side_by_side(request: MemberRequest, row: Pairing, form: AgreeForm) -> HttpResponse:
    page = queries.side_by_side(row, request.now)
    actions.look(rows=page.opened, by=request.member, now=request.now)
    form.settle(page.draft)
    context = {"pairing": row, "page": page, "form": form, "exceptions": wording.spelled_exceptions()}
    return render(request, "sessions/agree.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_safe
def agreement(request: MemberRequest, slug: str, pairing_id: UUID, agreement_id: UUID) -> HttpResponse:
    """An agreed version, as it was read; fit for printing on one page."""
    rows = queries.texts_visible_to(request.member)
    row = get_object_or_404(rows, pk=agreement_id, pairing_id=pairing_id)
    text = queries.agreement_text(row)
    actions.look(rows=[row], by=request.member, now=request.now)
    return render(request, "sessions/agreement.html", {"pairing": row.pairing, "text": text})
