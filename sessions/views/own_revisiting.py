"""On the peer's own page: whether it still fits, and boundaries that were crossed."""

from functools import cache

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lib.refusal import Refused
from people.access import LinkRequest, by_link
from people.views.answers import posted
from people.wrong_links import wrong_links_counted
from sessions import policies
from sessions.actions import crossings as actions
from sessions.actions import fit_checks
from sessions.actions.agreements import look
from sessions.forms.revisiting import CrossingForm, FitForm
from sessions.models import Pairing, Side
from sessions.queries import crossings as queries
from sessions.queries.fit_checks import fit_page
from sessions.queries.matters import matters
from sessions.views.own_page import below, opened


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def fit(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """Whether it still fits: what was said for today, and a form."""
    form = FitForm(posted(request), by_peer=True)
    if request.method == "POST" and form.is_valid():
        try:
            fit_checks.note_fit(**form.noted(), pairing_id=pairing.pk, by=request.link, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            return redirect(f"{request.path}?noted={form.cleaned_data['fit']}")
    page = fit_page(policies.fit_checks_of_link(request.link), pairing, request.now)
    fit_checks.look_fit(peer=pairing.peer, checks=page.opened, by=request.link, now=request.now)
    noted = request.GET.get("noted", "")
    context = below(token, _("Does it still fit?"), form=form, page=page, noted=noted)
    return render(request, "sessions/own_page_fit.html", context, status=422 if form.errors else 200)


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def note_crossing(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """Note that a boundary was crossed, on either side, without blame."""
    listed = cache(lambda: matters(pairing))
    form = CrossingForm(posted(request), matters=listed, by_peer=True, name="")
    if request.method == "POST" and form.is_valid():
        try:
            actions.note_crossing(
                **form.noted(), pairing_id=pairing.pk, side=Side.PEER, by=request.link, now=request.now
            )
        except Refused as no:
            no.tell(form)
        else:
            return redirect("mine:crossings", token=token)
    look(rows=listed().opened, by=request.link, now=request.now)
    supervised = bool(queries.supervisor_names(pairing))
    context = below(token, _("A boundary was crossed"), form=form, supervised=supervised)
    return render(
        request, "sessions/own_page_note_crossing.html", context, status=422 if form.errors else 200
    )


@wrong_links_counted
@by_link("pairing")
@opened
@require_safe
def crossings(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """What the peer noted, and what their supporter lets them read."""
    found = queries.own_crossings(policies.crossings_of_link(request.link), after=request.GET.get("after"))
    actions.look_crossings(peer=pairing.peer, crossings=found.opened, by=request.link, now=request.now)
    context = below(token, _("Boundaries that were crossed"), page=found.page)
    return render(request, "sessions/own_page_crossings.html", context)
