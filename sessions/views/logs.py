"""Pages about logs: writing one, keeping what is half written, reading one."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
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
from sessions.queries.fit_checks import fit_at
from sessions.queries.logs import draft_texts

SHOWN = ("pairing__peer__data_key", "pairing__supporter__user", "room__venue")
WHOSE = ("pairing", "pairing__supporter", "pairing__state")


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def log(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Write down a session that was held; what was typed earlier and not sent stands there already."""
    if request.method == "POST":
        row = _find(request, peer_session_id, "pairing", only=WHOSE)  # `log` reads for itself what it needs
        form = LogForm(request.POST)
        if form.is_valid():
            try:
                logs.log(**form.written(), peer_session_id=row.pk, by=request.member, now=request.now)
            except Refused as no:
                no.tell(form)
            else:
                return _after(request, row, form.cleaned_data["fit"])
        row = _find(request, peer_session_id, *SHOWN)
    else:
        row = _find(request, peer_session_id, *SHOWN)
        form = LogForm(initial=_kept(request, row))
    page = details.session_page(row, request.member, now=request.now)
    context = {"slug": slug, "form": form, "peer_session": row, "page": page}
    return render(request, "sessions/log.html", context, status=422 if form.errors else 200)


def _kept(request: MemberRequest, row: PeerSession) -> dict[str, str]:
    kept = draft_texts(policies.drafts_visible_to(request.member), row)
    said = request.GET.get("fit", "") or fit_at(request.member, row)  # answered at the beginning
    if said in Fit.values and (request.GET.get("fit") or not kept.get("fit")):
        return {**kept, "fit": said}
    return kept


def _after(request: MemberRequest, row: PeerSession, fit: str) -> HttpResponse:
    """Back to the session, which says that it is saved; on to the agreement where something should change."""
    slug = request.member.organisation.slug
    if fit == Fit.CHANGED:
        messages.success(
            request, _("Your log is saved. You noted that something should change: look at it together.")
        )
        return redirect("sessions:first_meeting", slug=slug, pairing_id=row.pairing_id)
    # In the address and not in a message: a message is kept in the session, which is then written for it.
    address = reverse("sessions:peer_session", kwargs={"slug": slug, "peer_session_id": row.pk})
    return HttpResponseRedirect(f"{address}?saved=log#saved")


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


def _find(
    request: MemberRequest, peer_session_id: UUID, *related: str, only: tuple[str, ...] = ()
) -> PeerSession:
    visible = policies.sessions_visible_to(request.member).select_related(*related)
    row = get_object_or_404(visible.only(*only) if only else visible, pk=peer_session_id)
    if not policies.can_log_peersession(request.member, row):
        raise PermissionDenied
    return row
