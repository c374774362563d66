"""Pages about answers that a supporter's supervisor hears of: the list, one of them, and having talked about it."""

from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from people.access import MemberRequest, members
from people.views.answers import settle
from sessions import policies
from sessions.actions import floor_notes as actions
from sessions.actions.agreements import look
from sessions.models import FloorNote
from sessions.queries import floor_notes as queries


def _find(request: MemberRequest, floor_note_id: UUID) -> FloorNote:
    rows = policies.floor_notes_visible_to(request.member)
    return get_object_or_404(rows.select_related("supporter__user", "supporter__data_key"), pk=floor_note_id)


@members(policies.ACCESS)
@require_safe
def floor_note_list(request: MemberRequest, slug: str) -> HttpResponse:
    """That there are such answers, and whose; `?settled=yes` shows those that were talked about."""
    settled = request.GET.get("settled") == "yes"
    page = queries.floor_note_list(request.member, settled=settled, after=request.GET.get("after"))
    return render(request, "sessions/floor_note_list.html", {"slug": slug, "page": page, "settled": settled})


@members(policies.ACCESS)
@require_safe
def floor_note(request: MemberRequest, slug: str, floor_note_id: UUID) -> HttpResponse:
    """One such answer, in words."""
    row = _find(request, floor_note_id)
    look(rows=[row], by=request.member, now=request.now)
    page = queries.floor_note_page(request.member, row)
    may_settle = policies.can_settle_floor_note_floornote(request.member, row) and row.settled_at is None
    context = {"slug": slug, "page": page, "own": request.member.is_supporter(), "may_settle": may_settle}
    return render(request, "sessions/floor_note.html", context)


@members(policies.ACCESS)
@require_POST
def settle_floor_note(request: MemberRequest, slug: str, floor_note_id: UUID) -> HttpResponse:
    """It was talked about. A button on its page, and nothing to fill in."""
    row = _find(request, floor_note_id)
    if not policies.can_settle_floor_note_floornote(request.member, row):
        raise PermissionDenied
    return settle(
        request,
        lambda: actions.settle_floor_note(floor_note_id=row.pk, by=request.member, now=request.now),
        _("Noted as talked through."),
        "sessions:floor_note_list",
        slug=slug,
    )
