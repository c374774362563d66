"""When something goes wrong: plain words, a way on, and the urgent numbers, on every error page.

An error page asks nothing of the database and shows nothing of the address, so that what is missing and what
may not be seen answer with the same bytes, and so that a page can be shown when the database is down.
"""

import logging
from collections.abc import Callable
from http import HTTPStatus

from django.conf import settings
from django.db import IntegrityError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.html import escape
from psycopg.errors import UniqueViolation

from peersafe.shell import Shell

logger = logging.getLogger(__name__)


class TakenIdMiddleware:
    """Answers 400 when a form brings an id that is taken beyond the wall, where `lib.once` cannot see it.

    Our own forms never do, since each brings a fresh one. Nothing was written, and nothing is told.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Only the key of a row; every other broken rule is ours to mend and stays a 500."""
        cause = error.__cause__
        if not (isinstance(error, IntegrityError) and isinstance(cause, UniqueViolation)):
            return None
        taken = (cause.diag.constraint_name or "").endswith("_pkey")
        return bad_request(request) if taken else None


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: the browser sent something that makes no sense here."""
    return _page(request, HTTPStatus.BAD_REQUEST)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the person may see this, but not do it."""
    return _page(request, HTTPStatus.FORBIDDEN)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: missing, elsewhere or unseen; the three cannot be told apart."""
    return _page(request, HTTPStatus.NOT_FOUND)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 of a form whose token is stale, or a browser that sends no cookies."""
    return _page(request, HTTPStatus.FORBIDDEN, "403_csrf.html")


def server_error(request: HttpRequest) -> HttpResponse:
    """500: ours to mend. Rendered without the request, which might ask the database again."""
    try:
        return _page(None, HTTPStatus.INTERNAL_SERVER_ERROR)
    except Exception:  # when even the page fails, the numbers still show
        logger.exception("The error page could not be shown")
        return HttpResponse(_bare(), status=HTTPStatus.INTERNAL_SERVER_ERROR)


def _page(request: HttpRequest | None, status: HTTPStatus, template: str = "") -> HttpResponse:
    text = render_to_string(template or f"{status.value}.html", {"shell": Shell(request)})
    return HttpResponse(text, status=status)


def _bare() -> str:
    numbers = "".join(
        f"<p>{escape(one['name'])}: {escape(one['number'])}</p>" for one in settings.PEERSAFE_HELP_NUMBERS
    )
    return f"<!doctype html><title>{escape(settings.PEERSAFE_NEUTRAL_TITLE)}</title>{numbers}"
