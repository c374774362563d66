"""Pages about groups. That of putting one away stands in sessions, because its meetings are called off with it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.refusal import Refused
from people import policies
from people.access import MemberRequest, members
from people.actions import groups as actions
from people.forms.peers import AddGroupForm, EditGroupForm, SearchForm
from people.models import Group
from people.queries.groups import group_page, group_page_rows
from people.views.answers import posted, settle

FACTS = ("name", "for_whom", "why", "childcare", "travel", "most_members", "revision")


def _find(request: MemberRequest, group_id: UUID) -> Group:
    return get_object_or_404(policies.groups_visible_to(request.member), pk=group_id)


@members(policies.ACCESS)
@require_safe
def group_list(request: MemberRequest, slug: str) -> HttpResponse:
    """Groups by name, 25 at a time."""
    form = SearchForm(request.GET)
    state, words = form.chosen(), form.words()
    page = group_page_rows(request.member, words=words, state=state, after=request.GET.get("after"))
    template = "people/_group_rows.html" if request.htmx else "people/group_list.html"
    return render(request, template, {"slug": slug, "page": page, "q": words, "state": state})


@members(policies.ACCESS)
@require_safe
def group(request: MemberRequest, slug: str, group_id: UUID) -> HttpResponse:
    """One group: whom it is for, who comes, who facilitates."""
    found = _find(request, group_id)
    return render(
        request,
        "people/group.html",
        {"slug": slug, "group": found, "page": group_page(request.member, found)},
    )


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def add_group(request: MemberRequest, slug: str) -> HttpResponse:
    """Make a group."""
    form = AddGroupForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_group(**form.cleaned_data, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("Saved. Now choose two people who facilitate it."))
            return redirect("people:group", slug=slug, group_id=made.pk)
    return render(
        request, "people/add_group.html", {"slug": slug, "form": form}, status=422 if form.errors else 200
    )


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_group(request: MemberRequest, slug: str, group_id: UUID) -> HttpResponse:
    """Change what a group says of itself."""
    found, newest = _find(request, group_id), None
    form = EditGroupForm(posted(request), initial={name: getattr(found, name) for name in FACTS})
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_group(
                group_id=found.pk,
                revision=form.cleaned_data["revision"],
                changes=form.changes(),
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            newest = _find(request, group_id)
            form.renew(newest.revision)
            no.tell(form)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:group", slug=slug, group_id=group_id)
    context = {"slug": slug, "form": form, "group": found, "newest": newest}
    return render(request, "people/edit_group.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_POST
def restore_group(request: MemberRequest, slug: str, group_id: UUID) -> HttpResponse:
    """Take a group out again."""
    found = _find(request, group_id)
    return settle(
        request,
        lambda: actions.restore_group(group_id=found.pk, by=request.member, now=request.now),
        _("Taken out again. Nobody is in it yet."),
        "people:group",
        slug=slug,
        group_id=group_id,
    )
