"""Pages about calendars: the month, and the private address that one's own calendar follows."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people.access import LinkRequest, MemberRequest, by_link, members
from people.wrong_links import wrong_links_counted
from sessions import policies
from sessions.actions import calendars as actions
from sessions.forms.calendars import MakeFeedForm
from sessions.queries import feeds
from sessions.queries.month import month_page
from sessions.queries.narrowing import narrowing


@members(policies.ACCESS)
@require_safe
def month(request: MemberRequest, slug: str) -> HttpResponse:
    """The schedule, a month at a time: `?month=2026-05`; a coordinator may look at a part of it."""
    part = narrowing(request.member, request.GET)
    rows = part.apply(policies.schedule_visible_to(request.member))
    shown = month_page(rows, request.member, month=request.GET.get("month", ""), now=request.now)
    return render(request, "sessions/month.html", {"slug": slug, "month": shown, "part": part})


@members(policies.ACCESS)
@require_safe
def feed(request: MemberRequest, slug: str) -> HttpResponse:
    """The address of one's own calendar, and how to let a calendar follow it."""
    return _feed_page(request, slug)


@members(policies.ACCESS)
@require_POST
def make_feed(request: MemberRequest, slug: str) -> HttpResponse:
    """Make the address, or another one in its place."""
    form = MakeFeedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Something went wrong on the way. Please press the button once more."))
        return _feed_page(request, slug, status=422)
    actions.make_feed(replaces=form.cleaned_data["replaces"], by=request.member, now=request.now)
    messages.success(request, _("Here is your address. An earlier one no longer works."))
    return redirect("sessions:feed", slug=slug)


@members(policies.ACCESS)
@require_POST
def revoke_feed(request: MemberRequest, slug: str) -> HttpResponse:
    """End it: calendars that follow it get nothing more."""
    actions.revoke_feed(by=request.member, now=request.now)
    messages.success(request, _("The address no longer works."))
    return redirect("sessions:feed", slug=slug)


def _feed_page(request: MemberRequest, slug: str, *, status: int = 200) -> HttpResponse:
    context = {"slug": slug, "feed": feeds.feed_of(request.member.id, request.now)}
    return render(request, "sessions/feed.html", context, status=status)


@wrong_links_counted
@by_link("calendar")
@require_safe
def feed_file(request: LinkRequest, token: str) -> HttpResponse:
    """What a calendar fetches by itself, again and again.

    Other private links first show a page that gives nothing away, with a button for the person to press. Here nobody
    is there to press it: a program asks. So the file itself is made to give nothing away (reminders.calendar), whoever
    reads it. It ends with the membership, or when the peer's record is put away, in the same minute.
    """
    text = feeds.feed_file(request.link, request.now)
    if text is None:
        del (
            request.link
        )  # or the page would show whose it was, and could be told from that of a link that never was
        raise Http404
    response = HttpResponse(text, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="calendar.ics"'
    response["Referrer-Policy"] = "no-referrer"
    return response
