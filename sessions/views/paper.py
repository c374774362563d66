"""Pages of what was signed on paper: a picture is added, and read."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lib.refusal import Refused
from people.access import MemberRequest, members
from sessions import policies
from sessions.actions import paper as actions
from sessions.forms.agreeing import PaperForm
from sessions.models import PaperCopy


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def add_paper_copy(
    request: MemberRequest, slug: str, pairing_id: UUID, agreement_id: UUID, answer_id: UUID
) -> HttpResponse:
    """Add a photo or a scan of what was signed; nobody has to."""
    rows = policies.answers_visible_to(request.member).select_related("agreement__pairing__peer")
    row = get_object_or_404(
        rows.defer("agreement__body"), pk=answer_id, agreement=agreement_id, agreement__pairing=pairing_id
    )
    if not policies.can_add_paper_copy_agreementanswer(request.member, row):
        raise PermissionDenied
    sent = request.method == "POST"
    form = PaperForm(request.POST, request.FILES) if sent else PaperForm()
    if sent and form.is_valid():
        try:
            actions.add_paper_copy(answer_id=row.pk, **form.cleaned_data, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("Added."))
            return redirect("sessions:agreement", slug, pairing_id, agreement_id)
    context = {"pairing": row.agreement.pairing, "answer": row, "form": form}
    return render(request, "sessions/add_paper_copy.html", context, status=422 if form.errors else 200)


def _find(request: MemberRequest, pairing_id: UUID, agreement_id: UUID, paper_copy_id: UUID) -> PaperCopy:
    rows = policies.paper_copies_visible_to(request.member).select_related(
        "answer__agreement__pairing__peer__data_key"
    )
    return get_object_or_404(
        rows.defer("answer__agreement__body"),
        pk=paper_copy_id,
        answer__agreement=agreement_id,
        answer__agreement__pairing=pairing_id,
    )


@members(policies.ACCESS)
@require_safe
def paper_copy(
    request: MemberRequest, slug: str, pairing_id: UUID, agreement_id: UUID, paper_copy_id: UUID
) -> HttpResponse:
    """The page around a picture, with the way out on it."""
    row = _find(request, pairing_id, agreement_id, paper_copy_id)
    context = {"pairing": row.answer.agreement.pairing, "copy": row, "agreement_id": agreement_id}
    return render(request, "sessions/paper_copy.html", context)


@members(policies.ACCESS)
@require_safe
def paper_picture(
    request: MemberRequest, slug: str, pairing_id: UUID, agreement_id: UUID, paper_copy_id: UUID
) -> HttpResponse:
    """The picture itself. That it was opened is noted."""
    row = _find(request, pairing_id, agreement_id, paper_copy_id)
    content = actions.look(copy=row, by=request.member, now=request.now)
    answer = HttpResponse(content, content_type="image/jpeg")
    answer["Content-Disposition"] = 'inline; filename="picture.jpg"'
    return answer
