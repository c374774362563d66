"""The page on which a membership is ended. It stands here because the pairings of the one who leaves end with it."""

from uuid import UUID

from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lib.refusal import Refused
from people.access import MemberRequest, members
from people.forms.team import ConfirmForm
from people.policies import memberships_visible_to
from people.queries.team import member_page
from people.views.answers import posted
from sessions import policies
from sessions.actions import leaving


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def end_membership(request: MemberRequest, slug: str, membership_id: UUID) -> HttpResponse:
    """End a membership, after a page that says what happens; one's own too."""
    row = get_object_or_404(memberships_visible_to(request.member).select_related("user"), pk=membership_id)
    mine, form = membership_id == request.member.id, ConfirmForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            leaving.end_membership(membership_id=row.pk, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            if mine:  # their sign-in has just ended: the session in hand must not be written back
                logout(request)
                return redirect("account_login")
            messages.success(request, _("Their membership has ended, and they are signed out everywhere."))
            return redirect("people:member", slug=slug, membership_id=membership_id)
    page = member_page(request.member, row)
    context = {"slug": slug, "form": form, "row": row, "page": page, "mine": mine}
    return render(request, "sessions/end_membership.html", context, status=422 if form.errors else 200)
