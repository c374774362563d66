"""Pages about groups' meetings: the list, one meeting, and what can be done with it."""

from collections.abc import Callable
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
from people.forms.peers import SearchForm
from people.models import Group
from people.policies import groups_visible_to
from people.views.answers import posted
from sessions import policies
from sessions.actions import facilitating
from sessions.actions import meetings as actions
from sessions.forms.meetings import CallOffForm, MoveMeetingForm, PlanMeetingForm, StepForm
from sessions.models import PeerSession
from sessions.queries import meeting_parts, places
from sessions.queries import meetings_of_groups as queries
from venues.policies import rooms_visible_to

SHOWN = ("group__organisation", "series", "room__venue", "side_room__venue")


@members(policies.ACCESS)
@require_safe
def meetings(request: MemberRequest, slug: str, group_id: UUID) -> HttpResponse:
    """The meetings of a group: those to come, or with `?past=yes` those that were."""
    group = find_group(request, group_id)
    past = request.GET.get("past") == "yes"
    rows = queries.of_group(policies.meetings_visible_to(request.member), group)
    page = queries.meeting_rows(
        rows, request.member, past=past, after=request.GET.get("after"), now=request.now
    )
    series = [] if past else queries.series_of(group, request.member, now=request.now)
    may_plan = group.state == "active" and policies.can_plan_meeting_group(request.member, group)
    context = {"slug": slug, "group": group, "page": page, "past": past, "series": series}
    return render(request, "sessions/meetings.html", {**context, "may_plan": may_plan})


@members(policies.ACCESS)
@require_safe
def meeting(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """One meeting: when, where, who facilitates it, and what to do next."""
    row = find(request, peer_session_id)
    page = queries.meeting_page(row, request.member, now=request.now)
    context = {"slug": slug, "meeting": row, "page": page}
    context["places"] = places.places_panel(row, request.member, now=request.now)
    context["parts"] = meeting_parts.meeting_parts(row, request.member, now=request.now)
    return render(request, "sessions/meeting.html", context)


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_meeting(request: MemberRequest, slug: str, group_id: UUID) -> HttpResponse:
    """Plan one meeting of a group."""
    group = find_group(request, group_id)
    if not policies.can_plan_meeting_group(request.member, group):
        raise PermissionDenied
    form = PlanMeetingForm(
        posted(request), initial={"places": group.most_members}, **typed_by(request), rooms=rooms_of(request)
    )
    if request.method == "POST" and form.is_valid():
        wish = {**form.wish(), "once": form.cleaned_data["once"], "group_id": group.pk}
        try:
            made = actions.plan_meeting(**wish, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("Planned."))
            return redirect("sessions:meeting", slug=slug, peer_session_id=made.pk)
    context = {"slug": slug, "form": form, "group": group}
    return render(request, "sessions/plan_meeting.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def move_meeting(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Give one meeting another time, place or number of places."""
    row = find(request, peer_session_id)
    if not policies.can_move_meeting_peersession(request.member, row):
        raise PermissionDenied
    begins = MoveMeetingForm.begins(row, request.member.zone)
    form = MoveMeetingForm(posted(request), initial=begins, **typed_by(request), rooms=rooms_of(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.move_meeting(
                peer_session_id=row.pk,
                sequence=form.cleaned_data["revision"],
                **form.wish(),
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            row = find(request, peer_session_id)
            form.renew(row.sequence)
            no.tell(form)
        else:
            messages.success(request, _("Saved. Whoever has a place is told."))
            return redirect("sessions:meeting", slug=slug, peer_session_id=row.pk)
    return render(request, "sessions/move_meeting.html", _question(request, row, form), status=_status(form))


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel_meeting(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Call one meeting off, with a few neutral words for why."""
    row = find(request, peer_session_id)
    if not policies.can_cancel_meeting_peersession(request.member, row):
        raise PermissionDenied
    form = CallOffForm(posted(request))
    if request.method == "POST" and form.is_valid():
        why = form.cleaned_data["why"]
        try:
            actions.cancel_meeting(peer_session_id=row.pk, why=why, by=request.member, now=request.now)
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, _("Called off. Whoever has a place is told."))
        return redirect("sessions:meeting", slug=slug, peer_session_id=row.pk)
    return render(
        request, "sessions/cancel_meeting.html", _question(request, row, form), status=_status(form)
    )


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def step_in(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Be there at a meeting; coordinators choose who, a facilitator says it of themselves."""
    row = find(request, peer_session_id)
    if not policies.can_step_in_peersession(request.member, row):
        raise PermissionDenied
    search, form = SearchForm(request.GET), StepForm(posted(request))
    rows = policies.people_who_can_step_in(request.member)
    form.offer(rows, queries.who_could_step_in(rows, row, search.words()))
    said = _("They are down for this meeting now.")
    return _step(request, row, form, facilitating.step_in, said, q=search.words())


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def step_out(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Not be there at a meeting; coordinators choose who, others say it of themselves."""
    row = find(request, peer_session_id)
    if not policies.can_step_out_peersession(request.member, row):
        raise PermissionDenied
    form = StepForm(posted(request), initial={"membership": request.GET.get("who", "")})
    rows = policies.people_who_can_step_in(request.member)
    form.offer(rows, queries.who_is_there(rows, row))
    return _step(request, row, form, facilitating.step_out, _("They are not down for this meeting any more."))


def _step(
    request: MemberRequest,
    row: PeerSession,
    form: StepForm,
    act: Callable[..., PeerSession],
    said: str,
    q: str = "",
) -> HttpResponse:
    slug, mine = request.member.organisation.slug, not request.member.is_coordinator()
    if request.method == "POST" and form.is_valid():
        who = form.cleaned_data["membership"]
        try:
            act(peer_session_id=row.pk, membership_id=who.pk, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("Saved.") if mine else said)
            return redirect("sessions:meeting", slug=slug, peer_session_id=row.pk)
    context = {**_question(request, row, form), "q": q, "mine": mine}
    return render(request, f"sessions/{act.__name__}.html", context, status=_status(form))


def find(request: MemberRequest, peer_session_id: UUID) -> PeerSession:
    """A meeting this member may see, with its group, series and rooms; any other is 404."""
    visible = policies.meetings_visible_to(request.member).select_related(*SHOWN)
    return get_object_or_404(visible, pk=peer_session_id)


def find_group(request: MemberRequest, group_id: UUID) -> Group:
    """A group this member may see; any other is 404."""
    return get_object_or_404(groups_visible_to(request.member), pk=group_id)


def typed_by(request: MemberRequest) -> dict[str, Any]:
    """On whose clock a form is filled in, and when."""
    return {"zone": request.member.zone, "now": request.now}


def rooms_of(request: MemberRequest) -> Callable[[], list[queries.GroupRoom]]:
    """The rooms to choose from, read when they are shown."""
    return lambda: queries.group_rooms(rooms_visible_to(request.member))


def _question(request: MemberRequest, row: PeerSession, form: Any) -> dict[str, Any]:
    page = queries.meeting_page(row, request.member, now=request.now)
    return {"slug": request.member.organisation.slug, "meeting": row, "page": page, "form": form}


def _status(form: Any) -> int:
    return 422 if form.errors else 200
