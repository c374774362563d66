"""Leaving quickly: signed out, this page and its traces gone, an everyday site in its place.

It stops a look over the shoulder, not a spying program: docs/guides/templates.md says so.
"""

from django.conf import settings
from django.contrib.auth import logout
from django.core.signing import BadSignature, Signer
from django.db import DatabaseError, transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from peersafe.shell import LEAVE_SALT
from people.access import public


@transaction.non_atomic_requests  # the way out stays open when the database is down
@csrf_exempt
@public("Whoever must leave must be able to, signed in or not; it only ever signs out.")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out; GET (the plain link) goes on to the everyday site, POST (the script's beacon) says nothing.

    This GET writes, and the POST carries no token, both on purpose: a link must do without a script, and a
    beacon sent while the page vanishes has no form. The worst anybody could do with them is sign you out.
    """
    _sign_out(request)
    if request.method == "POST":
        response = HttpResponse(status=204)
    else:
        response = render(request, "leave.html", {"elsewhere": _elsewhere(request.GET.get("to", ""))})
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _sign_out(request: HttpRequest) -> None:
    try:
        logout(request)
    except DatabaseError:  # the cookies are cleared all the same, and the session ends by its age
        return


def _elsewhere(signed: str) -> str:
    try:
        return Signer(salt=LEAVE_SALT).unsign(signed)
    except BadSignature:
        return settings.PEERSAFE_LEAVE_URL
