"""Pages about when people and rooms can be booked."""

from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.refusal import Refused
from people.access import MemberRequest, members
from people.policies import memberships_visible_to
from people.views.answers import posted, settle
from sessions import policies
from sessions.actions import availability as actions
from sessions.actions.availability import Owner
from sessions.forms.availability import ExceptionForm, HoursForm, RemoveForm
from sessions.hours_words import OF_A_ROOM, TO_ONESELF
from sessions.local_time import zone_words
from sessions.models import HoursException
from sessions.queries import availability as queries
from sessions.queries import find_a_time
from sessions.queries.booked_then import booked_anyway, booked_then
from venues.models import Room
from venues.policies import rooms_visible_to


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def hours(request: MemberRequest, slug: str) -> HttpResponse:
    """One's own weekly hours and limits, and the days that differ."""
    owner = Owner(membership_id=request.member.id)
    form = _hours_form(request, owner)
    if _set(request, owner, form):
        return redirect("sessions:hours", slug=slug)
    mine = policies.own_exceptions(request.member)
    noted = queries.exceptions(mine, TO_ONESELF, request.member.zone, request.now)
    context = {
        "slug": slug,
        "form": form,
        "zone": zone_words(request.member.zone.key),
        "exceptions": noted,
        "booked": noted and booked_anyway(owner, request.member, request.member.zone, request.now),
        "most_peers": queries.most_peers(request.member),
    }
    return render(request, "sessions/hours.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def room_hours(request: MemberRequest, slug: str, room_id: UUID) -> HttpResponse:
    """A room's weekly hours and limits, and the days that differ."""
    room, owner = _room(request, room_id), Owner(room_id=room_id)
    form = _hours_form(request, owner)
    if _set(request, owner, form):
        return redirect("sessions:room_hours", slug=slug, room_id=room_id)
    zone = ZoneInfo(request.member.organisation.zone)
    differ = policies.room_exceptions(request.member, room)
    noted = queries.exceptions(differ, OF_A_ROOM, zone, request.now)
    context = {
        "slug": slug,
        "form": form,
        "room": room,
        "zone": zone_words(zone.key),
        "exceptions": noted,
        "booked": noted and booked_anyway(owner, request.member, zone, request.now),
    }
    return render(request, "sessions/room_hours.html", context, status=422 if form.errors else 200)


def _hours_form(request: MemberRequest, owner: Owner) -> HoursForm:
    found = queries.stored(owner)
    return HoursForm(posted(request), row=found.row, weekly=found.weekly)


def _set(request: MemberRequest, owner: Owner, form: HoursForm) -> bool:
    """Set the hours that were typed; whether that is done."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        actions.set_hours(owner=owner, **form.wish(), by=request.member, now=request.now)
    except Refused as no:
        form.renew(queries.stored(owner).revision)
        no.tell(form)
        return False
    if form.cleaned_data["weekly"]:
        messages.success(request, _("Saved."))
    else:
        messages.warning(request, _("Saved. There are no weekly hours, so only extra hours can be booked."))
    return True


@members(policies.ACCESS)
@require_safe
def member_hours(request: MemberRequest, slug: str, membership_id: UUID) -> HttpResponse:
    """When somebody of the team can be booked; nobody learns why they are away."""
    row = get_object_or_404(memberships_visible_to(request.member).select_related("user"), pk=membership_id)
    page = queries.member_hours(row, request.now)
    context = {"slug": slug, "row": row, "page": page, "zone": zone_words(row.user.zone)}
    return render(request, "sessions/member_hours.html", context)


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def add_exception(request: MemberRequest, slug: str) -> HttpResponse:
    """Note that one is away, ill, or has time in addition."""
    form = ExceptionForm(posted(request), zone=request.member.zone, now=request.now)
    if _add(request, Owner(membership_id=request.member.id), form):
        return redirect("sessions:hours", slug=slug)
    context = {"slug": slug, "form": form, "zone": zone_words(request.member.zone.key)}
    return render(request, "sessions/add_exception.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def add_room_exception(request: MemberRequest, slug: str, room_id: UUID) -> HttpResponse:
    """Note that a room is closed for a while, or open in addition."""
    room, zone = _room(request, room_id), ZoneInfo(request.member.organisation.zone)
    form = ExceptionForm(posted(request), zone=zone, now=request.now, of_a_room=True)
    if _add(request, Owner(room_id=room_id), form):
        return redirect("sessions:room_hours", slug=slug, room_id=room_id)
    context = {"slug": slug, "form": form, "room": room, "zone": zone_words(zone.key)}
    return render(request, "sessions/add_room_exception.html", context, status=422 if form.errors else 200)


def _add(request: MemberRequest, owner: Owner, form: ExceptionForm) -> bool:
    """Note what was typed; whether that is done."""
    if request.method != "POST" or not form.is_valid():
        return False
    try:
        row = actions.add_exception(owner=owner, **form.wish(), by=request.member, now=request.now)
    except Refused as no:
        no.tell(form)
        return False
    messages.success(request, _("Noted."))
    _warn_of_bookings(request, row)
    return True


def _warn_of_bookings(request: MemberRequest, row: HoursException) -> None:
    """What is booked already stays, and somebody has to do something about it; the page lists it."""
    booked = booked_then(row)
    if booked.sessions:
        words = ngettext(
            "%(count)s session is booked in that time. It stays until somebody moves it or calls it off.",
            "%(count)s sessions are booked in that time. They stay until somebody moves them or calls them off.",
            booked.sessions,
        )
        messages.warning(request, words % {"count": booked.sessions})
    if booked.meetings:
        words = ngettext(
            "%(count)s meeting of a group lies in that time. Nothing changes by itself: see the list below.",
            "%(count)s meetings of groups lie in that time. Nothing changes by itself: see the list below.",
            booked.meetings,
        )
        messages.warning(request, words % {"count": booked.meetings})


@members(policies.ACCESS)
@require_POST
def remove_exception(request: MemberRequest, slug: str) -> HttpResponse:
    """Take back one of one's own days that differ."""
    return _remove(request, policies.own_exceptions(request.member), "sessions:hours", slug=slug)


@members(policies.ACCESS)
@require_POST
def remove_room_exception(request: MemberRequest, slug: str, room_id: UUID) -> HttpResponse:
    """Take back one of a room's days that differ."""
    room = _room(request, room_id)
    rows = policies.room_exceptions(request.member, room)
    return _remove(request, rows, "sessions:room_hours", slug=slug, room_id=room_id)


def _remove(request: MemberRequest, rows: QuerySet[HoursException], back: str, **where: Any) -> HttpResponse:
    """Take back the one that was chosen out of `rows`. A second press finds it gone, and that is no trouble."""
    form = RemoveForm(request.POST, rows=rows)
    if not form.is_valid():
        messages.info(request, _("This is not there any more."))
        return HttpResponseRedirect(resolve_url(back, **where))
    pk = form.cleaned_data["exception"].pk
    return settle(
        request,
        lambda: actions.remove_exception(exception_id=pk, by=request.member, now=request.now),
        _("Taken back. The weekly hours hold again."),
        back,
        **where,
    )


def _room(request: MemberRequest, room_id: UUID) -> Room:
    """An open room of a place in use that this member looks after."""
    room = get_object_or_404(rooms_visible_to(request.member).select_related("venue"), pk=room_id)
    if not policies.can_set_hours_room(request.member, room):
        raise PermissionDenied
    return room


@members(policies.ACCESS)
@require_safe
def slot_search(request: MemberRequest, slug: str) -> HttpResponse:
    """Which supporters are free when, in the next two weeks."""
    asked = find_a_time.read(request.GET)
    zone = request.member.zone
    context = {
        "slug": slug,
        "asked": asked,
        "days": find_a_time.days_to_choose(asked, zone, request.now),
        "parts": find_a_time.parts_to_choose(asked),
        "found": find_a_time.find(request.member, asked, after=request.GET.get("after", ""), now=request.now),
        "zone": zone_words(zone.key),
    }
    return render(request, "sessions/slot_search.html", context)
