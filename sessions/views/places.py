"""Pages about places in meetings: somebody comes, waits, does not come; everybody comes."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from audit.actions import Actor
from lib.refusal import Refused
from people.access import MemberRequest, members
from people.models import GroupMember
from sessions import policies
from sessions.actions import places
from sessions.models import MeetingPlace, PeerSession
from sessions.queries import places as queries
from sessions.queries.meeting_parts import meeting_head
from sessions.states import OFFERED, TAKEN, WAITING_FOR


class Verb(Protocol):
    """Something said for one member about one meeting."""

    def __call__(
        self, *, peer_session_id: UUID, member: GroupMember, by: Actor, now: datetime
    ) -> MeetingPlace:
        """Do it."""


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def take_place(
    request: MemberRequest, slug: str, peer_session_id: UUID, group_member_id: UUID
) -> HttpResponse:
    """Say for a peer that they come."""
    return _say(request, peer_session_id, group_member_id, "take_place", places.take_place, _taken)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def await_place(
    request: MemberRequest, slug: str, peer_session_id: UUID, group_member_id: UUID
) -> HttpResponse:
    """Put a peer into the line."""
    return _say(request, peer_session_id, group_member_id, "await_place", places.await_place, _taken)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def give_back(
    request: MemberRequest, slug: str, peer_session_id: UUID, group_member_id: UUID
) -> HttpResponse:
    """Say for a peer that they do not come this time."""
    return _say(request, peer_session_id, group_member_id, "give_back", places.give_back, _given_back)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def give_places(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Give a place to everybody who has not said no."""
    meeting = find(request, peer_session_id)
    if not policies.can_give_places_peersession(request.member, meeting):
        raise PermissionDenied
    if request.method == "POST":
        try:
            given = places.give_places(peer_session_id=meeting.pk, by=request.member, now=request.now)
        except Refused as no:
            messages.error(request, no.message)
        else:
            _tell_given(request, given)
        return to_meeting(request, meeting, "places")
    return render(request, "sessions/give_places.html", context_of(request, meeting))


def _say(
    request: MemberRequest,
    peer_session_id: UUID,
    group_member_id: UUID,
    verb: str,
    act: Verb,
    words: Callable[[MeetingPlace], str],
) -> HttpResponse:
    meeting = find(request, peer_session_id)
    member = get_object_or_404(queries.ever_in_group(meeting).select_related("peer"), pk=group_member_id)
    wish = MeetingPlace(peer_session=meeting, peer=member.peer)
    if not getattr(policies, f"can_{verb}_meetingplace")(request.member, wish):
        raise PermissionDenied
    if request.method == "POST":
        try:
            place = act(peer_session_id=meeting.pk, member=member, by=request.member, now=request.now)
        except Refused as no:
            messages.error(request, no.message)
        else:
            messages.success(request, words(place))
        return to_meeting(request, meeting, "places")
    context = {**context_of(request, meeting), "group_member": member}
    return render(request, f"sessions/{verb}.html", context)


def _taken(place: MeetingPlace) -> str:
    if place.state == TAKEN:
        return _("They have a place.")
    if place.state == OFFERED:
        return _("A place is kept for them. Ask them whether they come.")
    assert place.state == WAITING_FOR
    return _("All places are taken just now. They are in line, and are asked when one becomes free.")


def _given_back(place: MeetingPlace) -> str:
    return _("Noted. They do not come this time.")


def _tell_given(request: MemberRequest, given: places.Given) -> None:
    if given.placed or not given.busy:
        messages.success(request, _("Everybody who has not said no has a place."))
    if given.busy:
        number = len(given.busy)
        words = ngettext(
            "%(number)s person has something else at that time, and got no place.",
            "%(number)s people have something else at that time, and got no place.",
            number,
        )
        messages.warning(request, words % {"number": number})


def find(request: MemberRequest, peer_session_id: UUID) -> PeerSession:
    """A meeting this member may see, with its group and place; any other is 404."""
    visible = policies.meetings_visible_to(request.member)
    return get_object_or_404(visible.select_related("group", "room__venue"), pk=peer_session_id)


def context_of(request: MemberRequest, meeting: PeerSession) -> dict[str, Any]:
    """What every page about a part of a meeting begins with."""
    head = meeting_head(meeting, request.member, now=request.now)
    return {"slug": request.member.organisation.slug, "peer_session": meeting, "page": head}


def to_meeting(request: MemberRequest, meeting: PeerSession, anchor: str = "") -> HttpResponse:
    """Back to the meeting's page."""
    address = reverse("sessions:meeting", args=[request.member.organisation.slug, meeting.pk])
    return redirect(f"{address}#{anchor}" if anchor else address)
