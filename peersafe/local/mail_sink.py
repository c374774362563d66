"""A mail server that delivers nothing: it keeps all in a maildir, for the mailbox page and the tests.

Run as a script: `python -m peersafe.local.mail_sink FOLDER PORT_FILE`.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from aiosmtpd.handlers import Mailbox
from aiosmtpd.smtp import SMTP

from peersafe.local.processes import Child, Household


@dataclass(frozen=True)
class MailSink:
    """One mail server: where it keeps what arrives, and the file it writes its port into."""

    folder: Path
    port_file: Path

    @property
    def url(self) -> str:
        """Its address, once started; a loopback port, since mail clients speak no Unix socket."""
        return f"smtp://127.0.0.1:{self.port_file.read_text()}"


def start(sink: MailSink, household: Household, env: Mapping[str, str]) -> Child:
    """Starts the mail server on a free port and waits until it said which."""
    sink.port_file.unlink(missing_ok=True)
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "peersafe.local.mail_sink",
        sink.folder,
        sink.port_file,
    ]
    child = household.start("mail", command, env=env, server=True)
    household.wait_for("The mail server", sink.port_file.exists)
    return child


async def serve(folder: Path, port_file: Path) -> None:
    """Keeps every message until asked to end; the port is one the system found free."""
    os.umask(0o077)
    # `Mailbox` makes the maildir, and notes sender and receivers as X-MailFrom and X-RcptTo.
    handler = Mailbox(folder)
    loop = asyncio.get_running_loop()
    done = asyncio.Event()
    loop.add_signal_handler(signal.SIGTERM, done.set)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", enable_SMTPUTF8=True), host="127.0.0.1", port=0
    )
    fresh = port_file.with_suffix(".new")
    fresh.write_text(str(server.sockets[0].getsockname()[1]))
    fresh.replace(port_file)
    await done.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve(Path(sys.argv[1]), Path(sys.argv[2])))
