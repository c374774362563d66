"""Pages of the organisation's list of what a boundary sheet asks: read by all, written by coordinators."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.once import OnceForm
from lib.refusal import Refused
from people.access import Member, MemberRequest, members
from people.views.answers import posted
from sessions import policies
from sessions.actions import item_lists as actions
from sessions.forms.item_lists import AddItemForm, EditItemForm, SettleItemsForm
from sessions.item_changes import entry_of
from sessions.models import ItemList
from sessions.queries import item_lists as queries
from sessions.states import DRAFT


def _find(
    request: MemberRequest, item_list_id: UUID, allowed: Callable[[Member, ItemList], bool]
) -> ItemList:
    row = get_object_or_404(policies.item_lists_visible_to(request.member), pk=item_list_id)
    if not allowed(request.member, row):
        raise PermissionDenied
    return row


def _elsewhere(request: MemberRequest, row: ItemList) -> HttpResponse | None:
    """Where somebody is led who looks at a draft that is none any more. What they send is refused, its words kept."""
    if row.state == DRAFT or request.method == "POST":
        return None
    messages.info(request, _("This draft was published or dropped. Here is what is asked now."))
    return redirect("sessions:item_list", request.member.organisation.slug)


@members(policies.ACCESS)
@require_safe
def item_list(request: MemberRequest, slug: str) -> HttpResponse:
    """What is asked now, or was asked by an earlier version."""
    page = queries.items_page(policies.item_lists_visible_to(request.member), request.GET.get("version"))
    if page is None:
        raise Http404
    context = {"slug": slug, "page": page, "begin": OnceForm() if request.member.is_coordinator() else None}
    return render(request, "sessions/item_list.html", context)


@members(policies.ACCESS)
@require_POST
def begin_items(request: MemberRequest, slug: str) -> HttpResponse:
    """Begin a draft of the next version, or go on with the one there is."""
    form = OnceForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Please press the button once more."))
        return redirect("sessions:item_list", slug)
    row = actions.begin_items(once=form.cleaned_data["once"], by=request.member, now=request.now)
    return redirect("sessions:item_draft", slug, row.pk)


@members(policies.ACCESS)
@require_safe
def item_draft(request: MemberRequest, slug: str, item_list_id: UUID) -> HttpResponse:
    """The draft: every item, and what is different from what is asked now."""
    row = _find(request, item_list_id, policies.can_edit_item_itemlist)
    if (away := _elsewhere(request, row)) is not None:
        return away
    return render(request, "sessions/item_draft.html", {"slug": slug, "page": queries.draft_page(row)})


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def edit_item(request: MemberRequest, slug: str, item_list_id: UUID, item_key: str) -> HttpResponse:
    """Change one item: its words, whether it is asked, a firm line with its reason."""
    row = _find(request, item_list_id, policies.can_edit_item_itemlist)
    item = queries.items_of(row).by_key.get(item_key)
    if item is None:
        raise Http404
    if (away := _elsewhere(request, row)) is not None:
        return away
    form = EditItemForm(posted(request), entry=entry_of(item_key, row.entries), revision=row.revision)
    saved = None
    if request.method == "POST" and form.is_valid():
        revision, entry = form.cleaned_data["revision"], form.changed()
        ids: dict[str, Any] = {"item_list_id": row.pk, "revision": revision}
        if _done(request, form, actions.edit_item, entry=entry, **ids):
            messages.success(request, _("Saved in the draft."))
            return redirect("sessions:item_draft", slug, row.pk)
        if revision != row.revision:
            form.renew(row.revision)
            saved = queries.item_row(item)
    context = {"slug": slug, "row": row, "item": item, "form": form, "saved": saved}
    return render(request, "sessions/edit_item.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def add_item(request: MemberRequest, slug: str, item_list_id: UUID) -> HttpResponse:
    """Add an item of the organisation's own."""
    row = _find(request, item_list_id, policies.can_add_item_itemlist)
    if (away := _elsewhere(request, row)) is not None:
        return away
    form = AddItemForm(posted(request))
    if request.method == "POST" and form.is_valid():
        once, entry = form.cleaned_data["once"], form.entry()
        if _done(request, form, actions.add_item, once=once, item_list_id=row.pk, entry=entry):
            messages.success(request, _("Added to the draft."))
            return redirect("sessions:item_draft", slug, row.pk)
    context = {"slug": slug, "row": row, "form": form}
    return render(request, "sessions/add_item.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def drop_items(request: MemberRequest, slug: str, item_list_id: UUID) -> HttpResponse:
    """Drop the draft; what is asked stays as it is."""
    row = _find(request, item_list_id, policies.can_drop_items_itemlist)
    done = _("The draft is dropped. What is asked stays as it was.")
    return _settle(request, row, actions.drop_items, done, "sessions/drop_items.html")


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def publish_items(request: MemberRequest, slug: str, item_list_id: UUID) -> HttpResponse:
    """Put the draft in force; the page says before what changes and what follows."""
    row = _find(request, item_list_id, policies.can_publish_items_itemlist)
    done = _("Published. Every sheet asks this from now on.")
    return _settle(request, row, actions.publish_items, done, "sessions/publish_items.html")


def _settle(
    request: MemberRequest, row: ItemList, act: Callable[..., ItemList], done: str, template: str
) -> HttpResponse:
    """Read what would follow, and press one button; a stale page is shown anew and asks again."""
    if (away := _elsewhere(request, row)) is not None:
        return away
    form = SettleItemsForm(posted(request), initial={"revision": row.revision})
    slug = request.member.organisation.slug
    if request.method == "POST" and form.is_valid():
        if _done(request, form, act, item_list_id=row.pk, revision=form.cleaned_data["revision"]):
            messages.success(request, done)
            return redirect("sessions:item_list", slug)
        form.renew(row.revision)
    page = queries.what_follows(queries.draft_page(row))
    context = {"slug": slug, "page": page, "form": form}
    return render(request, template, context, status=422 if form.errors else 200)


def _done(request: MemberRequest, form: Any, act: Callable[..., ItemList], **values: Any) -> bool:
    """Call one action; what it refuses stands beside the field."""
    try:
        act(**values, by=request.member, now=request.now)
    except Refused as no:
        no.tell(form)
        return False
    return True
