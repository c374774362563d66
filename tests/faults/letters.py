"""What the mail server of this run took over, by Message-ID: the only judge of what went out."""

import email
import os
from collections import Counter
from dataclasses import dataclass
from email.policy import HTTP
from pathlib import Path


def folder() -> Path:
    """Where the sink puts each mail."""
    return Path(os.environ["PEERSAFE_MAILBOX"]) / "new"


def count() -> int:
    """How many mails there are."""
    return len(os.listdir(folder())) if folder().exists() else 0


@dataclass(frozen=True)
class Post:
    """Mails to addresses of one domain."""

    ids: Counter[str]  # how often each Message-ID arrived
    people: Counter[str]  # how many different Message-IDs each address got

    @property
    def repeats(self) -> int:
        """Mails that a receiver who knows Message-IDs throws away."""
        return self.ids.total() - len(self.ids)

    @property
    def true_doubles(self) -> int:
        """Mails that nobody could know as repeats."""
        return self.people.total() - len(self.people)


def read(domain: str) -> Post:
    """All mails to a domain."""
    pairs = []
    for path in folder().iterdir():
        mail = email.message_from_bytes(path.read_bytes(), policy=HTTP)
        if str(mail["To"]).endswith(f"@{domain}"):
            pairs.append((str(mail["Message-ID"]), str(mail["To"])))
    return Post(Counter(each for each, _ in pairs), Counter(to for _, to in set(pairs)))
