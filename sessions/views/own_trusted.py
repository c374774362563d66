"""Whom the peer trusts and what helps them, on their own page: read, changed, taken away."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from people.access import LinkRequest, by_link
from people.actions.crisis_contacts import look_trusted
from people.queries import crisis_contacts
from people.wrong_links import wrong_links_counted
from sessions.actions import trusted as actions
from sessions.forms.own_agreements import TrustedForm
from sessions.models import Pairing
from sessions.views.own_page import below, opened


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def trusted(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """Read it, change it, take it away: it is theirs alone."""
    form = TrustedForm(request.POST, by_peer=True) if request.method == "POST" else None
    if form is not None and form.is_valid() and _save(request, pairing, form):
        return redirect("mine:trusted", token=token)
    try:
        context = _page(request, pairing, form)
    except Unreadable:
        context = {"erased": True}
    status = 422 if form is not None else 200
    page = below(token, _("Whom you trust"), **context)
    return render(request, "sessions/own_page_trusted.html", page, status=status)


def _save(request: LinkRequest, pairing: Pairing, form: TrustedForm) -> bool:
    """Whether it was saved; what was in the way stands in the form."""
    try:
        actions.trusted(
            pairing_id=pairing.pk,
            peer_id=pairing.peer_id,
            revision=form.cleaned_data["revision"],
            wishes=form.wishes(),
            forget=form.cleaned_data["forget"],
            by=request.link,
            now=request.now,
        )
    except Refused as no:
        no.tell(form)
    except Unreadable:
        form.add_error(None, _("What was kept about you has been erased."))
    return not form.errors


def _page(request: LinkRequest, pairing: Pairing, form: TrustedForm | None) -> dict[str, Any]:
    """The form with what is noted; a refused one beside it, where somebody else was quicker."""
    row = crisis_contacts.contact_of(pairing.peer)
    noted = crisis_contacts.noted(row)
    wishes = look_trusted(row=row, key=pairing.peer.data_key, by=request.link, now=request.now)
    if form is None:
        form = TrustedForm(initial={**wishes, "revision": noted.revision}, by_peer=True)
        return {"form": form, "noted": noted}
    saved: list[tuple[Any, str]] = []
    if form.data.get("revision") != str(noted.revision):
        form.renew(noted.revision)
        saved = [(form.fields[name].label, str(text)) for name, text in wishes.items() if text]
    return {"form": form, "noted": noted, "saved": saved}
