"""The peer's own boundary sheet on their own page: for themselves until they share it, or let their supporter see it.

What is shown and done stands in `sheet_pages`.
"""

from contextlib import suppress

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lib.refusal import Refused
from people.access import LinkRequest, by_link
from people.wrong_links import wrong_links_counted
from sessions.actions import sheets as actions
from sessions.models import Pairing, Side
from sessions.views import sheet_pages as pages
from sessions.views.own_page import opened
from sessions.views.sheet_pages import Reader


def _reader(request: LinkRequest, token: str, pairing: Pairing) -> Reader:
    home = reverse("mine:own_page", args=[token])
    return Reader(
        by=request.link,
        now=request.now,
        pairing=pairing,
        side=Side.PEER,
        frame="sessions/own_page_frame.html",
        crumbs=[{"label": _("Your page"), "url": home}, {"label": _("Your boundaries"), "url": ""}],
        sheet_url=reverse("mine:sheet", args=[token]),
        share_url=reverse("mine:share_sheet", args=[token]),
        after_url=reverse("mine:sheet", args=[token]),
        let_see_url=reverse("mine:let_see", args=[token]),
    )


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def sheet(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """The peer's own sheet; with htmx each answer is saved as it is given."""
    reader = _reader(request, token, pairing)
    if request.method == "POST":
        return pages.save_sheet(request, reader)
    return pages.show_sheet(request, reader)


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def share_sheet(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """Finish it, and lay it beside the supporter's."""
    return pages.share_sheet(request, _reader(request, token, pairing))


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def let_see(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """Let the supporter see what is written so far, so that the two can go on together."""
    reader = _reader(request, token, pairing)
    if request.method == "POST":
        with suppress(Refused):  # the pairing ended meanwhile: their page says so
            actions.let_see(pairing_id=pairing.pk, by=request.link, now=request.now)
        return redirect(reader.sheet_url)
    page = reader.page()
    if not page.is_private:
        return redirect(reader.sheet_url)
    return render(request, "sessions/let_see.html", reader.context(page))
