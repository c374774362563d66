"""Nothing of a person in a log: database errors quote the values of rows, and the filter takes them out."""

import io
import logging
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.test import RequestFactory

from lib.ids import new_id
from lib.quiet import ScrubFilter
from lib.tokens import token_for
from peersafe.celery import app
from people.models import Organisation, User
from tests import factories

PLANTED = "planted-4711-violet"
QUEUE = "tests.quiet"


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What a handler with our filter writes."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(ScrubFilter())
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("tests.quiet")
    logger.addHandler(handler)
    logger.propagate = False
    yield out
    logger.removeHandler(handler)
    logger.propagate = True


def _database_error() -> DatabaseError:
    """One that quotes a value: a second user of one address."""
    factories.user("Sam", email=f"{PLANTED}@example.org")
    with pytest.raises(DatabaseError) as caught, transaction.atomic():
        User.objects.create(email=f"{PLANTED}@example.org", preferred_name="Sam")
    assert PLANTED in str(caught.value)  # or these tests would prove nothing
    return caught.value


def test_error_with_its_traceback(db: None, log: io.StringIO) -> None:
    error = _database_error()
    logging.getLogger("tests.quiet").error("It went wrong", exc_info=error)
    assert PLANTED not in log.getvalue()
    assert "IntegrityError" in log.getvalue()
    assert "test_quiet.py" in log.getvalue()  # where it happened stays


def test_error_as_an_argument(db: None, log: io.StringIO) -> None:
    logging.getLogger("tests.quiet").error("It went wrong: %s", _database_error())
    assert (PLANTED in log.getvalue(), "IntegrityError" in log.getvalue()) == (False, True)


def test_error_as_a_named_argument(db: None, log: io.StringIO) -> None:
    logging.getLogger("tests.quiet").error("It went wrong: %(exc)s", {"exc": _database_error()})
    assert (PLANTED in log.getvalue(), "IntegrityError" in log.getvalue()) == (False, True)


def test_error_that_was_made_a_text_before(db: None, log: io.StringIO) -> None:
    """As Celery does: the exception's own words in a dictionary, beside the exception."""
    error = _database_error()
    context = {"name": "a.task", "exc": repr(error), "traceback": f"Traceback …\n{error}"}
    logging.getLogger("tests.quiet").error("Task %(name)s: %(exc)s %(traceback)s", context, exc_info=error)
    assert (PLANTED in log.getvalue(), "a.task" in log.getvalue()) == (False, True)


def test_error_behind_an_error(db: None, log: io.StringIO) -> None:
    try:
        raise ValueError("outer") from _database_error()
    except ValueError as error:
        logging.getLogger("tests.quiet").error("It went wrong", exc_info=error)
    assert (PLANTED in log.getvalue(), "IntegrityError" in log.getvalue()) == (False, True)


def test_token_of_a_private_link(log: io.StringIO) -> None:
    """Django writes down the address of what it refuses: a link that works stays out of the log."""
    address = f"/p/{token_for(new_id())}/mine/boundaries/"
    for line in (
        ("%s: %s", "Unprocessable Entity", address),
        (f"Not Found: {address}",),
        (address.rstrip("/"),),
    ):
        logging.getLogger("tests.quiet").warning(*line)
    logging.getLogger("tests.quiet").warning("%(path)s", {"path": address})
    assert address.split("/")[2] not in log.getvalue()
    assert log.getvalue().count("/p/…/mine/boundaries") == 4


def test_every_handler_has_the_filter() -> None:
    handlers: Any = settings.LOGGING["handlers"]
    assert [name for name, handler in handlers.items() if "scrub" not in handler.get("filters", [])] == []


def test_a_real_worker_keeps_quiet(tmp_path: Path) -> None:
    """Celery's own handlers would write both what a task's error says and its traceback."""
    with (tmp_path / "log").open("w+") as log:
        command = [
            sys.executable,
            "-m",
            "celery",
            "-A",
            "tests.lib.failing",
            "worker",
            "--pool",
            "solo",
            "-Q",
            QUEUE,
        ]
        worker = subprocess.Popen(command, cwd=settings.BASE_DIR, stdout=log, stderr=subprocess.STDOUT)
        try:
            app.send_task("tests.fail", args=[PLANTED], queue=QUEUE, argsrepr="…")
            written = _wait_for("IntegrityError", tmp_path / "log")
        finally:
            worker.terminate()
            worker.wait(timeout=30)
    assert ("tests.fail" in written, PLANTED in written) == (True, False), written


def _wait_for(word: str, path: Path) -> str:
    until = time.monotonic() + 40
    while word not in path.read_text() and time.monotonic() < until:
        time.sleep(0.2)
    return path.read_text()


def test_request_that_fails_is_logged_without_its_words(
    ash: Organisation, capsys: pytest.CaptureFixture[str]
) -> None:
    from django.core.handlers.exception import response_for_exception

    error = _database_error()
    handler = logging.getLogger("django").handlers[0]
    assert isinstance(handler, logging.StreamHandler)
    out, before = io.StringIO(), handler.stream
    handler.setStream(out)
    try:
        response = response_for_exception(RequestFactory().get("/o/ash/"), error)
    finally:
        handler.setStream(before)
    assert response.status_code == 500
    assert PLANTED.encode() not in response.content
    assert (PLANTED in out.getvalue(), "IntegrityError" in out.getvalue()) == (False, True)
    assert connection.is_usable()
