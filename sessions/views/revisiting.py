"""Pages between two versions: whether it still fits, a boundary that was crossed, a supervisor's list of those."""

from functools import cache
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from people.access import MemberRequest, members
from people.views.answers import posted, settle
from sessions import policies
from sessions.actions import crossings, fit_checks
from sessions.actions.agreements import look
from sessions.forms.revisiting import CrossingForm, FitForm
from sessions.models import Crossing, Fit, Pairing, PeerSession, Side
from sessions.queries import crossings as queries
from sessions.queries.fit_checks import fit_page, moment_words
from sessions.queries.matters import matters
from sessions.queries.pairings import day
from sessions.queries.sheets import pairings_with_keys
from sessions.views.around import find


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def note_fit(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """Whether it still fits: what was said today, and a form; at a session's beginning with `?session=<id>`."""
    row = _pairing(request, pairing_id)
    if not policies.can_note_fit_pairing(request.member, row):
        raise PermissionDenied
    peer_session = _session(request, row)
    form = FitForm(posted(request), by_peer=False, name=row.peer.name, fit=request.GET.get("fit", ""))
    if request.method == "POST" and form.is_valid():
        try:
            fit_checks.note_fit(
                **form.noted(),
                pairing_id=row.pk,
                peer_session_id=peer_session.pk if peer_session else None,
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            no.tell(form)
        else:
            return _after(request, row, peer_session, form.cleaned_data["fit"])
    page = fit_page(policies.fit_checks_visible_to(request.member), row, request.now)
    fit_checks.look_fit(peer=row.peer, checks=page.opened, by=request.member, now=request.now)
    context = {"slug": slug, "pairing": row, "peer_session": peer_session, "form": form, "page": page}
    return render(request, "sessions/note_fit.html", context, status=422 if form.errors else 200)


def _pairing(request: MemberRequest, pairing_id: UUID) -> Pairing:
    return get_object_or_404(pairings_with_keys(request.member), pk=pairing_id)


def _session(request: MemberRequest, pairing: Pairing) -> PeerSession | None:
    """The session of this pairing that an address names; any other, and what is none, is 404."""
    named = request.GET.get("session", "")
    if not named:
        return None
    try:
        row = find(request, UUID(named))
    except ValueError as error:
        raise Http404 from error
    if row.pairing_id != pairing.pk:
        raise Http404
    return row


def _after(
    request: MemberRequest, pairing: Pairing, peer_session: PeerSession | None, fit: str
) -> HttpResponse:
    """On to the agreement where something should change; else back to where the question was asked."""
    slug = request.member.organisation.slug
    if fit == Fit.CHANGED:
        messages.success(
            request, _("Noted. Now you can look at your agreement together, when you are ready.")
        )
        return redirect("sessions:first_meeting", slug=slug, pairing_id=pairing.pk)
    if fit == Fit.TODAY_ONLY:
        messages.success(request, _("Noted for today. It ends by itself with the day."))
    else:
        messages.success(request, _("Noted: it still fits."))
    if peer_session is None:
        return redirect("sessions:pairing", slug=slug, pairing_id=pairing.pk)
    return HttpResponseRedirect(f"{reverse('sessions:opening', args=[slug, peer_session.pk])}#fit")


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def note_crossing(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """Note that a boundary was crossed, on either side, without blame."""
    row = _pairing(request, pairing_id)
    if not policies.can_note_crossing_pairing(request.member, row):
        raise PermissionDenied
    listed = cache(lambda: matters(row))
    form = CrossingForm(posted(request), matters=listed, by_peer=False, name=row.peer.name)
    if request.method == "POST" and form.is_valid():
        try:
            made = crossings.note_crossing(
                **form.noted(), pairing_id=row.pk, side=Side.SUPPORTER, by=request.member, now=request.now
            )
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("It is noted. Thank you for not passing over it."))
            return redirect("sessions:crossing", slug=slug, crossing_id=made.pk)
    look(rows=listed().opened, by=request.member, now=request.now)
    context = {"slug": slug, "pairing": row, "form": form, "supervisors": queries.supervisor_names(row)}
    return render(request, "sessions/note_crossing.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_safe
def crossing(request: MemberRequest, slug: str, crossing_id: UUID) -> HttpResponse:
    """Read one. That it was read is noted in the same transaction."""
    row = _crossing(request, crossing_id)
    try:
        said = crossings.look_crossing(crossing=row, by=request.member, now=request.now)
    except Unreadable:
        said = None
    context = {
        "slug": slug,
        "crossing": row,
        "pairing": row.pairing,
        "said": said,
        "when": moment_words(row.noted_at),
        "settled": day(row.settled_at),
        "by_peer": row.side == Side.PEER,
    }
    return render(request, "sessions/crossing.html", context)


def _crossing(request: MemberRequest, crossing_id: UUID) -> Crossing:
    rows = policies.crossings_visible_to(request.member).select_related(
        "pairing__peer__data_key", "pairing__supporter__data_key", "pairing__supporter__user"
    )
    return get_object_or_404(rows, pk=crossing_id)


@members(policies.ACCESS)
@require_safe
def crossing_list(request: MemberRequest, slug: str) -> HttpResponse:
    """What was noted for a supervisor, the newest first; `?settled=yes` shows what was talked about."""
    settled = request.GET.get("settled") == "yes"
    page = queries.crossing_list(request.member, settled=settled, after=request.GET.get("after"))
    return render(request, "sessions/crossing_list.html", {"slug": slug, "page": page, "settled": settled})


@members(policies.ACCESS)
@require_POST
def settle_crossing(request: MemberRequest, slug: str, crossing_id: UUID) -> HttpResponse:
    """It was talked about. A button beside what was noted, and nothing to fill in."""
    row = _crossing(request, crossing_id)
    if not policies.can_settle_crossing_crossing(request.member, row):
        raise PermissionDenied
    return settle(
        request,
        lambda: crossings.settle_crossing(crossing_id=row.pk, by=request.member, now=request.now),
        _("Noted as talked about."),
        "sessions:crossing_list",
        slug=slug,
    )
