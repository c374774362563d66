"""On the peer's own page, while a version is being made: both sheets side by side, and their hopes and worries."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from people.access import LinkRequest, by_link
from people.wrong_links import wrong_links_counted
from sessions.actions.agreements import look
from sessions.actions.hopes import save_hopes
from sessions.actions.points import settle_points
from sessions.forms.agreeing import PointsForm
from sessions.forms.own_agreements import HopesForm
from sessions.models import Agreement, Pairing
from sessions.queries.meetings import talked
from sessions.queries.side_by_side import side_by_side
from sessions.states import DRAFT
from sessions.views.own_page import below, opened


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def compare(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """Both sides once both are shared; of each difference, what the two made of it."""
    try:
        page = side_by_side(pairing, request.now)
    except Unreadable:
        return redirect("mine:agreement", token=token)
    if page.draft is None or page.draft.state != DRAFT or not page.rows:
        return redirect("mine:agreement", token=token)
    keys = [row["key"] for row in page.differences]
    sent = request.POST if request.method == "POST" else None
    form = PointsForm(sent, keys=keys, points=page.points, revision=page.revision)
    if sent is not None:
        if form.is_valid() and _settled(request, page.draft, form):
            return redirect("mine:compare", token=token)
        form.beside(page.revision, page.points)
    look(rows=page.opened, by=request.link, now=request.now)
    lines = [(row, form.line(row.key)) for row in page.differ]
    context = below(token, _("Side by side"), page=page, points=form, lines=lines, pairing=pairing)
    return render(request, "sessions/own_page_compare.html", context, status=422 if form.errors else 200)


def _settled(request: LinkRequest, draft: Agreement, form: PointsForm) -> bool:
    """Whether it was noted; what was in the way stands in the form."""
    try:
        settle_points(
            agreement_id=draft.pk,
            revision=form.cleaned_data["revision"],
            points=form.points(),
            by=request.link,
            now=request.now,
        )
    except Refused as no:
        no.tell(form)
    return not form.errors


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def hopes(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """What they hope for and worry about, in their own words, for the version being made."""
    form = HopesForm(request.POST) if request.method == "POST" else None
    if form is not None and form.is_valid() and _saved(request, pairing, form):
        return redirect("mine:agreement", token=token)
    try:
        before = talked(pairing, request.now)
    except Unreadable:
        return redirect("mine:agreement", token=token)
    look(rows=before.opened, by=request.link, now=request.now)
    if form is not None and form.errors:
        form.beside(before.initial)
    context = below(token, _("Hopes and worries"), form=form or HopesForm(initial=before.initial))
    status = 422 if form is not None else 200
    return render(request, "sessions/own_page_hopes.html", context, status=status)


def _saved(request: LinkRequest, pairing: Pairing, form: HopesForm) -> bool:
    """Whether it was saved; what was in the way stands in the form."""
    try:
        save_hopes(pairing_id=pairing.pk, **form.cleaned_data, by=request.link, now=request.now)
    except Refused as no:
        no.tell(form)
    except Unreadable:
        form.add_error(None, _("What was kept about you has been erased."))
    return not form.errors
