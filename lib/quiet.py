"""Keeping quiet: nothing of a page stays in a cache or a search engine, nothing of a person in a log."""

import logging
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse


class QuietMiddleware:
    """Marks every page as not to be kept or indexed; static files are not pages and never come here."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Add the headers that the view has not set itself."""
        response = self.get_response(request)
        response.setdefault("Cache-Control", "no-store")
        response.setdefault("X-Robots-Tag", "noindex, nofollow")
        return response


class ScrubFilter(logging.Filter):
    """Takes the text out of exceptions before they are written: database errors quote the values of rows."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, with each exception reduced to its kind and the places it passed."""
        if record.exc_info and record.exc_info[1] is not None:
            record.exc_text = _places(record.exc_info[1])
            record.exc_info = None
        record.args = (
            tuple(_quiet(arg) for arg in record.args) if isinstance(record.args, tuple) else record.args
        )
        return True


def _quiet(arg: object) -> object:
    return type(arg).__name__ if isinstance(arg, BaseException) else arg


def _places(error: BaseException) -> str:
    lines = []
    link: BaseException | None = error
    while link is not None:
        lines.append(f"{type(link).__module__}.{type(link).__name__}")
        step = link.__traceback__
        while step is not None:
            code = step.tb_frame.f_code
            lines.append(f"  {code.co_filename.rsplit('/', 3)[-1]}:{step.tb_lineno} {code.co_name}")
            step = step.tb_next
        link = link.__cause__ or link.__context__
    return "\n".join(lines)
