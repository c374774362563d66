"""The page on which a supporter notes that the two looked at their agreement again, and it stays as it is."""

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
from sessions.actions import keeping
from sessions.actions.agreements import look
from sessions.forms.keeping import KeepForm
from sessions.models import Agreement
from sessions.queries.keeping import keep_page
from sessions.states import IN_FORCE


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def keep_agreement(request: MemberRequest, slug: str, pairing_id: UUID, agreement_id: UUID) -> HttpResponse:
    """Note that what holds stays as it is, and when to look at it next; or what stands in the way."""
    row = _find(request, pairing_id, agreement_id)
    if not policies.can_keep_agreement(request.member, row):
        raise PermissionDenied
    form = KeepForm(posted(request))
    words = _("This agreement is not in force, so there is nothing to look at again here.")
    if request.method == "POST" and form.is_valid():
        try:
            keeping.keep_agreement(agreement_id=row.pk, **form.kept(), by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
            words = no.message
            row = _find(request, pairing_id, agreement_id)  # as it stands now
        else:
            messages.success(request, _("Noted: you both looked at it, and it stays as it is."))
            return redirect("sessions:pairing", slug=slug, pairing_id=pairing_id)
    if row.state != IN_FORCE:
        messages.error(request, words)
        return redirect("sessions:pairing", slug=slug, pairing_id=pairing_id)
    page = keep_page(row, request.now)
    look(rows=page.opened, by=request.member, now=request.now)
    form.show(page.seen, page.next_look)
    context = {"slug": slug, "pairing": row.pairing, "agreement": row, "page": page, "form": form}
    return render(request, "sessions/keep_agreement.html", context, status=422 if form.errors else 200)


def _find(request: MemberRequest, pairing_id: UUID, agreement_id: UUID) -> Agreement:
    rows = policies.agreements_visible_to(request.member).select_related("pairing__peer__data_key")
    return get_object_or_404(rows, pk=agreement_id, pairing_id=pairing_id)
