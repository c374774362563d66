"""PeerSafe's addresses, and one that shows each error page, which nobody can bring about by a link."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, URLResolver, path

from peersafe import errors
from peersafe.urls import handler400, handler403, handler404, handler500
from peersafe.urls import urlpatterns as ours

__all__ = ["handler400", "handler403", "handler404", "handler500", "urlpatterns"]
ERRORS: dict[str, Callable[[HttpRequest], HttpResponse]] = {
    "400": errors.bad_request,
    "403": errors.forbidden,
    "403-form": errors.csrf_failure,
    "404": errors.not_found,
    "500": errors.server_error,
}
SHOWN = [*ERRORS, "429"]


def error(request: HttpRequest, kind: str) -> HttpResponse:
    """One of them, but answered with 200, as a page to look at."""
    response = ERRORS[kind](request) if kind in ERRORS else render(request, "429.html")
    response.status_code = 200
    return response


urlpatterns: list[URLPattern | URLResolver] = [path("error/<str:kind>/", error, name="error"), *ours]
