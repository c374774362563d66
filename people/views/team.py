"""Pages about the team: who works here, room, supervision. (Endings stand in sessions: pairings end with them.)"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.refusal import Refused
from people import policies
from people.access import MemberRequest, members
from people.actions import members as actions
from people.forms.peers import SearchForm
from people.forms.team import RoomForm, SupervisionForm
from people.models import Membership, Role
from people.queries.team import invitation_rows, member_page, pause, team_rows, who_could_be_together
from people.views.answers import posted, settle


def _find(request: MemberRequest, membership_id: UUID) -> Membership:
    rows = policies.memberships_visible_to(request.member).select_related("user")
    return get_object_or_404(rows, pk=membership_id)


@members(policies.ACCESS)
@require_safe
def team(request: MemberRequest, slug: str) -> HttpResponse:
    """Who works here, by role, and who was invited."""
    role = request.GET.get("role", "")
    role = role if role in Role.values else ""
    page = team_rows(request.member, role=role, after=request.GET.get("after"), now=request.now)
    invitations = invitation_rows(request.member, request.now) if request.member.is_coordinator() else []
    context = {"slug": slug, "page": page, "role": role, "roles": Role.choices, "invitations": invitations}
    return render(request, "people/team.html", context)


@members(policies.ACCESS)
@require_safe
def member(request: MemberRequest, slug: str, membership_id: UUID) -> HttpResponse:
    """One person of the team: since when, room, supervision."""
    row = _find(request, membership_id)
    page = member_page(request.member, row)
    context = {
        "slug": slug,
        "row": row,
        "page": page,
        "pause": pause(row, request.now),
        "mine": row.pk == request.member.id,
    }
    return render(request, "people/member.html", context)


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def set_room(request: MemberRequest, slug: str, membership_id: UUID) -> HttpResponse:
    """Say how many peers a supporter can carry at a time."""
    row = _find(request, membership_id)
    form = RoomForm(posted(request), initial={"most_peers": row.most_peers})
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_room(membership_id=row.pk, **form.cleaned_data, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:member", slug=slug, membership_id=membership_id)
    context = {"slug": slug, "form": form, "row": row}
    return render(request, "people/set_room.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def begin_supervision(request: MemberRequest, slug: str, membership_id: UUID) -> HttpResponse:
    """Bring a supporter and a supervisor together, from the page of either."""
    row = _find(request, membership_id)
    search, form = SearchForm(request.GET), SupervisionForm(posted(request))
    everybody = policies.memberships_visible_to(request.member).select_related("user")
    found = who_could_be_together(request.member, row, search.words(), request.now)
    form.offer(everybody, found)
    if request.method == "POST" and form.is_valid():
        other = form.cleaned_data["other"]
        first, second = (other, row) if row.role == Role.SUPPORTER else (row, other)
        try:
            actions.begin_supervision(
                supervisor_id=first.pk, supporter_id=second.pk, by=request.member, now=request.now
            )
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("They are together from now on."))
            return redirect("people:member", slug=slug, membership_id=membership_id)
    context = {"slug": slug, "form": form, "row": row, "q": search.words()}
    return render(request, "people/begin_supervision.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_POST
def end_supervision(request: MemberRequest, slug: str, supervision_id: UUID) -> HttpResponse:
    """End a supervision."""
    row = get_object_or_404(policies.supervisions_visible_to(request.member), pk=supervision_id)
    return settle(
        request,
        lambda: actions.end_supervision(supervision_id=row.pk, by=request.member, now=request.now),
        _("Ended."),
        "people:member",
        slug=slug,
        membership_id=row.supporter_id,
    )
