"""Wrong private links: all answered alike, and counted by where they come from."""

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

MOST, WITHIN = 20, 10 * 60  # so many wrong links from one source in so many seconds

View = Callable[..., HttpResponse]


def wrong_links_counted(view: View) -> View:
    """Answer a wrong link with the page of what is missing, and after 20 from one source ask for patience.

    Goes outside `@by_link`. Only wrong links are counted and only they are turned away: somebody who shares a peer's
    network must not be able to lock the peer out. (A token cannot be guessed: it has 192 bits.) The answer is
    returned and not raised, because an error would roll the count back.
    """

    @wraps(view)
    def counted(request: HttpRequest, **rest: Any) -> HttpResponse:
        try:
            return view(request, **rest)
        except Http404:
            if _one_more(request) > MOST:
                return render(request, "429.html", status=429)
            return render(request, "404.html", status=404)

    return counted


def _one_more(request: HttpRequest) -> int:
    try:
        source = get_adapter(request).get_client_ip(request)
    except PermissionDenied:  # a server behind a socket that was not told who asks
        source = ""
    key = "wrong-link:" + hashlib.sha256(f"{settings.SECRET_KEY}|{source}".encode()).hexdigest()
    cache.add(key, 0, WITHIN)
    try:
        return int(cache.incr(key))
    except ValueError:  # it ran out this moment
        return 1
