"""Pages of a first meeting and of looking again: the steps, what was talked about, side by side, the agreement."""

from collections.abc import Mapping
from typing import Any
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
from sessions.actions.agreements import look
from sessions.forms.agreeing import PointsForm, WithdrawForm
from sessions.forms.agreements import AgreeForm, ExpectationsForm
from sessions.models import Agreement, Pairing
from sessions.queries import agreements as queries
from sessions.queries import meetings, sheets
from sessions.queries.pairings import sessions_to_come
from sessions.queries.side_by_side import SideBySide, side_by_side
from sessions.queries.told import told_of, with_told
from sessions.states import BEING_MADE, PROPOSED


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
    look(rows=talked.opened, by=request.member, now=request.now)
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
                talked = meetings.talked(row, request.now)
                look(rows=talked.opened, by=request.member, now=request.now)
                form.beside(talked.initial)
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
    """Both sides beside each other, the differences talked through, the plan, and both say yes.

    A version that lies before both already stands on its own page.
    """
    refused = None
    if request.method == "POST" and (sent := AgreeForm(request.POST, peer_name="")).is_valid():
        try:
            made = _agree(request, pairing_id, sent.cleaned_data)
        except Refused as no:
            refused = no
        else:
            messages.success(request, _("You have both said yes. This is your agreement."))
            return redirect("sessions:agreement", slug=slug, pairing_id=pairing_id, agreement_id=made.pk)
    row = find_compared(request, pairing_id)
    form = AgreeForm(request.POST if request.method == "POST" else None, peer_name=row.peer.name)
    if refused is not None:
        refused.tell(form)
    page = side_by_side(row, request.now)
    if page.draft and page.draft.state == PROPOSED and not form.errors:
        return redirect("sessions:agreement", slug=slug, pairing_id=row.pk, agreement_id=page.draft.pk)
    return show_side_by_side(request, row, page, agree=form)


def _agree(request: MemberRequest, pairing_id: UUID, said: Mapping[str, Any]) -> Agreement:
    drafts = policies.agreements_visible_to(request.member).select_related("pairing")
    found = get_object_or_404(drafts.defer("body"), pk=said["agreement"], pairing=pairing_id)
    if not policies.can_agree_agreement(request.member, found):
        raise PermissionDenied
    return agreeing.agree(
        agreement_id=found.pk, revision=said["revision"], by=request.member, now=request.now
    )


def find_compared(request: MemberRequest, pairing_id: UUID) -> Pairing:
    """A pairing this member may see, with what its side by side needs; any other is 404."""
    rows = with_told(sheets.pairings_with_keys(request.member))
    return get_object_or_404(rows, pk=pairing_id)


def show_side_by_side(
    request: MemberRequest,
    row: Pairing,
    page: SideBySide,
    *,
    agree: AgreeForm | None = None,
    points: PointsForm | None = None,
) -> HttpResponse:
    """The page with both sides, and the two forms on it; one that was sent, with what was wrong."""
    look(rows=page.opened, by=request.member, now=request.now)
    yes = agree or AgreeForm(peer_name=row.peer.name)
    yes.settle(page.draft)
    form = _form_of(page, points)
    context = {
        "pairing": row,
        "page": page,
        "form": yes,
        "points": form,
        "lines": list(zip(page.differ, form.lines(), strict=True)),
        "exceptions": zip(wording.spelled_exceptions(), told_of(row).words(), strict=True),
    }
    status = 422 if yes.errors or (points and points.errors) else 200
    return render(request, "sessions/agree.html", context, status=status)


def _form_of(page: SideBySide, sent: PointsForm | None = None) -> PointsForm:
    """The form of all differences; with what was sent, what was wrong with it, and what was saved meanwhile."""
    keys = [row["key"] for row in page.differences]
    form = PointsForm(sent.data if sent else None, keys=keys, points=page.points, revision=page.revision)
    if sent and form.errors is not None:  # looked at, so that words can be added to them
        form.beside(page.revision, page.points)
        for message in sent.non_field_errors():
            form.add_error(None, message)
    return form


@members(policies.ACCESS)
@require_safe
def agreement(request: MemberRequest, slug: str, pairing_id: UUID, agreement_id: UUID) -> HttpResponse:
    """A version as it was laid before both, with what each answered; fit for printing on one page."""
    rows = queries.texts_visible_to(request.member)
    row = get_object_or_404(rows, pk=agreement_id, pairing_id=pairing_id)
    text = queries.agreement_text(row, in_force=queries.in_force_beside(row), zone=request.member.zone)
    look(rows=text.opened, by=request.member, now=request.now)
    return render(request, "sessions/agreement.html", {"pairing": row.pairing, "text": text})


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def withdraw(request: MemberRequest, slug: str, pairing_id: UUID, agreement_id: UUID) -> HttpResponse:
    """Note that one of the two no longer agrees, or put a draft aside, after a page that says what follows."""
    rows = policies.agreements_visible_to(request.member).select_related("pairing__peer")
    row = get_object_or_404(rows.defer("body"), pk=agreement_id, pairing_id=pairing_id)
    if not policies.can_withdraw_agreement(request.member, row):
        raise PermissionDenied
    form = WithdrawForm(
        request.POST if request.method == "POST" else None, state=row.state, peer_name=row.pairing.peer.name
    )
    if request.method == "POST" and _withdrawn(request, row, form):
        return redirect("sessions:pairing", slug=slug, pairing_id=pairing_id)
    if not row.may("withdraw"):
        return redirect("sessions:pairing", slug=slug, pairing_id=pairing_id)
    context = {
        "agreement": row,
        "pairing": row.pairing,
        "form": form,
        "is_draft": row.state in BEING_MADE,
        "coming": sessions_to_come(request.member, row.pairing, request.now),
    }
    return render(request, "sessions/withdraw.html", context, status=422 if form.errors else 200)


def _withdrawn(request: MemberRequest, row: Agreement, form: WithdrawForm) -> bool:
    """Whether what was sent needs no second look. A page older than the agreement is told so, and withdraws nothing."""
    if not form.is_valid():
        if "state" not in form.errors and form["state"].value() == row.state:
            return False
        messages.error(request, form.changed)
        return True
    state, sides = form.cleaned_data["state"], form.cleaned_data["sides"]
    try:
        actions.withdraw(agreement_id=row.pk, state=state, sides=sides, by=request.member, now=request.now)
    except Refused as no:
        if no.field:
            no.tell(form)
            return False
        messages.error(request, no.message)
    else:
        words = _("Put aside.") if state in BEING_MADE else _("Noted. This agreement no longer holds.")
        messages.success(request, words)
    return True
