"""Pages before a session and at its beginning: making the space ready, what the peer likes, how to begin."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from people.access import MemberRequest, members
from sessions import policies, spaces
from sessions.actions import preparing
from sessions.actions import spaces as actions
from sessions.actions.agreements import look
from sessions.actions.fit_checks import look_fit
from sessions.forms.around import PrepareForm, SpaceForm
from sessions.forms.revisiting import FitForm
from sessions.models import Pairing, PeerSession, SpaceWishes
from sessions.policies import around as around_policies
from sessions.queries import around as queries
from sessions.queries.fit_checks import opening_fit
from sessions.queries.sheets import pairings_with_keys
from sessions.spaces import Wishes

SHOWN = ("pairing__peer__data_key",)


def find(request: MemberRequest, peer_session_id: UUID) -> PeerSession:
    """A one-to-one session this member may see, with the peer's key; any other is 404."""
    visible = policies.sessions_visible_to(request.member)
    return get_object_or_404(visible.select_related(*SHOWN), pk=peer_session_id)


# Before ----------------------------------------------------------------------------------------------------------


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def prepare(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """The list to make ready; with htmx each tick is saved as it is set."""
    row = find(request, peer_session_id)
    if not around_policies.can_prepare_peersession(request.member, row):
        raise PermissionDenied
    noted = queries.space_wishes_of(request.member, row.two.peer_id)
    if request.method == "GET":
        return _prepare_page(request, row, noted, None)
    if request.htmx:
        return _tick(request, row, noted)
    form = PrepareForm(request.POST, things=queries.things(row, noted))
    if form.is_valid():
        try:
            preparing.prepare(
                peer_session_id=row.pk,
                ticks=form.ticks(),
                revision=form.cleaned_data["revision"],
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("Saved."))
            return redirect("sessions:prepare", slug=slug, peer_session_id=row.pk)
    return _prepare_page(request, row, noted, form)


def _tick(request: MemberRequest, row: PeerSession, noted: SpaceWishes | None) -> HttpResponse:
    """One tick, set or taken away; answers with how far the list is."""
    item, trouble = request.POST.get("item", ""), ""
    try:
        preparing.prepare(
            peer_session_id=row.pk,
            ticks={item: item in request.POST.getlist("ticked")},
            revision=None,
            by=request.member,
            now=request.now,
        )
    except Refused as no:
        trouble = no.message
    prepared = queries.preparation_of(request.member, row)
    page = queries.prepare_page(row, prepared, noted, spaces.blank())
    context = {"prepare": page, "saved": not trouble, "trouble": trouble}
    return render(request, "sessions/_prepared.html", context, status=422 if trouble else 200)


def _prepare_page(
    request: MemberRequest, row: PeerSession, noted: SpaceWishes | None, form: PrepareForm | None
) -> HttpResponse:
    wishes = _opened(request, row.two, noted) or spaces.blank()
    prepared = queries.preparation_of(request.member, row)
    typed = request.POST.getlist("ticked") if form is not None else None
    context = {
        "slug": request.member.organisation.slug,
        "peer_session": row,
        "page": queries.head(row, request.member),
        "prepare": queries.prepare_page(row, prepared, noted, wishes, typed=typed),
        "form": form,
    }
    return render(request, "sessions/prepare.html", context, status=422 if form is not None else 200)


def _opened(request: MemberRequest, pairing: Pairing, noted: SpaceWishes | None) -> Wishes | None:
    """What the peer wishes for, with a mark that it was looked at; None where it can no longer be read."""
    try:
        return actions.look(row=noted, key=pairing.peer.data_key, by=request.member, now=request.now)
    except Unreadable:
        return None


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def space_wishes(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """What makes a space good for this peer: read, and changed together with them."""
    pairing = get_object_or_404(pairings_with_keys(request.member), pk=pairing_id)
    noted = queries.space_wishes_of(request.member, pairing.peer_id)
    form = None
    if request.method == "POST":
        form = SpaceForm(request.POST, noted=noted, wishes=spaces.blank())
        if form.is_valid() and _save(request, pairing, form):
            messages.success(request, _("Saved."))
            return _back(request, pairing)
        noted = queries.space_wishes_of(request.member, pairing.peer_id)
    return _space_page(request, pairing, noted, form)


def _space_page(
    request: MemberRequest, pairing: Pairing, noted: SpaceWishes | None, form: SpaceForm | None
) -> HttpResponse:
    """The form; a refused one stands beside what is saved."""
    wishes = _opened(request, pairing, noted)
    context = {
        "pairing": pairing,
        "erased": wishes is None,
        "form": form or SpaceForm(noted=noted, wishes=wishes or spaces.blank()),
        "music": queries.music_in_words(noted, wishes or spaces.blank()),
        "music_said": queries.music_so_far(wishes or spaces.blank()),
        "saved": queries.wishes_in_words(wishes) if form and form.non_field_errors() and wishes else [],
    }
    return render(request, "sessions/space_wishes.html", context, status=422 if form else 200)


def _save(request: MemberRequest, pairing: Pairing, form: SpaceForm) -> bool:
    """Whether it was saved; what was in the way stands in the form."""
    try:
        actions.save_space_wishes(
            **form.values(),
            pairing_id=pairing.pk,
            peer_id=pairing.peer_id,
            by=request.member,
            now=request.now,
        )
    except Refused as no:
        no.tell(form)
        newest = queries.space_wishes_of(request.member, pairing.peer_id)
        form.renew(newest.revision if newest else 0)
    except Unreadable:
        form.add_error(None, _("What was kept about this person has been erased."))
    return form.is_valid()


def _back(request: MemberRequest, pairing: Pairing) -> HttpResponse:
    """To the list somebody came from, or else to the pairing."""
    slug = request.member.organisation.slug
    try:
        peer_session_id = UUID(request.GET.get("session", ""))
    except ValueError:
        return redirect("sessions:pairing", slug=slug, pairing_id=pairing.pk)
    return redirect("sessions:prepare", slug=slug, peer_session_id=peer_session_id)


# Opening ---------------------------------------------------------------------------------------------------------


@members(policies.ACCESS)
@require_safe
def opening(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """What to have open when the two begin: easy questions, and today's boundaries."""
    row = find(request, peer_session_id)
    if not around_policies.can_opening_peersession(request.member, row):
        raise PermissionDenied
    agreement = queries.agreement_now(request.member, row)
    try:
        begin = queries.opening(row, agreement)
    except Unreadable:
        begin = queries.opening(row, None)
    look(rows=[begin.agreement] if begin.agreement else [], by=request.member, now=request.now)
    fit = opening_fit(request.member, row, request.now)
    look_fit(peer=row.two.peer, checks=fit.opened, by=request.member, now=request.now)
    page = queries.head(row, request.member)
    form = FitForm(by_peer=False, name=row.two.peer.name)  # for its number: "it fits" is sent from here
    context = {"slug": slug, "peer_session": row, "page": page, "begin": begin, "fit": fit, "fit_form": form}
    return render(request, "sessions/opening.html", context)
