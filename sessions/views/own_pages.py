"""Handing a peer their own page, and taking it back."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lib.refusal import Refused
from people.access import MemberRequest, members
from people.views.answers import posted
from sessions import policies
from sessions.actions import own_pages
from sessions.forms.goals import OwnPageForm
from sessions.models import Pairing
from sessions.queries import own_page as queries


def _find(request: MemberRequest, pairing_id: UUID) -> Pairing:
    rows = policies.pairings_visible_to(request.member).select_related("peer__data_key")
    return get_object_or_404(rows, pk=pairing_id)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def make_own_page(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """Make the peer's own page. Its address is shown in the answer to this form, and never again."""
    row = _find(request, pairing_id)
    if not policies.can_make_own_page_pairing(request.member, row):
        raise PermissionDenied
    standing = queries.handed_over(row, now=request.now)
    form = OwnPageForm(posted(request), reachable=standing.reachable)
    context = {"slug": slug, "pairing": row, "standing": standing, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            link = own_pages.make_own_page(
                **form.cleaned_data, pairing_id=row.pk, by=request.member, now=request.now
            )
        except Refused as no:
            no.tell(form)
        else:
            if not link.works(request.now):
                messages.warning(request, _("This page was taken back. Make a new one, if you like."))
                return redirect("sessions:make_own_page", slug=slug, pairing_id=row.pk)
            address = queries.address_of_page(link)
            shown = {"address": address, "picture": queries.picture(address)}
            return render(request, "sessions/own_page_made.html", context | shown)
    return render(request, "sessions/make_own_page.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def revoke_own_page(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """Take the peer's own page back, after a page that says what follows."""
    row = _find(request, pairing_id)
    if not policies.can_revoke_own_page_pairing(request.member, row):
        raise PermissionDenied
    if request.method == "POST":
        number = own_pages.revoke_own_page(pairing_id=row.pk, by=request.member, now=request.now)
        words = _("Taken back. It opens nothing any more.") if number else _("There is no page to take back.")
        messages.success(request, words)
        return redirect("sessions:pairing", slug=slug, pairing_id=row.pk)
    works = queries.working_link(row, now=request.now) is not None
    context = {"slug": slug, "pairing": row, "works": works}
    return render(request, "sessions/revoke_own_page.html", context)
