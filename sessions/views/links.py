"""The peer's own page of one session, by private link: nothing to sign in to, nothing given away before they ask."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone, translation
from django.views.decorators.http import require_http_methods, require_POST

from lib.refusal import Refused
from people.access import LinkRequest, by_link
from people.wrong_links import wrong_links_counted
from sessions import policies
from sessions.actions import outcomes
from sessions.actions.links import open_link
from sessions.forms.links import CannotComeForm
from sessions.models import PeerSession
from sessions.queries.details import link_page

SEEN = "seen"  # the cookie that says: on this phone somebody pressed Continue
STAYS_OPEN = 30 * 60  # seconds


@wrong_links_counted
@by_link("session")
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: LinkRequest, token: str) -> HttpResponse:
    """First only a question; once somebody has pressed Continue, the session, for half an hour."""
    row = _find(request)
    with _as_peer(row):
        if request.method == "POST":
            open_link(by=request.link, now=request.now)
            return _remember(request, redirect(request.path), request.path)
        if not _has_continued(request):
            return render(request, "sessions/link_closed.html")
        return _page(request, token, row, CannotComeForm())


@wrong_links_counted
@by_link("session")
@require_POST
def confirm(request: LinkRequest, token: str) -> HttpResponse:
    """The peer will be there."""
    row = _find(request)
    if _has_continued(request):
        with suppress(Refused):  # pressed twice, or too late: the page says how things stand
            outcomes.confirm(peer_session_id=row.pk, by=request.link, now=request.now)
    return redirect("link:session", token=token)


@wrong_links_counted
@by_link("session")
@require_POST
def cancel(request: LinkRequest, token: str) -> HttpResponse:
    """The peer cannot come. The link ends with it, so the answer stands on this very page."""
    row = _find(request)
    if not _has_continued(request):
        return redirect("link:session", token=token)
    with _as_peer(row):
        form = CannotComeForm(request.POST)
        if not form.is_valid():
            return _page(request, token, row, form)
        try:
            outcomes.cancel(
                peer_session_id=row.pk, why=form.cleaned_data["why"], by=request.link, now=request.now
            )
        except Refused:
            return redirect("link:session", token=token)
        return render(request, "sessions/link_cancelled.html")


def _find(request: LinkRequest) -> PeerSession:
    visible = policies.sessions_of_link(request.link)
    return get_object_or_404(visible.select_related("pairing__peer", "room__venue"))


def _page(request: LinkRequest, token: str, row: PeerSession, form: CannotComeForm) -> HttpResponse:
    context = {"token": token, "page": link_page(row, now=request.now), "form": form}
    return render(request, "sessions/link_session.html", context, status=422 if form.errors else 200)


@contextmanager
def _as_peer(row: PeerSession) -> Iterator[None]:
    """The peer's own clock and language, not the organisation's."""
    peer = row.two.peer
    with timezone.override(ZoneInfo(peer.zone)), translation.override(peer.language):
        yield


def _remember(request: LinkRequest, response: HttpResponse, path: str) -> HttpResponse:
    """A signed cookie for this link's addresses alone."""
    response.set_signed_cookie(
        SEEN,
        str(request.link.link_id),
        salt=SEEN,
        max_age=STAYS_OPEN,
        path=path,
        secure=settings.SECURE_TLS,
        httponly=True,
        samesite="Lax",
    )
    return response


def _has_continued(request: LinkRequest) -> bool:
    seen = request.get_signed_cookie(SEEN, default="", salt=SEEN, max_age=STAYS_OPEN)
    return seen == str(request.link.link_id)
