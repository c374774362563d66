"""Measures pages in turn, a slice of one and a slice of the other, so that a drifting machine drifts for both."""

import json
import socket
import statistics
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import psutil  # type: ignore[import-untyped]

from tests import processes

SLICES = 7
SECONDS = 1.0  # of one slice
CLIENTS = 2  # at once: as many as there are workers
WARM = 40  # requests before the first slice, so that each worker has its templates and connections


TAKING = threading.Lock()  # two at once may not take from one iterator
TOKEN = "c" * 32  # against forged forms, in the cookie and in the form


@dataclass(frozen=True)
class Form:
    """What is typed into a form, and where it is sent."""

    path: str
    fields: Mapping[str, object]
    session: str = ""  # the key in the cookie, where it is another one for each form


@dataclass(frozen=True)
class Target:
    """One page of one server, or the forms that are sent to it, as somebody who is signed in."""

    url: str  # of the server
    path: str
    session: str  # the key in the cookie
    pid: int  # of the server
    forms: Iterator[Form] | None = None  # each is sent once; without them the page is opened again and again

    def request(self) -> bytes:
        """What a browser asks."""
        if self.forms is None:
            return self._head(f"GET {self.path}", self.session)
        with TAKING:
            form = next(self.forms)
        body = urlencode({**form.fields, "csrfmiddlewaretoken": TOKEN}).encode()
        kind = ("Content-Type: application/x-www-form-urlencoded", f"Content-Length: {len(body)}")
        return self._head(f"POST {form.path}", form.session or self.session, *kind) + body

    def _head(self, what: str, session: str, *more: str) -> bytes:
        """A plain worker closes after each answer."""
        lines = [
            f"{what} HTTP/1.1",
            f"Host: {urlsplit(self.url).netloc}",
            f"Cookie: sessionid={session}; csrftoken={TOKEN}",
            "Accept: text/html",
            "Accept-Encoding: gzip, deflate, br",
            "Accept-Language: en-GB,en;q=0.8",
            "Connection: close",
            *more,
        ]
        return ("\r\n".join(lines) + "\r\n\r\n").encode()


@dataclass(frozen=True)
class Speed:
    """Medians over the slices."""

    cpu_ms: float  # for each request: web workers and PostgreSQL together
    each_second: float
    size: int  # bytes of the answer, without its head


class NotAPage(Exception):
    """The address did not answer with a page."""


def fetch(target: Target) -> bytes:
    """The body of the page; empty after a form. Raises NotAPage for any answer but 200, or 302 after a form."""
    parts = urlsplit(target.url)
    with socket.create_connection((parts.hostname, parts.port), timeout=30) as connection:
        connection.sendall(target.request())
        chunks = []
        while chunk := connection.recv(65536):
            chunks.append(chunk)
    head, _, body = b"".join(chunks).partition(b"\r\n\r\n")
    expected = b" 302 " if target.forms else b" 200 "
    if expected not in head.split(b"\r\n", 1)[0] or b"/account/login/" in head:
        raise NotAPage(f"{target.path}: {head.decode(errors='replace')}")
    return body


def in_turn(targets: Sequence[Target], *, slices: int = SLICES, seconds: float = SECONDS) -> list[Speed]:
    """Each page's speed, measured beside the others'."""
    sizes = [max(len(fetch(target)) for _ in range(WARM)) for target in targets]
    found: list[list[tuple[float, float]]] = [[] for _ in targets]
    for _ in range(slices):
        for target, measured in zip(targets, found, strict=True):
            measured.append(_slice(target, seconds))
    return [
        Speed(statistics.median(cpu for cpu, _ in each), statistics.median(rate for _, rate in each), size)
        for each, size in zip(found, sizes, strict=True)
    ]


def _slice(target: Target, seconds: float) -> tuple[float, float]:
    """CPU milliseconds for each request, and requests for each second."""
    counts = [0] * CLIENTS
    errors: list[Exception] = []
    before, began = _cpu_seconds(target.pid), time.monotonic()

    def ask(number: int) -> None:
        try:
            while time.monotonic() - began < seconds:
                fetch(target)
                counts[number] += 1
        except (NotAPage, OSError) as error:
            errors.append(error)

    clients = [threading.Thread(target=ask, args=(number,)) for number in range(CLIENTS)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    if errors:
        raise errors[0]
    took = time.monotonic() - began
    return 1000 * (_cpu_seconds(target.pid) - before) / sum(counts), sum(counts) / took


def _cpu_seconds(web: int) -> float:
    return _of_tree(web) + _of_tree(_postgres())


def _of_tree(pid: int) -> float:
    """Processor time of a process, its living children, and those it has already seen off."""
    top = psutil.Process(pid)
    times = top.cpu_times()
    total = times.user + times.system + times.children_user + times.children_system
    for child in top.children(recursive=True):
        try:
            spent = child.cpu_times()
        except psutil.NoSuchProcess:  # seen off since: counted with its parent next time
            continue
        total += spent.user + spent.system
    return float(total)


def _postgres() -> int:
    running = json.loads((processes.folder() / "running.json").read_text())
    return next(int(entry["pid"]) for entry in running if entry["name"] == "postgres")
