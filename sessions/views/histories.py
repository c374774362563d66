"""Pages of the story of an agreement, and of which agreements are in force."""

from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from audit.actions import Actor
from people.access import MemberRequest, members
from sessions import policies
from sessions.actions.histories import look_history
from sessions.forms.histories import OnDayForm
from sessions.models import Pairing, SessionLog
from sessions.queries import histories as queries
from sessions.queries.agreement_list import agreement_list as read_list
from sessions.views.agreements import find


@members(policies.ACCESS)
@require_safe
def history(request: MemberRequest, slug: str, pairing_id: UUID) -> HttpResponse:
    """Each version of an agreement and what changed with it; `?on=` asks what held on a day."""
    row = find(request, pairing_id)

    def url_of(agreement_id: UUID) -> str:
        return reverse("sessions:agreement", args=[slug, row.pk, agreement_id])

    context = {
        "pairing": row,
        **told(request, row, policies.logs_visible_to(request.member), url_of, request.member, request.now),
    }
    return render(request, "sessions/history.html", context, status=status(context))


def told(
    request: HttpRequest,
    pairing: Pairing,
    logs: QuerySet[SessionLog],
    url_of: queries.UrlOf,
    by: Actor,
    now: datetime,
) -> dict[str, object]:
    """The story, the form for a day, and how it stood on that day; that somebody read it is noted."""
    story = queries.story(pairing, logs=logs, url_of=url_of)
    look_history(pairing=pairing, versions=story.opened, by=by, now=now)
    form = OnDayForm(
        request.GET if "on" in request.GET else None,
        first=timezone.localdate(pairing.introduced_at),
        today=timezone.localdate(now),
    )
    on = form.day()
    return {"story": story, "form": form, "on": queries.on_day(story, pairing, on) if on else None}


def status(context: dict[str, object]) -> int:
    """422 for a day that will not do, beside whose field the page says why."""
    form = context["form"]
    return 422 if isinstance(form, OnDayForm) and form.errors else 200


@members(policies.ACCESS)
@require_safe
def agreement_list(request: MemberRequest, slug: str) -> HttpResponse:
    """Which agreements are in force and when each is due, the longest overdue first; `?none=yes`: who has none."""
    none = request.GET.get("none") == "yes"
    page = read_list(request.member, none=none, after=request.GET.get("after"), now=request.now)
    return render(request, "sessions/agreement_list.html", {"page": page, "none": none})
