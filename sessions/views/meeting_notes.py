"""Pages about the note of a meeting: writing it, keeping what is half written, reading it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.lines import without_refused
from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from people.access import MemberRequest, members
from sessions import policies
from sessions.actions import meeting_notes
from sessions.forms.meeting_notes import KEPT, LONGEST, MeetingNoteForm
from sessions.models import PeerSession
from sessions.queries import meeting_notes as queries
from sessions.views.places import context_of


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def meeting_note(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Write down how a meeting was; what was typed earlier and not sent stands there already."""
    meeting = _find(request, peer_session_id)
    has_note = policies.meeting_notes_visible_to(request.member)
    if request.method != "POST" and queries.noted(has_note, meeting):
        return redirect("sessions:read_meeting_note", slug=slug, peer_session_id=meeting.pk)
    form = MeetingNoteForm(
        request.POST or None,
        names=lambda: queries.names_to_leave_out(meeting),
        initial=_kept(request, meeting),
    )
    if request.method == "POST" and form.is_valid():
        try:
            meeting_notes.meeting_note(
                **form.written(), peer_session_id=meeting.pk, by=request.member, now=request.now
            )
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("Your note is saved, and the meeting is closed."))
            return _after(request, meeting)
    felt = queries.felt_lately(has_note, meeting, request.member)
    context = {**context_of(request, meeting), "form": form, "felt": felt}
    return render(request, "sessions/meeting_note.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_POST
def meeting_note_draft(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Keep what has been typed so far: by htmx every few seconds, or by a button; or throw it away."""
    meeting = _find(request, peer_session_id)
    if "throw_away" in request.POST:
        meeting_notes.drop_note_draft(peer_session_id=meeting.pk, by=request.member)
        messages.success(request, _("Thrown away."))
        return _after(request, meeting)
    typed = {name: without_refused(request.POST.get(name, "")) for name in KEPT}
    texts = {name: text[:LONGEST] for name, text in typed.items()}
    draft = meeting_notes.keep_note_draft(
        peer_session_id=meeting.pk, texts=texts, by=request.member, now=request.now
    )
    cut_at = LONGEST if draft and texts != typed else 0
    if request.htmx:
        return render(request, "sessions/_kept.html", {"draft": draft, "cut_at": cut_at})
    if draft is None:
        messages.error(request, _("This meeting has a note already, or was called off."))
    elif cut_at:
        words = _("Your text is too long. Only its first %(most)s characters were kept.")
        messages.warning(request, words % {"most": cut_at})
    else:
        messages.success(request, _("Kept. You can go on writing whenever you like."))
    return _after(request, meeting)


@members(policies.ACCESS, fresh=True)
@require_safe
def read_meeting_note(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Read a note. That it was read is noted in the same transaction."""
    notes = policies.meeting_notes_visible_to(request.member)
    related = notes.select_related("peer_session__group__data_key")
    note = get_object_or_404(related, peer_session_id=peer_session_id)
    meeting = note.peer_session
    try:
        text: str | None = meeting_notes.look_at_note(note=note, by=request.member, now=request.now)
    except Unreadable:
        text = None
    context = {
        **context_of(request, meeting),
        "note": note,
        "text": text,
        "felt": queries.felt_lately(notes, meeting, request.member),
        "unsent": _kept(request, meeting).get("text", ""),
    }
    return render(request, "sessions/read_meeting_note.html", context)


def _find(request: MemberRequest, peer_session_id: UUID) -> PeerSession:
    visible = policies.meetings_visible_to(request.member)
    meeting = get_object_or_404(visible.select_related("group__data_key"), pk=peer_session_id)
    if not policies.can_meeting_note_peersession(request.member, meeting):
        raise PermissionDenied
    return meeting


def _kept(request: MemberRequest, meeting: PeerSession) -> dict[str, Any]:
    if request.method == "POST":
        return {}
    return dict(queries.draft_words(policies.meeting_drafts_visible_to(request.member), meeting))


def _after(request: MemberRequest, meeting: PeerSession) -> HttpResponse:
    """Back to the meeting; somebody who only stood in sees it no more once it is closed."""
    slug = request.member.organisation.slug
    if not getattr(meeting, "leads", False):
        return redirect("sessions:week", slug=slug)
    return redirect("sessions:meeting", slug=slug, peer_session_id=meeting.pk)
