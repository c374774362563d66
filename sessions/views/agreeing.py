"""Pages on the way to an agreement: differences noted, laid before both, and what each answers."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lib.refusal import Refused
from people.access import MemberRequest, members
from sessions import policies
from sessions.actions import agreeing
from sessions.actions.points import Settled
from sessions.actions.points import settle_points as settle
from sessions.forms.agreeing import AnswerForm, PointsForm, ProposeForm
from sessions.models import Agreement, How, SaidTo, Side
from sessions.queries.links import own_page_id
from sessions.queries.side_by_side import side_by_side
from sessions.states import DRAFT, IN_FORCE, PROPOSED
from sessions.views.agreements import find_compared, show_side_by_side


def _find(request: MemberRequest, pairing_id: UUID, agreement_id: UUID) -> Agreement:
    rows = policies.agreements_visible_to(request.member).select_related("pairing__peer")
    return get_object_or_404(rows.defer("body"), pk=agreement_id, pairing_id=pairing_id)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def settle_points(request: MemberRequest, slug: str, pairing_id: UUID, agreement_id: UUID) -> HttpResponse:
    """What became of the differences; with htmx each is saved as it is chosen. It stands on the page side by side."""
    row = _find(request, pairing_id, agreement_id)
    if not policies.can_settle_points_agreement(request.member, row):
        raise PermissionDenied
    side_by_side_page = redirect("sessions:agree", slug=slug, pairing_id=pairing_id)
    if request.method != "POST":
        return side_by_side_page
    form, settled = PointsForm.sent(request.POST), None
    if form.is_valid():
        try:
            settled = settle(
                agreement_id=row.pk,
                revision=form.cleaned_data["revision"],
                points=form.points(),
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            no.tell(form)
        else:
            if not request.htmx:
                messages.success(request, _("Saved."))
                return side_by_side_page
    if request.htmx:
        return _as_chosen(request, row, form, settled)
    if row.state != DRAFT:
        messages.error(
            request, _("This version is not being written on any more. This is how it stands now.")
        )
        return redirect("sessions:pairing", slug=slug, pairing_id=pairing_id)
    pairing = find_compared(request, pairing_id)
    page = side_by_side(pairing, request.now)
    return show_side_by_side(request, pairing, page, points=form)


def _as_chosen(
    request: MemberRequest, row: Agreement, form: PointsForm, settled: Settled | None
) -> HttpResponse:
    """What changes on the page after one choice: that it is saved, from which state on, and how many are left."""
    if form.errors:
        form.renew(row.revision)
    context = {"form": form, "settled": settled, "pairing_id": row.pairing_id}
    return render(request, "sessions/_points_saved.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def propose(request: MemberRequest, slug: str, pairing_id: UUID, agreement_id: UUID) -> HttpResponse:
    """Lay a draft before both, after a page that says what follows."""
    row = _find(request, pairing_id, agreement_id)
    if not policies.can_propose_agreement(request.member, row):
        raise PermissionDenied
    form = ProposeForm(request.POST if request.method == "POST" else None, initial={"revision": row.revision})
    if request.method == "POST" and form.is_valid():
        try:
            agreeing.propose(
                agreement_id=row.pk,
                revision=form.cleaned_data["revision"],
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            no.tell(form)
            form.renew(row.revision)
        else:
            messages.success(request, _("It lies before you both now."))
            return redirect("sessions:agreement", slug=slug, pairing_id=pairing_id, agreement_id=row.pk)
    if row.state != DRAFT and not form.errors:
        return _standing(row, slug)
    context = {
        "pairing": row.pairing,
        "agreement": row,
        "form": form,
        "page_works": own_page_id(row.pairing, request.now) is not None,
    }
    return render(request, "sessions/propose.html", context, status=422 if form.errors else 200)


def _standing(row: Agreement, slug: str) -> HttpResponse:
    """Where to read how a version stands that is not being written on any more."""
    if row.proposed_at is None:
        return redirect("sessions:pairing", slug=slug, pairing_id=row.pairing_id)
    return redirect("sessions:agreement", slug=slug, pairing_id=row.pairing_id, agreement_id=row.pk)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def answer(
    request: MemberRequest, slug: str, pairing_id: UUID, agreement_id: UUID, side: str
) -> HttpResponse:
    """What the supporter says to the version before both, or what the peer said beside them or on paper."""
    if side not in Side.values:
        raise Http404
    row = _find(request, pairing_id, agreement_id)
    if not policies.can_answer_agreement(request.member, row):
        raise PermissionDenied
    form = AnswerForm(
        request.POST if request.method == "POST" else None,
        side=side,
        state=row.state,
        peer_name=row.pairing.peer.name,
    )
    if request.method == "POST" and form.is_valid():
        try:
            given = agreeing.answer(
                agreement_id=row.pk, side=side, **form.given(), by=request.member, now=request.now
            )
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _said(given.said, given.agreement.state))
            if given.how == How.PAPER:
                return redirect("sessions:add_paper_copy", slug, pairing_id, row.pk, given.pk)
            return redirect("sessions:agreement", slug=slug, pairing_id=pairing_id, agreement_id=row.pk)
    if row.state not in (PROPOSED, IN_FORCE) and request.method != "POST":
        messages.info(
            request, _("This version was put aside or replaced. There is nothing to answer any more.")
        )
        return _standing(row, slug)
    context = {"pairing": row.pairing, "agreement": row, "form": form, "side": side}
    return render(request, "sessions/answer.html", context, status=422 if form.errors else 200)


def _said(said: str, state: str) -> str:
    if said == SaidTo.TALK:
        return _("Noted: there is something to talk about.")
    if state == IN_FORCE:
        return _("You have both said yes. This is your agreement.")
    return _("Noted. Now the other one’s answer is missing.")
