"""Pages about peers."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from lib.refusal import Refused
from people import policies
from people.access import MemberRequest, members
from people.actions import peers as actions
from people.forms.peers import AddPeerForm, EditPeerForm, SearchForm
from people.forms.team import ConfirmForm
from people.models import Peer
from people.queries.peers import peer_page, peer_page_rows
from people.views.answers import posted, settle


def _find(request: MemberRequest, peer_id: UUID) -> Peer:
    return get_object_or_404(policies.peers_visible_to(request.member).select_related("data_key"), pk=peer_id)


@members(policies.ACCESS)
@require_safe
def peer_list(request: MemberRequest, slug: str) -> HttpResponse:
    """Peers by name, 25 at a time; searched while typing, or with a button where there is no script."""
    form = SearchForm(request.GET)
    state, words = form.chosen(), form.words()
    page = peer_page_rows(request.member, words=words, state=state, after=request.GET.get("after"))
    template = "people/_peer_rows.html" if request.htmx else "people/peer_list.html"
    return render(request, template, {"slug": slug, "page": page, "q": words, "state": state})


@members(policies.ACCESS)
@require_safe
def peer(request: MemberRequest, slug: str, peer_id: UUID) -> HttpResponse:
    """One peer: who supports them, which groups they come to."""
    found = _find(request, peer_id)
    return render(
        request, "people/peer.html", {"slug": slug, "peer": found, "page": peer_page(request.member, found)}
    )


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def peer_add(request: MemberRequest, slug: str) -> HttpResponse:
    """Note a new peer."""
    form = AddPeerForm(posted(request), initial={"zone": request.member.organisation.zone})
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.add_peer(**form.values(), by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("Saved. You can introduce them to a supporter now."))
            return redirect("people:peer", slug=slug, peer_id=made.pk)
    return render(
        request, "people/peer_add.html", {"slug": slug, "form": form}, status=422 if form.errors else 200
    )


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def edit_peer(request: MemberRequest, slug: str, peer_id: UUID) -> HttpResponse:
    """Change what is noted of a peer."""
    found, newest = _find(request, peer_id), None
    has_address = peer_page(request.member, found).has_address
    form = EditPeerForm(posted(request), initial=_facts(found), has_address=has_address)
    if request.method == "POST" and form.is_valid():
        try:
            actions.edit_peer(
                peer_id=found.pk,
                revision=form.cleaned_data["revision"],
                changes=form.changes(),
                email=form.address(),
                by=request.member,
                now=request.now,
            )
        except Refused as no:
            newest = _find(request, peer_id)
            form.renew(newest.revision)
            no.tell(form)
        else:
            messages.success(request, _("Saved."))
            return redirect("people:peer", slug=slug, peer_id=peer_id)
    context = {"slug": slug, "form": form, "peer": found, "newest": newest}
    return render(request, "people/edit_peer.html", context, status=422 if form.errors else 200)


def _facts(found: Peer) -> dict[str, object]:
    return {name: getattr(found, name) for name in ("name", "pronouns", "zone", "language", "revision")}


@members(policies.ACCESS)
@require_http_methods(["GET", "HEAD", "POST"])
def archive_peer(request: MemberRequest, slug: str, peer_id: UUID) -> HttpResponse:
    """Put a peer's record away, after a page that says what happens."""
    found = _find(request, peer_id)
    form = ConfirmForm(posted(request))
    if request.method == "POST" and form.is_valid():
        try:
            actions.archive_peer(peer_id=found.pk, by=request.member, now=request.now)
        except Refused as no:
            no.tell(form)
        else:
            messages.success(request, _("Put away. You find them under “Put away” in the list."))
            return redirect("people:peer", slug=slug, peer_id=peer_id)
    context = {"slug": slug, "form": form, "peer": found}
    return render(request, "people/archive_peer.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_POST
def restore_peer(request: MemberRequest, slug: str, peer_id: UUID) -> HttpResponse:
    """Take a peer's record out again."""
    found = _find(request, peer_id)
    return settle(
        request,
        lambda: actions.restore_peer(peer_id=found.pk, by=request.member, now=request.now),
        _("Taken out again."),
        "people:peer",
        slug=slug,
        peer_id=peer_id,
    )
