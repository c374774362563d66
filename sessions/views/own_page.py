"""The peer's own page, by private link: nothing to sign in to, nothing given away before they ask.

Below it stand the peer's goals (`own_goals`). While they are open, each page keeps them open for half an hour more.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lib.refusal import Refused
from people.access import LinkRequest, by_link
from people.wrong_links import wrong_links_counted
from sessions import policies
from sessions.actions import endings, own_pages
from sessions.actions.change_wishes import wish_change
from sessions.models import Pairing
from sessions.policies.around import logs_of_link
from sessions.queries import looks as look_queries
from sessions.queries import own_page as queries
from sessions.queries.endings import goodbye_for
from sessions.states import ENDED
from sessions.views.covers import as_peer, has_continued, remember

UNTYPED = {
    "csrfmiddlewaretoken",
    "fit",
    "item",
    "to_other",
    "to_supervisor",
    "once",
    "step-once",
    "entry-once",
    "revision",
    "version",
    "state",
    "said",
    "forget",
}


def _find(request: LinkRequest) -> Pairing:
    visible = policies.pairings_of_link(request.link, request.now)
    return get_object_or_404(
        visible.select_related("peer__data_key", "supporter__user", "supporter__data_key")
    )


def opened(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For the pages behind the cover: led there first, unless somebody has pressed Continue on this phone.

    What is sent counts as Continue: whoever wrote for longer than half an hour loses nothing. Once the pairing has
    ended nothing is taken any more, and what was typed is shown, to be copied.
    """

    @wraps(view)
    def guarded(request: LinkRequest, token: str, **rest: Any) -> HttpResponse:
        pairing, home = _find(request), reverse("mine:own_page", args=[token])
        with as_peer(pairing.peer):
            if request.method == "POST" and pairing.state == ENDED:
                return _too_late(request, pairing)
            if pairing.state == ENDED or (request.method != "POST" and not has_continued(request)):
                return redirect(home)
            return remember(request, view(request, token=token, pairing=pairing, **rest), home)

    return guarded


def _too_late(request: LinkRequest, pairing: Pairing) -> HttpResponse:
    typed = [
        text for name in request.POST if name not in UNTYPED if (text := request.POST.get(name, "").strip())
    ]
    context = {"typed": typed, "closes": queries.closes_on(pairing)}
    return render(request, "sessions/own_page_too_late.html", context, status=422)


@wrong_links_counted
@by_link("pairing")
@require_http_methods(["GET", "HEAD", "POST"])
def own_page(request: LinkRequest, token: str) -> HttpResponse:
    """First only a question; once somebody has pressed Continue: what is next, and where to go from here."""
    pairing = _find(request)
    with as_peer(pairing.peer):
        if request.method == "POST":
            own_pages.open_own_page(pairing=pairing, by=request.link, now=request.now)
            return remember(request, redirect(request.path), request.path)
        if not has_continued(request):
            return render(request, "sessions/link_closed.html")
        response = _goodbye(request, pairing) if pairing.state == ENDED else _page(request, token, pairing)
        return remember(request, response, request.path)


def _page(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    page = queries.own_page(request.link, pairing, now=request.now)
    context = {"token": token, "page": page, "peer": pairing.peer}
    return render(request, "sessions/own_page.html", context)


def _goodbye(request: LinkRequest, pairing: Pairing) -> HttpResponse:
    note = goodbye_for(pairing)
    endings.look(rows=note.opened, by=request.link, now=request.now)
    context = {"note": note, "closes": queries.closes_on(pairing), "peer": pairing.peer}
    return render(request, "sessions/own_page_goodbye.html", context)


@wrong_links_counted
@by_link("pairing")
@opened
@require_safe
def notes(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """What the supporter noted after sessions, and did not keep from the peer."""
    page = queries.notes_page(logs_of_link(request.link), pairing, after=request.GET.get("after"))
    own_pages.look_notes(peer=pairing.peer, notes=page.opened, by=request.link, now=request.now)
    return render(request, "sessions/own_page_notes.html", below(token, _("Notes"), page=page))


@wrong_links_counted
@by_link("pairing")
@opened
@require_safe
def looks(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """Who looked at what is held about the peer, by role, and when."""
    context = below(token, _("Who looked"), lines=look_queries.looks(pairing))
    return render(request, "sessions/own_page_looks.html", context)


@wrong_links_counted
@by_link("pairing")
@opened
@require_http_methods(["GET", "POST"])
def ask_change(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """Ask for another supporter. No reason is asked for."""
    if request.method == "POST":
        with suppress(Refused):  # the pairing ended meanwhile: their page says so
            wish_change(pairing_id=pairing.pk, by=request.link, now=request.now)
        return redirect("mine:own_page", token=token)
    return render(request, "sessions/own_page_ask_change.html", below(token, _("Another supporter")))


def below(token: str, here: str, **rest: Any) -> dict[str, Any]:
    """What a page below the own page needs: its token, the way back, its crumbs ending with `here`."""
    home = reverse("mine:own_page", args=[token])
    crumbs = [{"label": _("Your page"), "url": home}, {"label": here, "url": ""}]
    return {"token": token, "home": home, "crumbs": crumbs, **rest}
