"""Inviting somebody, taking it back, and what the person invited sees."""

from uuid import UUID

from allauth.account.internal.flows.login import perform_login, record_authentication
from allauth.account.models import Login
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lib.refusal import Refused
from people import policies
from people.access import LinkRequest, MemberRequest, by_link, members
from people.actions import invitations as actions
from people.forms.team import ConfirmForm, InviteForm, NewPersonForm
from people.models import Invitation, Membership, User
from people.queries.accounts import has_account, owns
from people.states import ACCEPTED
from people.views.answers import posted, settle
from people.wrong_links import wrong_links_counted


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: MemberRequest, slug: str) -> HttpResponse:
    """Invite somebody by mail, in a role."""
    form = InviteForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.invite(**form.cleaned_data, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("The invitation is on its way. It works for 14 days."))
            return redirect("people:team", slug=slug)
    return render(
        request, "people/invite.html", {"slug": slug, "form": form}, status=422 if form.errors else 200
    )


@members(policies.ACCESS)
@require_POST
def withdraw_invitation(request: MemberRequest, slug: str, invitation_id: UUID) -> HttpResponse:
    """Take an invitation back."""
    row = get_object_or_404(policies.invitations_visible_to(request.member), pk=invitation_id)
    return settle(
        request,
        lambda: actions.withdraw(invitation_id=row.pk, by=request.member, now=request.now),
        _("The invitation does not work any more."),
        "people:team",
        slug=slug,
    )


@wrong_links_counted
@by_link("invitation")
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: LinkRequest, token: str) -> HttpResponse:
    """What the link in the mail opens: nothing but a button, until the person has pressed it."""
    invitation = get_object_or_404(Invitation, pk=request.link.object_id)
    if invitation.state == ACCEPTED:
        return render(request, "people/accept_done.html")
    mark = f"link:{request.link.link_id}"
    if request.session.get(mark):
        return _opened(request, invitation)
    if request.method == "POST":
        request.session[mark] = True
        actions.open_invitation(invitation=invitation, by=request.link, now=request.now)
        return redirect(request.path)
    return render(request, "people/accept.html")


def _opened(request: LinkRequest, invitation: Invitation) -> HttpResponse:
    user = request.user
    context = {"invitation": invitation, "organisation": request.link.organisation}
    if isinstance(user, User):
        if owns(user, invitation.email):
            return _join(request, invitation, user)
        return render(request, "people/accept_other.html", context | {"email": user.email})
    if has_account(invitation.email):
        return render(request, "people/accept_sign_in.html", context)
    return _join_as_new(request, invitation)


def _join(request: LinkRequest, invitation: Invitation, user: User) -> HttpResponse:
    form = ConfirmForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.accept(invitation_id=invitation.pk, user=user, by=request.link, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("Welcome."))
            return redirect("home", slug=request.link.organisation.slug)
    context = {"form": form, "invitation": invitation, "organisation": request.link.organisation}
    return render(request, "people/accept_join.html", context, status=422 if form.errors else 200)


def _join_as_new(request: LinkRequest, invitation: Invitation) -> HttpResponse:
    form = NewPersonForm(posted(request), email=invitation.email)
    if request.method == "POST" and form.is_valid():
        try:
            membership = actions.accept_as_new(
                invitation_id=invitation.pk, **form.values(), by=request.link, now=request.now
            )
        except Refused as no:
            no.tell(form)
        else:
            return _sign_in(request, membership)
    context = {"form": form, "invitation": invitation, "organisation": request.link.organisation}
    return render(request, "people/accept_new.html", context, status=422 if form.errors else 200)


def _sign_in(request: LinkRequest, membership: Membership) -> HttpResponse:
    """Through allauth's own flow, so that its stages, session list and time of proof hold from the first page on."""
    user = membership.user
    record_authentication(request, user, method="password", email=user.email)
    home = reverse("home", args=[request.link.organisation.slug])
    answer: HttpResponse = perform_login(request, Login(user=user, email=user.email, redirect_url=home))
    return answer
