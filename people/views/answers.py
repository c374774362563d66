"""How forms are filled from a request, and how a button without a page of its own is answered."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url

from lib.refusal import Refused


def settle(
    request: HttpRequest, act: Callable[[], object], said: str, back: str, **where: Any
) -> HttpResponse:
    """Call one action, say what came of it, and go back to the page the button stood on."""
    try:
        act()
    except Refused as no:
        messages.error(request, str(no.message))
    else:
        messages.success(request, said)
    return HttpResponseRedirect(resolve_url(back, **where))


def posted(request: HttpRequest) -> QueryDict | None:
    """What was typed, for a form; None where the page is only being looked at."""
    return request.POST if request.method == "POST" else None
