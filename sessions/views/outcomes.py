"""What becomes of a booked session: confirmed, called off, missed, settled."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lib.refusal import Refused
from people.access import MemberRequest, members
from people.views.answers import posted
from sessions import policies
from sessions.actions import outcomes
from sessions.forms.outcomes import CallOffForm, ConfirmForm, MissForm
from sessions.models import PeerSession
from sessions.queries import details
from sessions.views.bookings import find


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def confirm(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Say for the peer that they will be there."""
    row = find(request, peer_session_id)
    if not policies.can_confirm_peersession(request.member, row):
        raise PermissionDenied
    form = ConfirmForm(posted(request), row=row)
    if request.method == "POST":
        sequence = form.cleaned_data["sequence"] if form.is_valid() else None
        try:
            outcomes.confirm(peer_session_id=row.pk, sequence=sequence, by=request.member, now=request.now)
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, _("Confirmed."))
        return redirect("sessions:peer_session", slug=slug, peer_session_id=row.pk)
    return render(request, "sessions/confirm.html", {**_question(request, row), "form": form})


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def cancel(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Call a session off: whose side, and a few neutral words for why."""
    row = find(request, peer_session_id)
    if not policies.can_cancel_peersession(request.member, row):
        raise PermissionDenied
    form = CallOffForm(posted(request), row=row, member=request.member, now=request.now)
    if request.method == "POST" and form.is_valid():
        try:
            outcomes.cancel(peer_session_id=row.pk, **form.cleaned_data, by=request.member, now=request.now)
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, _("Called off. The time is free again."))
        return redirect("sessions:peer_session", slug=slug, peer_session_id=row.pk)
    context = {**_question(request, row), "form": form}
    return render(request, "sessions/cancel.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def miss(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Note that a session did not take place, and who could not be there."""
    row = find(request, peer_session_id)
    if not policies.can_miss_peersession(request.member, row):
        raise PermissionDenied
    form = MissForm(posted(request), member=request.member)
    if request.method == "POST" and form.is_valid():
        try:
            outcomes.miss(peer_session_id=row.pk, side=form.side(), by=request.member, now=request.now)
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, _noted(form.side()))
        return redirect("sessions:peer_session", slug=slug, peer_session_id=row.pk)
    context = {**_question(request, row), "form": form}
    return render(request, "sessions/miss.html", context, status=422 if form.errors else 200)


def _noted(side: str) -> str:
    if side == "supporter":
        return _("Noted. Let the peer know what happened, and offer another time.")
    return _("Noted. Perhaps ask how they are when you speak next.")


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def settle(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Note that a session took place, for a supporter who no longer can."""
    row = find(request, peer_session_id)
    if not policies.can_settle_peersession(request.member, row):
        raise PermissionDenied
    if request.method == "POST":
        try:
            outcomes.settle(peer_session_id=row.pk, by=request.member, now=request.now)
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, _("Noted that it took place."))
        return redirect("sessions:peer_session", slug=slug, peer_session_id=row.pk)
    return render(request, "sessions/settle.html", _question(request, row))


def _question(request: MemberRequest, row: PeerSession) -> dict[str, object]:
    page = details.session_page(row, request.member, now=request.now)
    return {"slug": request.member.organisation.slug, "peer_session": row, "page": page}
