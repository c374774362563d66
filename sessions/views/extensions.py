"""Pages about more sessions than were agreed at first: asking, reading, deciding."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from people.access import Member, MemberRequest, members
from people.views.answers import posted
from sessions import policies
from sessions.actions import extensions as actions
from sessions.forms.endings import AskExtensionForm
from sessions.models import Extension
from sessions.queries import extensions as queries
from sessions.views.endings import find


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def ask_extension(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """Ask a supervisor for more sessions, with the peer's yes."""
    row = find(request, pairing_id)
    if not policies.can_ask_extension(request.member, row):
        raise PermissionDenied
    form = AskExtensionForm(posted(request), peer_name=row.peer.name)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.ask_extension(**form.wish(), pairing_id=row.pk, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(
                request, _("Your supervisor is asked. You find the answer here and on your first page.")
            )
            return redirect("sessions:extension", slug=slug, extension_id=made.pk)
    context = {"pairing": row, "form": form, "agreed": queries.agreed_number(row)}
    return render(request, "sessions/ask_extension.html", context, status=422 if form.errors else 200)


def _find(request: MemberRequest, extension_id: UUID) -> Extension:
    rows = queries.with_people(policies.extensions_visible_to(request.member))
    return get_object_or_404(rows, pk=extension_id)


@members(policies.ACCESS)
@require_safe
def extension(request: MemberRequest, slug: str, extension_id: UUID) -> HttpResponse:
    """One wish for more sessions, with its reason; that it was read is noted."""
    row = _find(request, extension_id)
    try:
        because = actions.look(extension=row, by=request.member, now=request.now)
    except Unreadable:
        because = ""
    context = {"extension": row, "page": queries.extension_page(row, request.member), "because": because}
    return render(request, "sessions/extension.html", context)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def grant_extension(request: MemberRequest, slug: str, extension_id: UUID) -> HttpResponse:
    """Say yes, after a page that says what follows."""
    allowed = policies.can_grant_extension_extension
    return _decide(
        request, extension_id, actions.grant_extension, allowed, _("Granted. They can agree on more now.")
    )


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def decline_extension(request: MemberRequest, slug: str, extension_id: UUID) -> HttpResponse:
    """Say no, after a page that says what follows."""
    allowed = policies.can_decline_extension_extension
    return _decide(
        request, extension_id, actions.decline_extension, allowed, _("Declined. What they agreed on stays.")
    )


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def take_back_extension(request: MemberRequest, slug: str, extension_id: UUID) -> HttpResponse:
    """Think again, while nobody has decided."""
    allowed = policies.can_take_back_extension_extension
    return _decide(request, extension_id, actions.take_back_extension, allowed, _("Taken back."))


def _decide(
    request: MemberRequest,
    extension_id: UUID,
    act: Callable[..., Extension],
    allowed: Callable[[Member, Extension], bool],
    said: str,
) -> HttpResponse:
    row = _find(request, extension_id)
    if not allowed(request.member, row):
        raise PermissionDenied
    back = redirect("sessions:extension", slug=request.member.organisation.slug, extension_id=row.pk)
    if request.method == "GET":
        if not row.may(act.__name__):
            return back
        context = {"extension": row, "page": queries.extension_page(row, request.member)}
        return render(request, f"sessions/{act.__name__}.html", context)
    try:
        act(extension_id=row.pk, by=request.member, now=request.now)
    except Refused as no:
        messages.error(request, no.message)
    else:
        messages.success(request, said)
    return back
