"""Pages about logs: writing one, keeping what is half written, reading one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.lines import without_refused
from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from people.access import MemberRequest, members
from sessions import policies
from sessions.actions import logs
from sessions.forms.logs import KEPT, LONGEST, LogForm
from sessions.models import Fit, PeerSession
from sessions.queries import details
from sessions.queries.logs import draft_texts

SHOWN = ("pairing__peer__data_key", "pairing__supporter__user", "room__venue")


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def log(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Write down a session that was held; what was typed earlier and not sent stands there already."""
    # What is sent is seldom shown again, and `log` reads for itself what it needs.
    row = _find(request, peer_session_id, *(SHOWN if request.method == "GET" else ("pairing",)))
    form = LogForm(request.POST or None, initial=_kept(request, row))
    if request.method == "POST" and form.is_valid():
        try:
            logs.log(**form.written(), peer_session_id=row.pk, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            return _after(request, row, form.cleaned_data["fit"])
    page = details.session_page(row, request.member, now=request.now)
    context = {"slug": slug, "form": form, "peer_session": row, "page": page}
    return render(request, "sessions/log.html", context, status=422 if form.errors else 200)


def _kept(request: MemberRequest, row: PeerSession) -> dict[str, str]:
    if request.method == "POST":
        return {}
    kept = draft_texts(policies.drafts_visible_to(request.member), row)
    said = request.GET.get("fit", "")  # answered on the page of the beginning
    return {**kept, "fit": said} if said in Fit.values else kept


def _after(request: MemberRequest, row: PeerSession, fit: str) -> HttpResponse:
    """Back to the session; on to the agreement where something should change."""
    slug = request.member.organisation.slug
    if fit == Fit.CHANGED:
        messages.success(
            request, _("Your log is saved. You noted that something should change: look at it together.")
        )
        return redirect("sessions:first_meeting", slug=slug, pairing_id=row.pairing_id)
    messages.success(request, _("Your log is saved."))
    return redirect("sessions:peer_session", slug=slug, peer_session_id=row.pk)


@members(policies.ACCESS)
@require_POST
def log_draft(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Keep what has been typed so far: by htmx every few seconds, or by a button."""
    row = _find(request, peer_session_id, "pairing__peer__data_key")
    typed = {name: without_refused(request.POST.get(name, "")) for name in KEPT}
    texts = {name: text[:LONGEST] for name, text in typed.items()}
    draft = logs.keep_draft(peer_session=row, texts=texts, by=request.member, now=request.now)
    cut_at = LONGEST if draft and texts != typed else 0
    if request.htmx:
        return render(request, "sessions/_kept.html", {"draft": draft, "cut_at": cut_at})
    if draft is None:
        messages.error(request, _("This session has been noted already."))
    elif cut_at:
        words = _("One of your texts is too long. Only its first %(most)s characters were kept.")
        messages.warning(request, words % {"most": cut_at})
    else:
        messages.success(request, _("Kept. You can go on writing whenever you like."))
    return redirect("sessions:peer_session", slug=slug, peer_session_id=row.pk)


@members(policies.ACCESS, fresh=True)
@require_safe
def session_log(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Read a log. That it was read is noted in the same transaction."""
    visible = policies.logs_visible_to(request.member).select_related("peer_session__pairing__peer__data_key")
    found = get_object_or_404(visible, peer_session_id=peer_session_id)
    try:
        texts = logs.look(session_log=found, by=request.member, now=request.now)
    except Unreadable:
        texts = None
    page = details.session_page(found.peer_session, request.member, now=request.now)
    row = found.peer_session
    context = {"slug": slug, "log": found, "texts": texts, "peer_session": row, "page": page}
    return render(request, "sessions/session_log.html", context)


def _find(request: MemberRequest, peer_session_id: UUID, *related: str) -> PeerSession:
    visible = policies.sessions_visible_to(request.member)
    row = get_object_or_404(visible.select_related(*related), pk=peer_session_id)
    if not policies.can_log_peersession(request.member, row):
        raise PermissionDenied
    return row
