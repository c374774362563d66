"""Links to a group's meetings: handed to a member, ended; and what the peer sees and answers on their own phone."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from lib.refusal import Refused
from people.access import LinkRequest, MemberRequest, by_link, members
from people.models import GroupMember
from people.wrong_links import wrong_links_counted
from sessions import policies
from sessions.actions import group_links, places
from sessions.forms.places import GroupLinkForm, LinkAnswerForm
from sessions.models import MeetingPlace
from sessions.queries import group_links as queries
from sessions.queries.own_page import address_of_page, picture
from sessions.states import OFFERED, TAKEN
from sessions.views.covers import as_peer, has_continued, remember
from sessions.views.places import Verb


def _find(request: MemberRequest, group_member_id: UUID) -> GroupMember:
    visible = policies.linkable_members_visible_to(request.member)
    return get_object_or_404(visible.select_related("peer__data_key", "group"), pk=group_member_id)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def make_group_link(request: MemberRequest, slug: str, group_member_id: UUID) -> HttpResponse:
    """Hand a member their link. It is shown in the answer to this form, to be passed on."""
    row = _find(request, group_member_id)
    if not policies.can_make_group_link_groupmember(request.member, row):
        raise PermissionDenied
    standing = queries.standing(row, now=request.now)
    data = request.POST if request.method == "POST" else None
    form = GroupLinkForm(data, reachable=standing.reachable)
    context = {"slug": slug, "group_member": row, "standing": standing, "form": form}
    if request.method == "POST" and form.is_valid():
        try:
            link = group_links.make_group_link(
                group_member_id=row.pk, **form.cleaned_data, by=request.member, now=request.now
            )
        except Refused as no:
            no.tell(form)
        else:
            address = address_of_page(link)
            shown = {"address": address, "picture": picture(address)}
            return render(request, "sessions/group_link_made.html", context | shown)
    return render(request, "sessions/make_group_link.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def revoke_group_link(request: MemberRequest, slug: str, group_member_id: UUID) -> HttpResponse:
    """End a member's link, after a page that says what follows."""
    row = _find(request, group_member_id)
    if not policies.can_revoke_group_link_groupmember(request.member, row):
        raise PermissionDenied
    if request.method == "POST":
        number = group_links.revoke_group_link(group_member_id=row.pk, by=request.member, now=request.now)
        words = _("Ended. It opens nothing any more.") if number else _("There is no link that works.")
        messages.success(request, words)
        return redirect("sessions:make_group_link", slug=slug, group_member_id=row.pk)
    standing = queries.standing(row, now=request.now)
    context = {"slug": slug, "group_member": row, "standing": standing}
    return render(request, "sessions/revoke_group_link.html", context)


# On the peer's own phone --------------------------------------------------------------------------------------------


@wrong_links_counted
@by_link("group")
@require_http_methods(["GET", "HEAD", "POST"])
def coming(request: LinkRequest, token: str) -> HttpResponse:
    """First only a question; once somebody has pressed Continue, the meetings to come and their own places."""
    member = _holder(request)
    with as_peer(member.peer):
        if request.method == "POST":
            group_links.open_group_link(by=request.link, now=request.now)
            return remember(request, redirect(request.path), request.path)
        if not has_continued(request):
            return render(request, "sessions/link_closed.html")
        return remember(request, _page(request, token, member), request.path)


@wrong_links_counted
@by_link("group")
@require_POST
def take_place(request: LinkRequest, token: str) -> HttpResponse:
    """The peer comes."""
    return _answer(request, token, places.take_place, _taken)


@wrong_links_counted
@by_link("group")
@require_POST
def await_place(request: LinkRequest, token: str) -> HttpResponse:
    """The peer stands in line."""
    return _answer(request, token, places.await_place, _taken)


@wrong_links_counted
@by_link("group")
@require_POST
def give_back(request: LinkRequest, token: str) -> HttpResponse:
    """The peer does not come this time."""
    return _answer(request, token, places.give_back, _given_back)


def _answer(
    request: LinkRequest, token: str, act: Verb, words: Callable[[MeetingPlace], str]
) -> HttpResponse:
    """The answer stands on the page that follows; nothing of it is kept in the browser."""
    member = _holder(request)
    if not has_continued(request):
        return redirect("meetings:coming", token=token)
    with as_peer(member.peer):
        form = LinkAnswerForm(request.POST)
        if not form.is_valid():
            return redirect("meetings:coming", token=token)
        meeting = get_object_or_404(policies.meetings_of_link(request.link), pk=form.cleaned_data["meeting"])
        try:
            place = act(peer_session_id=meeting.pk, member=member, by=request.link, now=request.now)
        except Refused as no:
            answer = _page(request, token, member, about=meeting.pk, trouble=str(no.message), status=422)
        else:
            answer = _page(request, token, member, about=meeting.pk, said=words(place))
        return remember(request, answer, reverse("meetings:coming", args=[token]))


def _page(
    request: LinkRequest,
    token: str,
    member: GroupMember,
    *,
    about: UUID | None = None,
    said: str = "",
    trouble: str = "",
    status: int = 200,
) -> HttpResponse:
    meetings = policies.meetings_of_link(request.link)
    page = queries.coming_page(meetings, member, now=request.now)
    shown = any(one.id == about for one in page.meetings)
    context = {
        "token": token,
        "page": page,
        "about": about if shown else None,
        "said": said,
        "trouble": trouble,
    }
    return render(request, "sessions/group_link.html", context, status=status)


def _holder(request: LinkRequest) -> GroupMember:
    """Whose link it is. Of somebody who has left it is as unknown as one that never was, to the letter."""
    try:
        return get_object_or_404(policies.members_of_link(request.link).select_related("peer"))
    except Http404:
        del request.link
        raise


def _taken(place: MeetingPlace) -> str:
    if place.state == TAKEN:
        return _("You have a place. See you then.")
    if place.state == OFFERED:
        return _("A place is kept for you. Please say whether you come.")
    return _("All places are taken just now. You are in line, and nothing else is needed.")


def _given_back(place: MeetingPlace) -> str:
    return _("Thank you for saying so. You do not have to explain.")
