"""What the worker really sent, as it arrived at the mail sink of this run."""

import mailbox
import os
import re
import time
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path

LINK = re.compile(r"https?://[^\s<>\"]+")


class Mailbox:
    """The mails that have arrived since this was made."""

    def __init__(self) -> None:
        self.folder = Path(os.environ["PEERSAFE_MAILBOX"])
        self.earlier = set(self._keys())

    def _keys(self) -> list[str]:
        return mailbox.Maildir(self.folder).keys() if self.folder.exists() else []

    def mails(self) -> list[EmailMessage]:
        """All that have arrived, in the order they came."""
        box = mailbox.Maildir(self.folder)
        new = sorted(key for key in self._keys() if key not in self.earlier)
        found = [BytesParser(policy=default).parsebytes(box.get_bytes(key)) for key in new]
        return [each for each in found if isinstance(each, EmailMessage)]

    def wait_for(self, address: str, *, seconds: float = 20) -> EmailMessage:
        """The newest mail to this address. Raises AssertionError, naming what did arrive, when none comes."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            to = [mail for mail in self.mails() if address in str(mail["To"])]
            if to:
                return to[-1]
            time.sleep(0.05)
        raise AssertionError(f"no mail to {address} in {seconds} s; came: {[m['To'] for m in self.mails()]}")


def links(mail: EmailMessage) -> list[str]:
    """The addresses in a mail's plain text."""
    body = mail.get_body(("plain",))
    return LINK.findall(body.get_content()) if body else []
