"""Practising on scenes that were made up for it: nothing is marked, nothing is kept."""

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from people.access import MemberRequest, members
from sessions import cases, policies


@members(policies.ACCESS)
@require_safe
def practice(request: MemberRequest, slug: str) -> HttpResponse:
    """All scenes."""
    return render(request, "sessions/practice.html", {"slug": slug, "cases": cases.CASES})


@members(policies.ACCESS)
@require_safe
def practice_case(request: MemberRequest, slug: str) -> HttpResponse:
    """One scene with its choices, `?case=`, or the first one; `&choice=` shows what one of them may lead to."""
    found = cases.BY_KEY.get(request.GET.get("case", cases.CASES[0].key))
    if found is None:
        raise Http404
    place = cases.CASES.index(found)
    context = {
        "slug": slug,
        "case": found,
        "chosen": found.choice(request.GET.get("choice", "")),
        "number": place + 1,
        "total": len(cases.CASES),
        "next": cases.CASES[place + 1] if place + 1 < len(cases.CASES) else None,
    }
    return render(request, "sessions/practice_case.html", context)
