"""A mail server that answers as a test tells it to, and remembers what it took over."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

YES = "250 OK"


@dataclass
class Server:
    """Answers by recipient: a line such as "550 no", or `hang`, `close` (before the text), `drop` (after it)."""

    answers: dict[str, str] = field(default_factory=dict)
    mails: list[Message] = field(default_factory=list)
    connections: int = 0
    port: int = 0

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, name: str, lines: list[str]
    ) -> list[str]:
        """Somebody has opened a connection."""
        self.connections += 1
        session.host_name = name
        return lines

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Say what the test wants said of this recipient."""
        answer = self.answers.get(address, YES)
        if answer == "hang":
            await asyncio.sleep(30)
        if answer == "close":
            _hang_up(server)
        envelope.rcpt_tos.append(address)
        return YES if answer == "drop" else answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """Take the mail over."""
        self.mails.append(message_from_bytes(envelope.original_content or b""))
        if self.answers.get(envelope.rcpt_tos[0]) == "drop":
            _hang_up(server)
        return YES

    @property
    def reached(self) -> list[Any]:
        """Who got a mail, in order."""
        return [mail["To"] for mail in self.mails]


class _OnAnyPort(Controller):
    """Listens on a port the system found free."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def _hang_up(server: SMTP) -> None:
    assert server.transport is not None
    server.transport.close()


@contextmanager
def running() -> Iterator[Server]:
    """A server of one test."""
    server = Server()
    controller = _OnAnyPort(server, hostname="127.0.0.1", port=0)
    controller.start()
    server.port = controller.port
    try:
        yield server
    finally:
        controller.stop()
