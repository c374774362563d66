"""Whom the peer trusts, noted by their supporter beside them: typed, sealed, and not shown again."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from people.access import MemberRequest, members
from people.queries import crisis_contacts
from sessions import policies
from sessions.actions import trusted as actions
from sessions.forms.own_agreements import TrustedForm
from sessions.models import Pairing
from sessions.views.agreements import find


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def trusted(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """Note it together. What was noted before is not shown, only since when something is."""
    row = find(request, pairing_id)
    if not policies.can_trusted_pairing(request.member, row):
        raise PermissionDenied
    form = TrustedForm(request.POST or None, by_peer=False)
    if request.method == "POST" and form.is_valid() and _save(request, row, form):
        words = (
            _("Forgotten.") if form.cleaned_data["forget"] else _("Noted. From now on only they can read it.")
        )
        messages.success(request, words)
        return redirect("sessions:trusted", slug=slug, pairing_id=row.pk)
    noted = crisis_contacts.noted(crisis_contacts.contact_of(row.peer))
    form.initial["revision"] = noted.revision
    if form.is_bound and form.non_field_errors():
        form.renew(noted.revision)
    context = {"pairing": row, "form": form, "noted": noted}
    return render(request, "sessions/trusted.html", context, status=422 if form.errors else 200)


def _save(request: MemberRequest, row: Pairing, form: TrustedForm) -> bool:
    """Whether it was saved; what was in the way stands in the form."""
    try:
        actions.trusted(
            pairing_id=row.pk,
            peer_id=row.peer_id,
            revision=form.cleaned_data["revision"],
            wishes=form.wishes(),
            forget=form.cleaned_data["forget"],
            by=request.member,
            now=request.now,
        )
    except Refused as no:
        no.tell(form)
    except Unreadable:
        form.add_error(None, _("What was kept about this person has been erased."))
    return not form.errors
