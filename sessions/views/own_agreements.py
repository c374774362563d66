"""The agreement on the peer's own page: read, answered, withdrawn; earlier versions."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from people.access import LinkRequest, by_link
from people.wrong_links import wrong_links_counted
from sessions import policies
from sessions.actions import agreeing, agreements
from sessions.forms.own_agreements import OwnAnswerForm
from sessions.models import Agreement, Pairing, Side
from sessions.queries import own_agreements as queries
from sessions.queries.agreements import agreement_text, with_text
from sessions.states import IN_FORCE
from sessions.views.own_page import below, opened


@wrong_links_counted
@by_link("pairing")
@opened
@require_safe
def agreement(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """What lies before the peer, or what holds; their answer; where to go from here."""
    return _show(request, token, pairing)


def _show(
    request: LinkRequest, token: str, pairing: Pairing, form: OwnAnswerForm | None = None, trouble: str = ""
) -> HttpResponse:
    """The page; with an answer that was refused, or in words what else was."""
    try:
        page = queries.own_agreement(pairing)
    except Unreadable:
        return _erased(request, token)
    agreements.look(rows=page.opened, by=request.link, now=request.now)
    context = _context(token, page=page, form=form or OwnAnswerForm(), trouble=trouble)
    refused = bool(trouble or (form is not None and form.errors))
    return render(request, "sessions/own_page_agreement.html", context, status=422 if refused else 200)


def _context(token: str, **rest: Any) -> dict[str, Any]:
    return below(token, _("Your agreement"), **rest)


def _erased(request: LinkRequest, token: str) -> HttpResponse:
    return render(request, "sessions/own_page_agreement.html", _context(token, erased=True))


@wrong_links_counted
@by_link("pairing")
@opened
@require_POST
def answer(request: LinkRequest, token: str, pairing: Pairing, agreement_id: UUID) -> HttpResponse:
    """“I agree”, or “I want to talk about this”."""
    row = _find(request, agreement_id)
    form = OwnAnswerForm(request.POST)
    if form.is_valid():
        try:
            agreeing.answer(
                **form.given(), agreement_id=row.pk, side=Side.PEER, by=request.link, now=request.now
            )
        except Refused as no:
            no.tell(form)
        else:
            return redirect("mine:agreement", token=token)
    return _show(request, token, pairing, form)


def _find(request: LinkRequest, agreement_id: UUID) -> Agreement:
    return get_object_or_404(policies.agreements_of_link(request.link).defer("body"), pk=agreement_id)


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def withdraw(request: LinkRequest, token: str, pairing: Pairing, agreement_id: UUID) -> HttpResponse:
    """“I no longer agree”, after a page that says what happens next; or a version put aside that is not agreed yet."""
    row = _find(request, agreement_id)
    if request.method == "POST":
        try:
            agreements.withdraw(
                agreement_id=row.pk,
                state=request.POST.get("state", ""),
                sides=[Side.PEER],
                by=request.link,
                now=request.now,
            )
        except Refused as no:
            return _show(request, token, pairing, trouble=no.message)
        return redirect("mine:agreement", token=token)
    if not row.may("withdraw"):
        return redirect("mine:agreement", token=token)
    context = _context(token, agreement=row, holds=row.state == IN_FORCE)
    return render(request, "sessions/own_page_withdraw.html", context)


@wrong_links_counted
@by_link("pairing")
@opened
@require_safe
def version(request: LinkRequest, token: str, pairing: Pairing, agreement_id: UUID) -> HttpResponse:
    """One version as it was read, whether it still holds or not."""
    row = get_object_or_404(with_text(policies.agreements_of_link(request.link)), pk=agreement_id)
    try:
        text = agreement_text(row)
    except Unreadable:
        return _erased(request, token)
    agreements.look(rows=[row], by=request.link, now=request.now)
    return render(request, "sessions/own_page_version.html", _context(token, text=text))
