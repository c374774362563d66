"""Pages about groups that change their meetings too: who facilitates, and putting one away.

They stand here and not in people, because meetings to come change with them, in the same transaction.
"""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lib.refusal import Refused
from people.access import MemberRequest, members
from people.forms.peers import FacilitatorForm, SearchForm
from people.forms.team import ConfirmForm
from people.policies import facilitators_visible_to, groups_visible_to, memberships_visible_to
from people.queries.groups import who_could_facilitate
from people.views.answers import posted, settle
from sessions import policies
from sessions.actions import facilitating, putting_away
from sessions.queries.series import ending_of_group


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def begin_facilitating(request: MemberRequest, slug: str, group_id: UUID) -> HttpResponse:
    """Choose who facilitates a group; they are down for its meetings to come."""
    group = get_object_or_404(groups_visible_to(request.member), pk=group_id)
    search, form = SearchForm(request.GET), FacilitatorForm(posted(request))
    everybody = memberships_visible_to(request.member).select_related("user")
    form.offer(everybody, who_could_facilitate(request.member, group, search.words()))
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["membership"]
        try:
            facilitating.begin_facilitating(
                group_id=group.pk, membership=chosen, by=request.member, now=request.now
            )
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("%(name)s facilitates now.") % {"name": chosen.user.preferred_name})
            return redirect("people:group", slug=slug, group_id=group_id)
    context = {"slug": slug, "form": form, "group": group, "q": search.words()}
    return render(request, "sessions/begin_facilitating.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_POST
def end_facilitating(request: MemberRequest, slug: str, facilitator_id: UUID) -> HttpResponse:
    """Somebody stops facilitating, and is down for no meeting to come."""
    row = get_object_or_404(facilitators_visible_to(request.member), pk=facilitator_id)
    return settle(
        request,
        lambda: facilitating.end_facilitating(facilitator_id=row.pk, by=request.member, now=request.now),
        _("They do not facilitate any more."),
        "people:group",
        slug=slug,
        group_id=row.group_id,
    )


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def archive_group(request: MemberRequest, slug: str, group_id: UUID) -> HttpResponse:
    """Put a group away, after a page that says what happens, its meetings to come included."""
    found = get_object_or_404(groups_visible_to(request.member), pk=group_id)
    form = ConfirmForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            putting_away.archive_group(group_id=found.pk, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("Put away. You find it under “Put away” in the list."))
            return redirect("people:group", slug=slug, group_id=group_id)
    ending = ending_of_group(found, now=request.now)
    context = {"slug": slug, "form": form, "group": found, "ending": ending}
    return render(request, "sessions/archive_group.html", context, status=422 if form.errors else 200)
