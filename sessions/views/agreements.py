"""Pages of a first meeting and of looking again: the steps, what was talked about, side by side, the agreement."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lib.refusal import Refused
from people.access import MemberRequest, members
from sessions import policies, wording
from sessions.actions import agreeing
from sessions.actions import agreements as actions
from sessions.forms.agreements import AgreeForm, ExpectationsForm
from sessions.models import Agreement, Pairing, Side
from sessions.queries import agreements as queries
from sessions.queries import meetings, sheets
from sessions.queries.pairings import sessions_to_come
from sessions.states import BEING_MADE


def find(request: MemberRequest, pairing_id: UUID) -> Pairing:
    """A pairing this member may see, with what its texts are sealed with; any other is 404."""
    return get_object_or_404(sheets.pairings_with_keys(request.member), pk=pairing_id)


@members(policies.ACCESS)
@require_safe
def first_meeting(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """The steps of the first meeting, or of looking again, and how far the two are."""
    row = find(request, pairing_id)
    meeting = meetings.first_meeting(row)
    return render(request, "sessions/first_meeting.html", {"pairing": row, "meeting": meeting})


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def expectations(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """What this is, both exceptions, hopes, fears and the plan: the draft of the agreement."""
    row = find(request, pairing_id)
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
def agree(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """Both sides beside each other, the plan, and both say yes."""
    row = find(request, pairing_id)
    form = AgreeForm(request.POST if request.method == "POST" else None, peer_name=row.peer.name)
    if request.method == "POST" and form.is_valid():
        drafts = policies.agreements_visible_to(request.member).select_related("pairing")
        found = get_object_or_404(drafts, pk=form.cleaned_data["agreement"], pairing=row)
        if not policies.can_agree_agreement(request.member, found):
            raise PermissionDenied
        try:
            made = agreeing.agree(
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


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def withdraw(request: MemberRequest, slug: str, pairing_id: UUID, agreement_id: UUID) -> HttpResponse:
    """Note that one of the two no longer agrees, or put a draft aside, after a page that says what follows."""
    rows = policies.agreements_visible_to(request.member).select_related("pairing__peer")
    row = get_object_or_404(rows.defer("body"), pk=agreement_id, pairing_id=pairing_id)
    if not policies.can_withdraw_agreement(request.member, row):
        raise PermissionDenied
    if request.method == "POST":
        return _withdraw(request, row)
    if not row.may("withdraw"):
        return redirect("sessions:pairing", slug=slug, pairing_id=pairing_id)
    context = {
        "agreement": row,
        "pairing": row.pairing,
        "is_draft": row.state in BEING_MADE,
        "coming": sessions_to_come(request.member, row.pairing, request.now),
    }
    return render(request, "sessions/withdraw.html", context)


def _withdraw(request: MemberRequest, row: Agreement) -> HttpResponse:
    state = request.POST.get("state", "")
    sides = [side for side in request.POST.getlist("sides") if side in Side.values]
    slug = request.member.organisation.slug
    try:
        actions.withdraw(agreement_id=row.pk, state=state, sides=sides, by=request.member, now=request.now)
    except Refused as no:
        messages.error(request, no.message)
    else:
        words = _("Put aside.") if state in BEING_MADE else _("Noted. This agreement no longer holds.")
        messages.success(request, words)
    return redirect("sessions:pairing", slug=slug, pairing_id=row.pairing_id)
