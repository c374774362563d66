"""Pages about meetings that come again: planned, looked at, changed, ended."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from lib.refusal import Refused
from people.access import MemberRequest, members
from people.views.answers import posted
from sessions import policies
from sessions.actions import changing_series
from sessions.actions import series as actions
from sessions.actions.changing_series import Changed
from sessions.actions.series import Made
from sessions.forms.series import ChangeSeriesForm, EndSeriesForm, PlanSeriesForm, typed_day
from sessions.models import MeetingSeries, PeerSession
from sessions.queries import series as queries
from sessions.views.meetings import find_group, rooms_of

DAYS_NAMED = 8  # of meetings without a room; the page shows them all


@members(policies.ACCESS)
@require_safe
def series(request: MemberRequest, slug: str, series_id: UUID) -> HttpResponse:
    """One series: what was planned, and its meetings; with `?past=yes` those that were."""
    row = _find(request, series_id)
    past = request.GET.get("past") == "yes"
    page = queries.series_page(
        row,
        policies.meetings_visible_to(request.member),
        request.member,
        past=past,
        after=request.GET.get("after"),
        now=request.now,
    )
    return render(request, "sessions/series.html", {"slug": slug, "series": row, "page": page, "past": past})


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def plan_series(request: MemberRequest, slug: str, group_id: UUID) -> HttpResponse:
    """Plan meetings that come again."""
    group = find_group(request, group_id)
    if not policies.can_plan_series_group(request.member, group):
        raise PermissionDenied
    begins = {"places": group.most_members, "zone": request.member.organisation.zone, "again": "weekly"}
    form = PlanSeriesForm(posted(request), initial=begins, rooms=rooms_of(request))
    if request.method == "POST" and form.is_valid():
        wish: dict[str, Any] = {"once": form.cleaned_data["once"], "plan": form.plan()}
        try:
            made = actions.plan_series(**wish, group_id=group.pk, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _planned(made))
            _tell_rooms(request, made.without_room)
            return redirect("sessions:series", slug=slug, series_id=made.series.pk)
    context = {"slug": slug, "form": form, "group": group}
    return render(request, "sessions/plan_series.html", context, status=422 if form.errors else 200)


def _planned(made: Made) -> str:
    count = len(made.meetings)
    words = ngettext("Planned: %(count)s meeting so far.", "Planned: %(count)s meetings so far.", count)
    return words % {"count": count}


def _tell_rooms(request: MemberRequest, rows: list[PeerSession]) -> None:
    """Name the days on which the room is taken."""
    if not rows:
        return
    days = [date_format(row.starts_at.astimezone(request.member.zone), "j F") for row in rows[:DAYS_NAMED]]
    named = {"count": len(rows), "days": ", ".join(days) + (" …" if len(rows) > DAYS_NAMED else "")}
    words = ngettext(
        "%(count)s meeting has no room yet, because it is taken then: %(days)s.",
        "%(count)s meetings have no room yet, because it is taken then: %(days)s.",
        len(rows),
    )
    messages.warning(request, words % named)


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def change_series(request: MemberRequest, slug: str, series_id: UUID) -> HttpResponse:
    """Change the meetings of a series from a day on: `?from=2026-05-12`, or else from the next one."""
    row = _find(request, series_id)
    if not policies.can_change_series_meetingseries(request.member, row):
        raise PermissionDenied
    form = ChangeSeriesForm(posted(request), initial=_begins(request, row), rooms=rooms_of(request))
    if request.method == "POST" and form.is_valid():
        given: dict[str, Any] = {"once": form.cleaned_data["once"], "revision": form.cleaned_data["revision"]}
        try:
            changed = changing_series.change_series(
                **given, series_id=row.pk, plan=form.plan(), by=request.member, now=request.now
            )
        except Refused as no:
            form.renew(_find(request, series_id).revision)
            no.tell(form)
        else:
            _tell_changed(request, changed)
            return redirect("sessions:series", slug=slug, series_id=changed.series.pk)
    context = {"slug": slug, "form": form, "series": row}
    return render(request, "sessions/change_series.html", context, status=422 if form.errors else 200)


def _begins(request: MemberRequest, row: MeetingSeries) -> dict[str, Any]:
    if request.method == "POST":
        return {}
    from_on = typed_day(request.GET.get("from", "")) or queries.next_day(row, now=request.now)
    return ChangeSeriesForm.begins(row, from_on)


def _tell_changed(request: MemberRequest, changed: Changed) -> None:
    """Say what became of the meetings."""
    counts = (
        (
            len(changed.carried),
            ngettext(
                "%(count)s meeting follows the new plan.",
                "%(count)s meetings follow the new plan.",
                len(changed.carried),
            ),
        ),
        (
            len(changed.made),
            ngettext("%(count)s was added.", "%(count)s were added.", len(changed.made)),
        ),
        (
            len(changed.called_off),
            ngettext("%(count)s was called off.", "%(count)s were called off.", len(changed.called_off)),
        ),
        (
            changed.kept_alone,
            ngettext(
                "%(count)s that was changed alone stays as it is.",
                "%(count)s that were changed alone stay as they are.",
                changed.kept_alone,
            ),
        ),
    )
    parts = [_("Saved."), *(words % {"count": count} for count, words in counts if count)]
    messages.success(request, " ".join(parts))
    _tell_rooms(request, changed.without_room)


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def end_series(request: MemberRequest, slug: str, series_id: UUID) -> HttpResponse:
    """End a series, after a page that says how many meetings are called off."""
    row = _find(request, series_id)
    if not policies.can_end_series_meetingseries(request.member, row):
        raise PermissionDenied
    form = EndSeriesForm(posted(request), initial={"revision": row.revision})
    if request.method == "POST" and form.is_valid():
        given = {"revision": form.cleaned_data["revision"], "why": form.cleaned_data["why"]}
        try:
            actions.end_series(**given, series_id=row.pk, by=request.member, now=request.now)
        except Refused as no:
            form.renew(_find(request, series_id).revision)
            no.tell(form)
        else:
            messages.success(request, _("The series has ended, and what was to come is called off."))
            return redirect("sessions:series", slug=slug, series_id=row.pk)
    ending = queries.ending(row, now=request.now)
    context = {"slug": slug, "form": form, "series": row, "ending": ending}
    return render(request, "sessions/end_series.html", context, status=422 if form.errors else 200)


def _find(request: MemberRequest, series_id: UUID) -> MeetingSeries:
    """A series this member may see, with its group and rooms; any other is 404."""
    related = policies.series_visible_to(request.member).select_related(
        "group", "room__venue", "side_room__venue"
    )
    return get_object_or_404(related, pk=series_id)
