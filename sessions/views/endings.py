"""Pages about endings: what the two prepare, and what was handed over."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from people.access import MemberRequest, members
from sessions import policies
from sessions.actions import endings as actions
from sessions.forms.endings import EndingForm
from sessions.models import Pairing
from sessions.queries import endings as queries


def find(request: MemberRequest, pairing_id: UUID) -> Pairing:
    """A pairing this member may see, with the names and the key that its ending needs; any other is 404."""
    rows = policies.pairings_visible_to(request.member).select_related("peer__data_key", "supporter__user")
    return get_object_or_404(rows, pk=pairing_id)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def ending(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """What the two prepare for their ending; with htmx it is saved while it is typed."""
    row = find(request, pairing_id)
    if not policies.can_prepare_ending(request.member, row):
        raise PermissionDenied
    if request.method == "POST":
        return _save(request, row)
    page = _opened(request, row)
    actions.look(rows=page.opened, by=request.member, now=request.now)
    return _page(request, row, EndingForm(initial=page.initial, peer_name=row.peer.name), page)


def _opened(request: MemberRequest, row: Pairing) -> queries.EndingPage:
    return queries.ending_page(policies.endings_visible_to(request.member), row, request.member.zone)


def _save(request: MemberRequest, row: Pairing) -> HttpResponse:
    form = EndingForm(request.POST, peer_name=row.peer.name, as_typed=bool(request.htmx))
    newest = None
    if form.is_valid():
        try:
            actions.save_ending(
                pairing_id=row.pk,
                revision=form.cleaned_data["revision"],
                written=form.written(),
                zone=request.member.zone,
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            no.tell(form)
            newest = _opened(request, row) if no.field is None else None
        except Unreadable:
            form.add_error(None, _("What was kept about this person has been erased. Nothing can be added."))
        else:
            if not request.htmx:
                messages.success(request, _("Saved."))
                return redirect("sessions:ending", slug=request.member.organisation.slug, pairing_id=row.pk)
    if request.htmx:
        return _saved_as_typed(request, row, form)
    if newest is not None:
        actions.look(rows=newest.opened, by=request.member, now=request.now)
        form.renew(newest.revision)
    return _page(request, row, form, newest)


def _saved_as_typed(request: MemberRequest, row: Pairing, form: EndingForm) -> HttpResponse:
    """What changes on the page after a pause in typing: that it is kept, and from which state on."""
    context = {"form": form, "page": None if form.errors else _opened(request, row)}
    return render(request, "sessions/_ending_saved.html", context, status=422 if form.errors else 200)


def _page(
    request: MemberRequest, row: Pairing, form: EndingForm, page: queries.EndingPage | None
) -> HttpResponse:
    context = {"pairing": row, "form": form, "page": page, "refused": bool(form.errors)}
    return render(request, "sessions/ending.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_safe
def handovers(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """What the last supporter wrote for this one, with the peer's yes. That it was read is noted."""
    row = find(request, pairing_id)
    page = queries.handover_page(request.member, row)
    actions.look(rows=page.opened, by=request.member, now=request.now)
    return render(request, "sessions/handovers.html", {"pairing": row, "page": page})
