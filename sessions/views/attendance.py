"""Pages for a meeting itself: what is made ready before it, and who came."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lib.refusal import Refused
from people.access import MemberRequest, members
from sessions import policies
from sessions.actions import attendance as attendance_actions
from sessions.actions import meeting_ready
from sessions.forms.attendance import INTRODUCED, MarkForm, ReadyForm
from sessions.meeting_ready import KEYS
from sessions.models import PeerSession
from sessions.queries import attendance as queries
from sessions.queries.places import ever_in_group
from sessions.views.places import context_of, find


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def attendance(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Who came: one tap for each person; who is new today, and whether they were introduced."""
    meeting = find(request, peer_session_id)
    if not policies.can_attendance_peersession(request.member, meeting):
        raise PermissionDenied
    trouble, status = None, 200
    if request.method == "POST":
        form = MarkForm(request.POST)
        if form.is_valid():
            try:
                _mark(request, meeting, form)
            except Refused as no:
                trouble, status = (form.cleaned_data["who"], no.message), 422
            else:
                return redirect(f"{request.path}#m-{form.cleaned_data['who']}")
        else:
            trouble, status = (meeting.pk, _("Please tap again.")), 422
    page = queries.attendance_page(meeting, now=request.now, trouble=trouble)
    unplaced = trouble[1] if trouble and trouble[0] not in {row.group_member_id for row in page.rows} else ""
    context = {**context_of(request, meeting), "attendance": page, "trouble": unplaced}
    return render(request, "sessions/attendance.html", context, status=status)


def _mark(request: MemberRequest, meeting: PeerSession, form: MarkForm) -> None:
    given = form.cleaned_data
    member = get_object_or_404(ever_in_group(meeting), pk=given["who"])
    what: dict[str, Any] = {
        "peer_session_id": meeting.pk,
        "member": member,
        "by": request.member,
        "now": request.now,
    }
    if given["mark"] == INTRODUCED:
        attendance_actions.introduce(**what)
    else:
        attendance_actions.note_attendance(**what, attended=form.attended(), was=given["was"])


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def ready(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """The list before a meeting: each tick saves itself, or all do by a button."""
    meeting = find(request, peer_session_id)
    if not policies.can_ready_peersession(request.member, meeting):
        raise PermissionDenied
    status = 200
    if request.method == "POST":
        form = ReadyForm(request.POST, keys=sorted(KEYS))
        try:
            if form.is_valid():
                meeting_ready.ready(
                    peer_session_id=meeting.pk, **form.changes(), by=request.member, now=request.now
                )
        except Refused as no:
            status = 422
            messages.error(request, no.message)
        else:
            if not request.htmx:
                messages.success(request, _("Saved."))
                return redirect(request.path)
    page = queries.ready_page(meeting, now=request.now)
    context = {**context_of(request, meeting), "ready": page}
    template = "sessions/_meeting_ready.html" if request.htmx else "sessions/ready.html"
    return render(request, template, context, status=status)
