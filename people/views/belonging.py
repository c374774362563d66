"""Who comes to a group: joining, leaving. Who facilitates it stands in sessions: its meetings change with them."""

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
from people.forms.peers import JoinForm, SearchForm
from people.queries.groups import who_could_join
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
