"""Pages about another supporter: noting the wish, and answering it. No reason is asked for on any of them."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lib.refusal import Refused
from people.access import MemberRequest, members
from people.views.answers import posted
from sessions import policies
from sessions.actions import change_wishes as actions
from sessions.forms.endings import AnswerChangeForm
from sessions.queries import change_wishes as queries
from sessions.views.endings import find


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def wish_change(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """Note that the peer would like another supporter, after a page that says what follows."""
    row = find(request, pairing_id)
    if not policies.can_wish_change(request.member, row):
        raise PermissionDenied
    if request.method == "POST":
        try:
            actions.wish_change(pairing_id=row.pk, by=request.member, now=request.now)
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, _("Noted. A coordinator talks with them."))
        return redirect("sessions:pairing", slug=slug, pairing_id=row.pk)
    if row.ended_at is not None:
        return redirect("sessions:pairing", slug=slug, pairing_id=row.pk)
    return render(request, "sessions/wish_change.html", {"pairing": row})


@members(policies.ACCESS)
@require_safe
def change_wishes(request: MemberRequest, slug: str) -> HttpResponse:
    """Peers who would like another supporter, the longest waiting first."""
    page = queries.change_wish_list(request.member, after=request.GET.get("after"))
    return render(request, "sessions/change_wishes.html", {"page": page})


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def answer_change(request: MemberRequest, slug: str, change_wish_id: UUID) -> HttpResponse:
    """Note what was found together; only that, no reasons."""
    rows = queries.with_people(policies.change_wishes_visible_to(request.member))
    row = get_object_or_404(rows, pk=change_wish_id)
    if not policies.can_answer_change(request.member, row):
        raise PermissionDenied
    form = AnswerChangeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        outcome = form.cleaned_data["outcome"]
        actions.answer_change(change_wish_id=row.pk, outcome=outcome, by=request.member, now=request.now)
        messages.success(request, _("Noted."))
        if outcome == actions.Outcome.ARRANGED:
            return redirect("sessions:pairing", slug=slug, pairing_id=row.pairing_id)
        return redirect("sessions:change_wishes", slug=slug)
    if request.method == "GET" and row.answered_at is not None:
        return redirect("sessions:change_wishes", slug=slug)
    context = {"wish": row, "form": form}
    return render(request, "sessions/answer_change.html", context, status=422 if form.errors else 200)
