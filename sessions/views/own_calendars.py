"""On a peer's own page: the private address that their own calendar follows."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people.access import LinkRequest, by_link
from people.wrong_links import wrong_links_counted
from sessions.actions import calendars as actions
from sessions.forms.calendars import MakeFeedForm
from sessions.models import Pairing
from sessions.queries import feeds
from sessions.views.own_page import opened


@wrong_links_counted
@by_link("pairing")
@opened
@require_safe
def feed(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """The address, and how to let a calendar follow it."""
    return _page(request, token, pairing)


@wrong_links_counted
@by_link("pairing")
@opened
@require_POST
def make_feed(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """Make the address, or another one in its place."""
    form = MakeFeedForm(request.POST)
    if not form.is_valid():
        return _page(request, token, pairing, status=422)
    replaces = form.cleaned_data["replaces"]
    actions.make_feed(peer=pairing.peer, replaces=replaces, by=request.link, now=request.now)
    return redirect("mine:feed", token=token)


@wrong_links_counted
@by_link("pairing")
@opened
@require_POST
def revoke_feed(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """End it: calendars that follow it get nothing more."""
    actions.revoke_feed(peer=pairing.peer, by=request.link, now=request.now)
    return redirect("mine:feed", token=token)


def _page(request: LinkRequest, token: str, pairing: Pairing, *, status: int = 200) -> HttpResponse:
    here = [
        {"label": _("Your page"), "url": reverse("mine:own_page", args=[token])},
        {"label": _("In your own calendar"), "url": ""},
    ]
    context = {"token": token, "crumbs": here, "feed": feeds.feed_of(pairing.peer_id, request.now)}
    return render(request, "sessions/own_page_feed.html", context, status=status)
