"""Pages about places: look them up, and, for coordinators, look after them."""

from uuid import UUID

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lib.refusal import Refused
from people.access import MemberRequest, members
from people.views.answers import settle
from venues import forms, policies, queries
from venues.actions import places, rooms
from venues.models import Venue


@members(policies.ACCESS)
@require_safe
def venue_list(request: MemberRequest, slug: str) -> HttpResponse:
    """Places by name: those in use, or with `?show=archived` those that were put away."""
    archived = request.GET.get("show") == "archived"
    visible = policies.venues_visible_to(request.member)
    found = queries.venue_page(visible, archived=archived, after=request.GET.get("after"))
    return render(request, "venues/venue_list.html", {"slug": slug, "page": found, "archived": archived})


@members(policies.ACCESS)
@require_safe
def venue(request: MemberRequest, slug: str, venue_id: UUID) -> HttpResponse:
    """One place and its rooms."""
    found = _venue(request, venue_id)
    return render(
        request, "venues/venue.html", {"slug": slug, "venue": found, "rooms": queries.open_rooms(found)}
    )


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def add_venue(request: MemberRequest, slug: str) -> HttpResponse:
    """Add a place."""
    form = forms.AddVenueForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        made = places.add_venue(**form.cleaned_data, by=request.member, now=request.now)
        messages.success(request, _("The place has been added. Now add its rooms."))
        return redirect("venues:venue", slug=slug, venue_id=made.pk)
    return _answer(request, "venues/add_venue.html", form)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def edit_venue(request: MemberRequest, slug: str, venue_id: UUID) -> HttpResponse:
    """Change what a place says of itself."""
    found = _venue(request, venue_id)
    now_there = {
        "name": found.name,
        "address": found.address,
        "getting_there": found.getting_there,
        "revision": found.revision,
    }
    form = forms.EditVenueForm(request.POST or None, initial=now_there)
    if request.method == "POST" and form.is_valid():
        revision = form.cleaned_data["revision"]
        try:
            places.edit_venue(
                venue_id=found.pk,
                revision=revision,
                changes=form.changes(),
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            no.tell(form)
            form.catch_up(found)
        else:
            messages.success(request, _("Saved."))
            return redirect("venues:venue", slug=slug, venue_id=found.pk)
    return _answer(request, "venues/edit_venue.html", form, venue=found)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def archive_venue(request: MemberRequest, slug: str, venue_id: UUID) -> HttpResponse:
    """Put a place away."""
    found = _venue(request, venue_id)
    if request.method == "POST":
        return settle(
            request,
            lambda: places.archive_venue(venue_id=found.pk, by=request.member, now=request.now),
            _("The place has been put away."),
            "venues:venue",
            slug=slug,
            venue_id=found.pk,
        )
    return render(request, "venues/archive_venue.html", {"slug": slug, "venue": found})


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def restore_venue(request: MemberRequest, slug: str, venue_id: UUID) -> HttpResponse:
    """Take a place out again."""
    found = _venue(request, venue_id)
    if request.method == "POST":
        return settle(
            request,
            lambda: places.restore_venue(venue_id=found.pk, by=request.member, now=request.now),
            _("The place is in use again."),
            "venues:venue",
            slug=slug,
            venue_id=found.pk,
        )
    return render(request, "venues/restore_venue.html", {"slug": slug, "venue": found})


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def add_room(request: MemberRequest, slug: str, venue_id: UUID) -> HttpResponse:
    """Add a room to a place."""
    found = _venue(request, venue_id)
    form = forms.RoomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            rooms.add_room(**form.cleaned_data, venue_id=found.pk, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("The room has been added."))
            return redirect("venues:venue", slug=slug, venue_id=found.pk)
    return _answer(request, "venues/add_room.html", form, venue=found)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def close_room(request: MemberRequest, slug: str, venue_id: UUID, room_id: UUID) -> HttpResponse:
    """Close a room."""
    found = _venue(request, venue_id)
    room = get_object_or_404(found.rooms, pk=room_id)
    if request.method == "POST":
        return settle(
            request,
            lambda: rooms.close_room(room_id=room.pk, by=request.member, now=request.now),
            _("The room has been closed."),
            "venues:venue",
            slug=slug,
            venue_id=found.pk,
        )
    return render(request, "venues/close_room.html", {"slug": slug, "venue": found, "room": room})


def _venue(request: MemberRequest, venue_id: UUID) -> Venue:
    return get_object_or_404(policies.venues_visible_to(request.member), pk=venue_id)


def _answer(request: MemberRequest, template: str, form: Form, **rest: object) -> HttpResponse:
    """A form's page; 422 when something in it was refused."""
    return render(
        request,
        template,
        {"slug": request.member.organisation.slug, "form": form, **rest},
        status=422 if form.errors else 200,
    )
