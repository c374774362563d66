"""The peer's own page of one session, by private link: nothing to sign in to, nothing given away before they ask."""

from contextlib import suppress

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from people.access import LinkRequest, by_link
from people.views.answers import posted
from people.wrong_links import wrong_links_counted
from sessions import policies
from sessions.actions import logs, moving, outcomes
from sessions.actions.links import open_link
from sessions.forms.links import CannotComeForm, OtherTimeForm
from sessions.forms.outcomes import ConfirmForm
from sessions.models import PeerSession
from sessions.queries import details, link_pages
from sessions.queries.logs import shown_to
from sessions.states import HELD
from sessions.views.covers import as_peer, has_continued, remember


@wrong_links_counted
@by_link("session")
@require_http_methods(["GET", "HEAD", "POST"])
def session(request: LinkRequest, token: str) -> HttpResponse:
    """First only a question; once somebody has pressed Continue, the session, for half an hour."""
    row = _find(request)
    with as_peer(row.two.peer):
        if request.method == "POST":
            open_link(by=request.link, now=request.now)
            return remember(request, redirect(request.path), request.path)
        if not has_continued(request):
            return render(request, "sessions/link_closed.html")
        return _page(request, token, row, CannotComeForm(row=row))


@wrong_links_counted
@by_link("session")
@require_POST
def confirm(request: LinkRequest, token: str) -> HttpResponse:
    """The peer will be there."""
    row = _find(request)
    form = ConfirmForm(request.POST, row=row)
    if has_continued(request) and form.is_valid():
        with suppress(Refused):  # pressed twice, too late, or moved meanwhile: the page says how things stand
            outcomes.confirm(
                peer_session_id=row.pk,
                sequence=form.cleaned_data["sequence"],
                by=request.link,
                now=request.now,
            )
    return redirect("link:session", token=token)


@wrong_links_counted
@by_link("session")
@require_POST
def cancel(request: LinkRequest, token: str) -> HttpResponse:
    """The peer cannot come. The link ends with it, so the answer stands on this very page."""
    row = _find(request)
    if not has_continued(request):
        return redirect("link:session", token=token)
    with as_peer(row.two.peer):
        form = CannotComeForm(request.POST, row=row)
        if not form.is_valid():
            return _page(request, token, row, form)
        try:
            outcomes.cancel(peer_session_id=row.pk, **form.cleaned_data, by=request.link, now=request.now)
        except Refused:
            return redirect("link:session", token=token)
        return render(request, "sessions/link_cancelled.html")


@wrong_links_counted
@by_link("session")
@require_http_methods(["GET", "HEAD", "POST"])
def move(request: LinkRequest, token: str) -> HttpResponse:
    """The peer chooses another time: among those that are free, of the same length, at the same place."""
    row = _find(request)
    if not has_continued(request) or not link_pages.may_move(row, request.now):
        return redirect("link:session", token=token)
    with as_peer(row.two.peer):
        form = OtherTimeForm(posted(request), row=row, now=request.now)
        if request.method == "POST" and form.is_valid():
            try:
                _move(request, row, form)
            except Refused as no:
                no.tell(form)
                row = _find(request)
                form.ask_again(row)
            else:
                return redirect("link:session", token=token)
        free = link_pages.free_times(
            row, first_on=form.first_on(request.GET.get("from", "")), now=request.now
        )
        page = link_pages.link_page(row, now=request.now)
        context = {"token": token, "page": page, "free": free, "form": form}
        return render(request, "sessions/link_move.html", context, status=422 if form.errors else 200)


def _move(request: LinkRequest, row: PeerSession, form: OtherTimeForm) -> None:
    moving.move(
        peer_session_id=row.pk,
        sequence=form.cleaned_data["sequence"],
        starts_at=form.cleaned_data["slot"],
        minutes=details.minutes(row),
        setting=row.setting,
        room_id=row.room_id,
        meeting_point=row.meeting_point,
        by=request.link,
        now=request.now,
    )


@wrong_links_counted
@by_link("session")
@require_POST
def nobody_there(request: LinkRequest, token: str) -> HttpResponse:
    """The peer found nobody there; the page thanks them for saying so."""
    row = _find(request)
    if has_continued(request):
        with suppress(Refused):  # not begun yet, or noted meanwhile: the page says how things stand
            outcomes.nobody_there(peer_session_id=row.pk, by=request.link, now=request.now)
    return redirect("link:session", token=token)


def _find(request: LinkRequest) -> PeerSession:
    visible = policies.sessions_of_link(request.link)
    return get_object_or_404(visible.select_related("pairing__peer", "room__venue"))


def _page(request: LinkRequest, token: str, row: PeerSession, form: CannotComeForm) -> HttpResponse:
    context = {"token": token, "page": link_pages.link_page(row, now=request.now), "form": form}
    context |= _noted(request, row)
    return render(request, "sessions/link_session.html", context, status=422 if form.errors else 200)


def _noted(request: LinkRequest, row: PeerSession) -> dict[str, object]:
    """What the supporter noted and shows to the peer, opened, with a mark that the peer looked; else nothing."""
    found = shown_to(request.link) if row.state == HELD else None
    if found is None:
        return {"log": None}
    try:
        return {"log": found, "texts": logs.look(session_log=found, by=request.link, now=request.now)}
    except Unreadable:
        return {"log": None}
