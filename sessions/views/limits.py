"""Pages of a supporter's own limits: where they are with them, the sheet, finishing, reading, showing."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.refusal import Refused
from people.access import MemberRequest, members
from people.views.answers import posted, settle
from sessions import policies
from sessions.actions import limits as actions
from sessions.actions.agreements import look
from sessions.forms.limits import FinishForm
from sessions.forms.sheets import SheetForm
from sessions.models import LimitsSheet
from sessions.queries import limits as queries
from sessions.queries.limits import LimitsText


@members(policies.ACCESS)
@require_safe
def limits(request: MemberRequest, slug: str) -> HttpResponse:
    """Where a supporter is with their own limits: what holds, what is being written, what was before."""
    page = queries.limits_page(request.member, request.now)
    return render(request, "sessions/limits.html", {"slug": slug, "page": page})


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def limits_sheet(request: MemberRequest, slug: str) -> HttpResponse:
    """The sheet of one's own limits; with htmx each answer is saved as it is given."""
    page = queries.limits_text(request.member)
    if request.method == "POST":
        return _save(request, page)
    look(rows=page.opened, by=request.member, now=request.now)
    return _sheet(request, page, _form(page))


def _form(page: LimitsText, data: QueryDict | None = None, only: str = "") -> SheetForm:
    return SheetForm(
        data,
        items=page.items,
        side=page.side,
        answers=page.answers,
        version=page.version,
        revision=page.revision,
        about=False,
        only=only,
    )


def _sheet(request: MemberRequest, page: LimitsText, form: SheetForm) -> HttpResponse:
    context = {"slug": request.member.organisation.slug, "page": page, "form": form}
    return render(request, "sessions/limits_sheet.html", context, status=422 if form.errors else 200)


def _save(request: MemberRequest, page: LimitsText) -> HttpResponse:
    only = request.POST.get("item", "") if request.htmx else ""
    form = _form(page, request.POST, only)
    if form.is_valid():
        try:
            actions.save_limits(
                version=form.cleaned_data["version"],
                revision=form.cleaned_data["revision"],
                said=form.said(),
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            no.tell(form)
            page = queries.limits_text(request.member)
            form.beside(answers=page.answers, version=page.version, revision=page.revision)
    if only:
        return _line_saved(request, form)
    return _sheet(request, page, form) if form.errors else _after_saving(request)


def _line_saved(request: MemberRequest, form: SheetForm) -> HttpResponse:
    """What changes on the page after one answer: how far it is, and what there is to say about this answer."""
    newest = queries.limits_text(request.member)
    context = {"page": newest, "form": form, "rows": form.rows(), "themes": _form(newest).themes()}
    return render(request, "sessions/_sheet_saved.html", context, status=422 if form.errors else 200)


def _after_saving(request: MemberRequest) -> HttpResponse:
    slug = request.member.organisation.slug
    if "finish" in request.POST:
        return redirect("sessions:finish_limits", slug=slug)
    messages.success(request, _("Saved."))
    return redirect("sessions:limits_sheet", slug=slug)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def finish_limits(request: MemberRequest, slug: str) -> HttpResponse:
    """Finish the sheet, after a page that says what follows from it."""
    form = FinishForm(posted(request))
    if request.method == "POST" and _finished(request, form):
        messages.success(request, _("Your limits are written down."))
        return redirect("sessions:limits", slug=slug)
    page = queries.limits_text(request.member)
    look(rows=page.opened, by=request.member, now=request.now)
    context = {
        "slug": slug,
        "page": page,
        "form": form,
        "refusals": form.non_field_errors() if form.is_bound else [],
    }
    return render(request, "sessions/finish_limits.html", context, status=422 if form.is_bound else 200)


def _finished(request: MemberRequest, form: FinishForm) -> bool:
    """Whether it was finished; what was in the way stands in the form."""
    form.is_valid()
    after = form.after()
    if after is None:
        return False
    try:
        actions.finish_limits(**form.state(), after=after, by=request.member, now=request.now)
    except Refused as no:
        form.add_error(None, no.message)
        return False
    return True


def _find(request: MemberRequest, limits_id: UUID) -> LimitsSheet:
    rows = policies.limits_visible_to(request.member).select_related(
        "membership__user", "membership__data_key"
    )
    return get_object_or_404(rows, pk=limits_id, finished_at__isnull=False)


@members(policies.ACCESS)
@require_safe
def limits_version(request: MemberRequest, slug: str, limits_id: UUID) -> HttpResponse:
    """One finished version: a supporter's own, or one that is shown to a supervisor."""
    row = _find(request, limits_id)
    page = queries.limits_read(row)
    look(rows=[row], by=request.member, now=request.now)
    context = {
        "slug": slug,
        "page": page,
        "own": request.member.is_supporter(),
        "may_talk": policies.can_talk_limits_limitssheet(request.member, row) and row.talked_at is None,
    }
    return render(request, "sessions/limits_version.html", context)


@members(policies.ACCESS)
@require_POST
def show_limits(request: MemberRequest, slug: str, limits_id: UUID) -> HttpResponse:
    """Let one's supervisors read a version. A button, and nothing to fill in."""
    row = _find(request, limits_id)
    if not policies.can_show_limits_limitssheet(request.member, row):
        raise PermissionDenied
    return settle(
        request,
        lambda: actions.show_limits(limits_id=row.pk, by=request.member, now=request.now),
        _("Your supervisor can read them now, until you take them back."),
        "sessions:limits",
        slug=slug,
    )


@members(policies.ACCESS)
@require_POST
def hide_limits(request: MemberRequest, slug: str, limits_id: UUID) -> HttpResponse:
    """Let nobody else read a version any more. A button, and nothing to fill in."""
    row = _find(request, limits_id)
    if not policies.can_hide_limits_limitssheet(request.member, row):
        raise PermissionDenied
    return settle(
        request,
        lambda: actions.hide_limits(limits_id=row.pk, by=request.member, now=request.now),
        _("Nobody but you reads them now."),
        "sessions:limits",
        slug=slug,
    )


@members(policies.ACCESS)
@require_safe
def limits_list(request: MemberRequest, slug: str) -> HttpResponse:
    """Which supporters show their limits to a supervisor, to talk them through."""
    page = queries.limits_list(request.member, after=request.GET.get("after"))
    return render(request, "sessions/limits_list.html", {"slug": slug, "page": page})


@members(policies.ACCESS)
@require_POST
def talk_limits(request: MemberRequest, slug: str, limits_id: UUID) -> HttpResponse:
    """They were talked through. A button on the page itself, and nothing to fill in."""
    row = _find(request, limits_id)
    if not policies.can_talk_limits_limitssheet(request.member, row):
        raise PermissionDenied
    return settle(
        request,
        lambda: actions.talk_limits(limits_id=row.pk, by=request.member, now=request.now),
        _("Noted as talked through."),
        "sessions:limits_list",
        slug=slug,
    )
