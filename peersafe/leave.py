"""Leaving quickly: signed out, this page and its traces gone, an everyday site in its place.

It stops a look over the shoulder, not a spying program: docs/guides/templates.md says so.
"""

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.core.signing import BadSignature, Signer
from django.db import DatabaseError, connection, transaction
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from peersafe.shell import LEAVE_SALT
from people.access import public

PATIENCE = "5s"  # how long a slow database may hold up the worker that ends the session


class Leaving(HttpResponse):
    """The way out. It goes to the browser first; the session behind it ends when the answer has been sent."""

    session_key: str | None = None

    def close(self) -> None:
        """Called by the server after the last byte."""
        try:
            if self.session_key:
                _end(self.session_key)
        finally:
            super().close()


@transaction.non_atomic_requests  # the way out stays open when the database is down, and does not wait for it
@csrf_exempt
@public("Whoever must leave must be able to, signed in or not; it only ever signs out.")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out; GET (the plain link) goes on to the everyday site, POST (the script's beacon) says nothing.

    This GET writes, and the POST carries no token, both on purpose: a link must do without a script, and a
    beacon sent while the page vanishes has no form. The worst anybody could do with them is sign you out.
    """
    response = Leaving(status=204) if request.method == "POST" else Leaving(_page(request))
    response.session_key = request.session.session_key
    # An empty session in its place: what comes after this view clears the cookie, and asks the database nothing.
    request.session = type(request.session)()
    request.user = AnonymousUser()
    response["Clear-Site-Data"] = '"cache", "cookies", "storage"'
    response["Cache-Control"] = "no-store"
    response["Referrer-Policy"] = "no-referrer"
    return response


def _page(request: HttpRequest) -> str:
    return render_to_string("leave.html", {"elsewhere": _elsewhere(request.GET.get("to", ""))})


def _end(session_key: str) -> None:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT set_config('statement_timeout', %s, true)", [PATIENCE])
            Session.objects.filter(session_key=session_key).delete()
    except DatabaseError:  # the browser has forgotten it all the same, and the session ends by its age
        return


def _elsewhere(signed: str) -> str:
    try:
        return Signer(salt=LEAVE_SALT).unsign(signed)
    except BadSignature:
        return settings.PEERSAFE_LEAVE_URL
