"""Pages about sessions: the week, one session, and what can be done with it."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from lib.refusal import Refused
from people.access import MemberRequest, members
from sessions import policies
from sessions.actions import bookings
from sessions.forms.bookings import BookForm, WishForm
from sessions.models import Pairing, PeerSession
from sessions.queries import bookings as queries
from sessions.queries import details, endings, schedule, slots
from sessions.queries.narrowing import narrowing, questions
from venues.policies import rooms_visible_to


@members(policies.ACCESS)
@require_safe
def week(request: MemberRequest, slug: str) -> HttpResponse:
    """The schedule, a week at a time: `?week=2026-W21`; a coordinator may look at a part of it."""
    part = narrowing(request.member, request.GET)
    shown = schedule.week_page(
        part.apply(policies.schedule_visible_to(request.member)),
        request.member,
        week=request.GET.get("week", ""),
        after=request.GET.get("after"),
        now=request.now,
    )
    context = {
        "slug": slug,
        "week": shown,
        "own": request.member.is_supporter(),
        "part": part,
        "questions": questions(request.member, part.chosen) if part.asks else [],
    }
    return render(request, "sessions/week.html", context)


@members(policies.ACCESS)
@require_safe
def peer_session(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """One session: when, where, what became of it, and what to do next."""
    row = find(request, peer_session_id)
    shown = details.session_page(row, request.member, now=request.now)
    number = endings.session_place(row) if request.member.is_supporter() else None
    context = {"slug": slug, "peer_session": row, "page": shown, "number": number}
    return render(request, "sessions/peer_session.html", context)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def book(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """Book a session of a pairing: at a time that is free, or at another one; `?day=` says from when on."""
    pairing = _pairing(request, pairing_id)
    form = BookForm(
        request.POST or None,
        zone=request.member.zone,
        now=request.now,
        rooms=lambda: queries.room_choices(rooms_visible_to(request.member)),
        initial={"day": request.GET.get("day")},
    )
    if request.method == "POST" and form.is_valid():
        wish = form.wish()
        try:
            made = bookings.book(**wish, pairing_id=pairing.pk, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
            offer_instead(request, pairing, form, wish, no)
        else:
            # The page says so itself: a message would be one more row to write, just to be read there.
            page = reverse("sessions:peer_session", args=[slug, made.pk])
            return HttpResponseRedirect(f"{page}?new=yes")
    agreed = queries.agreed(pairing)
    form.initial["minutes"] = agreed.minutes if agreed else None
    if agreed and not form.has_offer():
        _offer(request, pairing, form, agreed.minutes)
    context = {"slug": slug, "form": form, "pairing": pairing, "agreed": agreed}
    return render(request, "sessions/book.html", context, status=422 if form.errors else 200)


def _pairing(request: MemberRequest, pairing_id: UUID) -> Pairing:
    visible = policies.pairings_visible_to(request.member)
    if request.method == "GET":
        visible = visible.select_related("peer", "supporter__user")
    else:
        visible = visible.only("organisation_id", "peer_id", "supporter_id", "state")
    pairing = get_object_or_404(visible, pk=pairing_id)
    if not policies.can_book_pairing(request.member, pairing):
        raise PermissionDenied
    return pairing


def _offer(request: MemberRequest, pairing: Pairing, form: BookForm, minutes: int) -> None:
    """Show the next free times."""
    zone = request.member.zone
    offered = slots.offer(
        pairing,
        minutes=minutes,
        first_on=form.looked_at(request.GET.get("day", "")),
        zone=zone,
        now=request.now,
        own=pairing.supporter_id == request.member.id,
    )
    form.offer(offered.days, offered.later)


def offer_instead(
    request: MemberRequest,
    pairing: Pairing,
    form: WishForm,
    wish: dict[str, Any],
    no: Refused,
    *,
    besides: UUID | None = None,
) -> None:
    """Show times that are free beside one that is not, where another time would help."""
    if no.field != "start" and (no.field != "room" or wish["room_id"] not in form.rooms):
        return
    found = slots.near(
        pairing,
        room_id=wish["room_id"],
        minutes=wish["minutes"],
        around=wish["starts_at"],
        now=request.now,
        own=pairing.supporter_id == request.member.id,
        besides=besides,
    )
    form.offer_instead(slots.by_day(found, request.member.zone, ZoneInfo(pairing.peer.zone)))


def find(request: MemberRequest, peer_session_id: UUID) -> PeerSession:
    """A session this member may see, with the people and the place it concerns; any other is 404."""
    visible = policies.sessions_visible_to(request.member)
    related = visible.select_related("pairing__peer", "pairing__supporter__user", "room__venue")
    return get_object_or_404(related, pk=peer_session_id)
