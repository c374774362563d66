"""Keeping quiet: nothing of a page stays in a cache or a search engine, nothing of a person in a log."""

import logging
import re
from collections.abc import Callable, Iterator, Mapping

from django.http import HttpRequest, HttpResponse

TOKEN = re.compile(r"(?<=/p/)[^/?\s]+")  # in the address of a private link: whoever has it can open the link


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
    """Takes out of a line what is nobody's before it is written.

    What exceptions say, for database errors quote the values of rows; and the tokens of private links, for Django
    writes down the address of each request that is refused.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep the record, with each exception reduced to its kind and the places it passed."""
        error = record.exc_info[1] if record.exc_info else None
        links = list(_links(error)) if error else []
        # Celery passes on what an exception says as a text of its own, beside the exception.
        said = {text: type(link).__name__ for link in links for text in (repr(link), str(link)) if text}
        if links:
            record.exc_text = "\n".join(line for link in links for line in _places(link))
            record.exc_info = None
        if isinstance(record.args, tuple):
            record.args = tuple(_quiet(arg, said) for arg in record.args)
        elif isinstance(record.args, Mapping):
            record.args = {key: _quiet(arg, said) for key, arg in record.args.items()}
        record.msg = _quiet(record.msg, said)
        return True


def _quiet(value: object, said: Mapping[str, str]) -> object:
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, str):
        for text in sorted(said, key=len, reverse=True):
            value = value.replace(text, said[text])
        value = TOKEN.sub("…", value)
    return value


def _links(error: BaseException) -> Iterator[BaseException]:
    """An exception, and those it came from."""
    link: BaseException | None = error
    while link is not None:
        yield link
        link = link.__cause__ or link.__context__


def _places(error: BaseException) -> Iterator[str]:
    yield f"{type(error).__module__}.{type(error).__name__}"
    step = error.__traceback__
    while step is not None:
        code = step.tb_frame.f_code
        yield f"  {code.co_filename.rsplit('/', 3)[-1]}:{step.tb_lineno} {code.co_name}"
        step = step.tb_next
