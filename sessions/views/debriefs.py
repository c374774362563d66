"""Pages about debriefs: asking for one, the list of those that wait, and saying that it was talked through."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.refusal import Refused
from people.access import MemberRequest, members
from sessions import policies
from sessions.actions import debriefs
from sessions.forms.around import AskDebriefForm
from sessions.models import PeerSession
from sessions.policies import around as around_policies
from sessions.queries import around as queries
from sessions.views.around import find


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def ask_debrief(request: MemberRequest, slug: str) -> HttpResponse:
    """Ask one's supervisors for a debrief, in general or about a session: `?session=<id>`."""
    row = _session(request)
    form = AskDebriefForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            debriefs.ask_debrief(
                once=form.cleaned_data["once"],
                peer_session_id=row.pk if row else None,
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("Your supervisor is told that you ask. Nobody is told why."))
            return redirect("sessions:debrief_list", slug=slug)
    context = {
        "slug": slug,
        "form": form,
        "asking": queries.asking(request.member, row),
        "peer_session": row,
        "session": queries.session_words(row) if row else "",
    }
    return render(request, "sessions/ask_debrief.html", context, status=422 if form.errors else 200)


def _session(request: MemberRequest) -> PeerSession | None:
    """The session an address names; somebody else's, and what is none, is 404."""
    named = request.GET.get("session", "")
    if not named:
        return None
    try:
        row = find(request, UUID(named))
    except ValueError as error:
        raise Http404 from error
    if not around_policies.can_ask_debrief_peersession(request.member, row):
        raise PermissionDenied
    return row


@members(policies.ACCESS)
@require_safe
def debrief_list(request: MemberRequest, slug: str) -> HttpResponse:
    """Who asks for a debrief: a supporter's own wishes, or those that come to a supervisor."""
    settled = request.GET.get("settled") == "yes"
    page = queries.debrief_list(request.member, settled=settled, after=request.GET.get("after"))
    return render(request, "sessions/debrief_list.html", {"slug": slug, "page": page, "settled": settled})


@members(policies.ACCESS)
@require_POST
def settle_debrief(request: MemberRequest, slug: str, debrief_wish_id: UUID) -> HttpResponse:
    """It was talked through. A button on the list, and nothing to fill in."""
    wish = get_object_or_404(around_policies.debriefs_visible_to(request.member), pk=debrief_wish_id)
    if not around_policies.can_settle_debriefwish(request.member, wish):
        raise PermissionDenied
    debriefs.settle_debrief(debrief_wish_id=wish.pk, by=request.member, now=request.now)
    messages.success(request, _("Noted as talked through."))
    return redirect("sessions:debrief_list", slug=slug)
