"""Pages about pairings: the list, one pairing, introducing two people, ending."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lib.refusal import Refused
from people.access import MemberRequest, members
from people.views.answers import posted
from sessions import policies
from sessions.actions import pairings as actions
from sessions.forms.endings import EndForm
from sessions.forms.pairings import PairForm
from sessions.models import Pairing, Party
from sessions.queries import endings
from sessions.queries import pairings as queries
from sessions.queries.counts import pairing_counts
from sessions.queries.own_page import pairing_facts
from sessions.queries.revisiting import between


def _find(request: MemberRequest, pairing_id: UUID) -> Pairing:
    rows = policies.pairings_visible_to(request.member).select_related("peer", "supporter__user")
    return get_object_or_404(rows, pk=pairing_id)


@members(policies.ACCESS)
@require_safe
def pairing_list(request: MemberRequest, slug: str) -> HttpResponse:
    """The pairings a member sees, the newest first; `?ended=yes` shows those that have ended."""
    ended = request.GET.get("ended") == "yes"
    page = queries.pairing_list(request.member, after=request.GET.get("after"), ended=ended, now=request.now)
    return render(request, "sessions/pairing_list.html", {"page": page, "ended": ended})


@members(policies.ACCESS)
@require_safe
def pairing(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """One pairing: who, since when, what is agreed (not what it says), sessions before and to come."""
    row = _find(request, pairing_id)
    page = queries.pairing_page(request.member, row, request.now)
    ending = endings.ending_facts(request.member, row, request.now)
    side = Party.SUPPORTER if request.member.is_supporter() else Party.ORGANISATION
    context = {
        "pairing": row,
        "page": page,
        "ending": ending,
        "between": between(request.member, row, request.now),
        "goals": pairing_facts(request.member, row, now=request.now),
        "counts": pairing_counts(row, reader=side),
        "own": request.member.is_supporter(),
        "reads_wishes": not request.member.is_coordinator(),
    }
    return render(request, "sessions/pairing.html", context)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def pair(request: MemberRequest, slug: str) -> HttpResponse:
    """Introduce a peer to a supporter; `?peer=` says whom."""
    chosen = request.GET.get("peer", "")
    form = PairForm(
        request.POST if request.method == "POST" else None,
        rooms=queries.supporters_with_room(request.member, request.now),
        peers=queries.peers_to_pair(request.member),
        waiting=queries.peers_who_wait(request.member),
        initial={"peer": chosen},
    )
    peer = queries.peer_to_pair(request.member, chosen)
    if peer is not None:
        form.fix_peer()
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.pair(**form.wish(), by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("They are introduced. The supporter sees them now."))
            return redirect("sessions:pairing", slug=slug, pairing_id=made.pk)
    context = {"form": form, "peer": peer}
    return render(request, "sessions/pair.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def end(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """End a pairing, after a page that says what follows from it."""
    row = _find(request, pairing_id)
    if not policies.can_end_pairing(request.member, row):
        raise PermissionDenied
    unprepared = endings.is_unprepared(row)
    form = EndForm(posted(request), unprepared=unprepared, own=request.member.is_supporter())
    if request.method == "POST" and form.is_valid():
        actions.end(pairing_id=row.pk, by=request.member, now=request.now)
        messages.success(request, _("The pairing has ended."))
        return redirect(_after_the_end(request, row))
    if not row.may("end"):
        return redirect("sessions:pairing", slug=slug, pairing_id=row.pk)
    context = {
        "pairing": row,
        "form": form,
        "to_come": queries.number_to_come(row, request.now),
        "unprepared": unprepared,
    }
    return render(request, "sessions/end.html", context, status=422 if form.errors else 200)


def _after_the_end(request: MemberRequest, row: Pairing) -> str:
    """The supporter's sight of it ended with it, so they go back to the others."""
    slug = request.member.organisation.slug
    if request.member.is_supporter():
        return reverse("sessions:pairing_list", args=[slug])
    return reverse("sessions:pairing", args=[slug, row.pk])
