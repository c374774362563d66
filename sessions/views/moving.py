"""A booked session gets another time, place or length."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from lib.refusal import Refused
from people.access import MemberRequest, members
from people.views.answers import posted
from sessions import policies
from sessions.actions import moving
from sessions.forms.moving import MoveForm
from sessions.models import PeerSession
from sessions.queries import bookings as queries
from sessions.queries import details, slots
from sessions.views.bookings import find, offer_instead
from venues.policies import rooms_visible_to


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def move(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Move a session to another time or place; what was typed stays, whatever has happened to it meanwhile."""
    row = find(request, peer_session_id)
    if not policies.can_move_peersession(request.member, row):
        raise PermissionDenied
    form = MoveForm(
        posted(request),
        row=row,
        zone=request.member.zone,
        now=request.now,
        rooms=lambda: queries.room_choices(rooms_visible_to(request.member)),
    )
    if request.method == "POST" and form.is_valid():
        wish = form.wish()
        try:
            moving.move(**wish, peer_session_id=row.pk, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
            offer_instead(request, row.two, form, wish, no, besides=row.pk)
            row = find(request, peer_session_id)
            form.ask_again(row)
        else:
            messages.success(request, _("Moved. Now it waits for a new yes from the peer."))
            return redirect("sessions:peer_session", slug=slug, peer_session_id=row.pk)
    page = details.session_page(row, request.member, now=request.now)
    if page.can_be_moved and not form.has_offer():
        _offer(request, row, form, page)
    context = {"slug": slug, "peer_session": row, "page": page, "form": form}
    return render(request, "sessions/move.html", context, status=422 if form.errors else 200)


def _offer(request: MemberRequest, row: PeerSession, form: MoveForm, page: details.SessionPage) -> None:
    """Show the next free times at the place it has, if that can still be used."""
    offered = slots.offer(
        row.two,
        minutes=page.minutes,
        first_on=form.looked_at(request.GET.get("day", "")),
        zone=request.member.zone,
        now=request.now,
        own=row.two.supporter_id == request.member.id,
        room_id=None if page.needs_a_place else row.room_id,
        besides=row.pk,
    )
    form.offer(offered.days, offered.later)
