"""The supporter's pages of both boundary sheets. What is shown and done stands in `sheet_pages`."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from people.access import MemberRequest, members
from sessions import policies
from sessions.models import Pairing, Side
from sessions.views import sheet_pages as pages
from sessions.views.agreements import find
from sessions.views.sheet_pages import Reader


def _reader(request: MemberRequest, pairing_id: UUID, side: str) -> Reader:
    if side not in Side.values:
        raise Http404
    row = find(request, pairing_id)
    slug = request.member.organisation.slug
    return Reader(
        by=request.member,
        now=request.now,
        pairing=row,
        side=Side(side),
        frame="sessions/sheet_frame.html",
        crumbs=_crumbs(slug, row),
        sheet_url=reverse("sessions:sheet", args=[slug, row.pk, side]),
        share_url=reverse("sessions:share_sheet", args=[slug, row.pk, side]),
        after_url=reverse("sessions:first_meeting", args=[slug, row.pk]),
    )


def _crumbs(slug: str, row: Pairing) -> list[dict[str, str]]:
    thread = _("Looking again") if row.begun_at else _("First meeting")
    return [
        {"label": _("Pairings"), "url": reverse("sessions:pairing_list", args=[slug])},
        {"label": row.peer.name, "url": reverse("sessions:pairing", args=[slug, row.pk])},
        {"label": thread, "url": reverse("sessions:first_meeting", args=[slug, row.pk])},
        {"label": _("Boundaries"), "url": ""},
    ]


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def sheet(request: MemberRequest, slug: str, pairing_id: UUID, side: str) -> HttpResponse:
    """One side's boundary sheet; with htmx each answer is saved as it is given."""
    reader = _reader(request, pairing_id, side)
    if request.method == "POST":
        return pages.save_sheet(request, reader)
    return pages.show_sheet(request, reader)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def share_sheet(request: MemberRequest, slug: str, pairing_id: UUID, side: str) -> HttpResponse:
    """Finish a sheet, after a page that says what follows from it."""
    return pages.share_sheet(request, _reader(request, pairing_id, side))
