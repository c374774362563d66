"""Who comes to a group and who facilitates it: joining, leaving, beginning, ending."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lib.refusal import Refused
from people import policies
from people.access import MemberRequest, members
from people.actions import groups as actions
from people.forms.peers import FacilitatorForm, JoinForm, SearchForm
from people.queries.groups import who_could_facilitate, who_could_join
from people.views.answers import posted, settle


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def join(request: MemberRequest, slug: str, group_id: UUID) -> HttpResponse:
    """Choose who joins a group; a search finds those who are not among the first shown."""
    group = get_object_or_404(policies.groups_visible_to(request.member), pk=group_id)
    search, form = SearchForm(request.GET), JoinForm(posted(request))
    found = who_could_join(request.member, group, search.words())
    form.offer(policies.peers_visible_to(request.member), found)
    if request.method == "POST" and form.is_valid():
        peer = form.cleaned_data["peer"]
        try:
            actions.join(group_id=group.pk, peer=peer, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("%(name)s is in the group now.") % {"name": peer.name})
            return redirect("people:group", slug=slug, group_id=group_id)
    context = {"slug": slug, "form": form, "group": group, "q": search.words()}
    return render(request, "people/join.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_POST
def leave(request: MemberRequest, slug: str, group_member_id: UUID) -> HttpResponse:
    """A peer leaves a group."""
    row = get_object_or_404(policies.group_members_visible_to(request.member), pk=group_member_id)
    return settle(
        request,
        lambda: actions.leave(group_member_id=row.pk, by=request.member, now=request.now),
        _("They have left the group."),
        "people:group",
        slug=slug,
        group_id=row.group_id,
    )


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def begin_facilitating(request: MemberRequest, slug: str, group_id: UUID) -> HttpResponse:
    """Choose who facilitates a group."""
    group = get_object_or_404(policies.groups_visible_to(request.member), pk=group_id)
    search, form = SearchForm(request.GET), FacilitatorForm(posted(request))
    everybody = policies.memberships_visible_to(request.member).select_related("user")
    found = who_could_facilitate(request.member, group, search.words())
    form.offer(everybody, found)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["membership"]
        try:
            actions.begin_facilitating(
                group_id=group.pk, membership=chosen, by=request.member, now=request.now
            )
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("%(name)s facilitates now.") % {"name": chosen.user.preferred_name})
            return redirect("people:group", slug=slug, group_id=group_id)
    context = {"slug": slug, "form": form, "group": group, "q": search.words()}
    return render(request, "people/begin_facilitating.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_POST
def end_facilitating(request: MemberRequest, slug: str, facilitator_id: UUID) -> HttpResponse:
    """Somebody stops facilitating."""
    row = get_object_or_404(policies.facilitators_visible_to(request.member), pk=facilitator_id)
    return settle(
        request,
        lambda: actions.end_facilitating(facilitator_id=row.pk, by=request.member, now=request.now),
        _("They do not facilitate any more."),
        "people:group",
        slug=slug,
        group_id=row.group_id,
    )
