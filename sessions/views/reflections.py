"""A supporter's own pages: private thoughts about a session, and their pattern over time."""

from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from lib.refusal import Refused
from people.access import MemberRequest, members
from sessions import policies, trust
from sessions.actions import reflections as actions
from sessions.forms.around import ReflectForm
from sessions.models import PeerSession, Reflection
from sessions.policies import around as around_policies
from sessions.queries import around as queries
from sessions.queries import patterns
from sessions.trust import Thoughts
from sessions.views.around import find


@members(policies.ACCESS)
@require_http_methods(["GET", "POST"])
def reflect(request: MemberRequest, slug: str, peer_session_id: UUID) -> HttpResponse:
    """Think about a session, for oneself alone; with htmx it is saved while it is typed."""
    row = find(request, peer_session_id)
    if not around_policies.can_reflect_peersession(request.member, row):
        raise PermissionDenied
    if request.method == "GET":
        mine = queries.my_reflection(request.member, row)
        thoughts = _opened(request, mine)
        initial = {**thoughts, "revision": mine.revision if mine else 0}
        return _page(request, row, mine, ReflectForm(initial=initial), trust.blank())
    form = ReflectForm(request.POST)
    kept = _saved(request, row, form)
    if request.htmx:
        context = {"kept": kept, "form": form}
        return render(request, "sessions/_reflected.html", context, status=422 if form.errors else 200)
    if not form.errors:
        messages.success(request, _("Saved. Only you can read it."))
        return redirect("sessions:peer_session", slug=slug, peer_session_id=row.pk)
    mine = queries.my_reflection(request.member, row)
    if form.is_bound and mine is not None and form.non_field_errors():
        form.renew(mine.revision)
    return _page(request, row, mine, form, _opened(request, mine))


def _saved(request: MemberRequest, row: PeerSession, form: ReflectForm) -> Reflection | None:
    """Keep what was typed; what is wrong stands in the form."""
    if not form.is_valid():
        return None
    try:
        return actions.reflect(
            peer_session_id=row.pk,
            revision=form.cleaned_data["revision"],
            thoughts=form.thoughts(),
            typing=bool(request.htmx),
            by=request.member,
            now=request.now,
        )
    except Refused as no:
        no.tell(form)
        return None


def _opened(request: MemberRequest, mine: Reflection | None) -> Thoughts:
    return actions.look(row=mine, by=request.member, now=request.now) if mine else trust.blank()


def _page(
    request: MemberRequest, row: PeerSession, mine: Reflection | None, form: ReflectForm, saved: Thoughts
) -> HttpResponse:
    context = {
        "slug": request.member.organisation.slug,
        "peer_session": row,
        "page": queries.head(row, request.member),
        "form": form,
        "mine": mine,
        "saved": saved,
        "may_reflect": actions.may_reflect(row, request.now),
    }
    return render(request, "sessions/reflect.html", context, status=422 if form.errors else 200)


@members(policies.ACCESS)
@require_safe
def pattern(request: MemberRequest, slug: str) -> HttpResponse:
    """What came up how often in one's own reflections: `?months=6`."""
    shown = patterns.pattern(
        request.member, months=patterns.months_asked(request.GET.get("months", "")), now=request.now
    )
    if shown.total:
        actions.look_back(number=shown.total, by=request.member, now=request.now)
    context = {"slug": slug, "pattern": shown, "offered": patterns.MONTHS}
    return render(request, "sessions/pattern.html", context)
