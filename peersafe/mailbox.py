"""The mailbox of local mode: what the mail sink took over, so that one can try things out without real mail."""

import email
from dataclasses import dataclass
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage
from pathlib import Path

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from people.access import public

NEWEST = 50
WHY = "Shows test mail, in local mode only; anywhere else the page does not exist."


@dataclass(frozen=True)
class Letter:
    """One mail as the page shows it."""

    key: str
    sender: str
    to: str
    subject: str
    arrived: str
    text: str


@public(WHY)
@require_safe
def mailbox(request: HttpRequest) -> HttpResponse:
    """The newest mails."""
    newest = sorted(_folder().glob("*"), key=lambda path: path.stat().st_mtime_ns, reverse=True)[:NEWEST]
    return render(request, "mailbox.html", {"letters": [_letter(path) for path in newest], "most": NEWEST})


@public(WHY)
@require_safe
def mailbox_letter(request: HttpRequest, key: str) -> HttpResponse:
    """One mail, with links to follow."""
    found = [path for path in _folder().glob("*") if path.name == key]
    if not found:
        raise Http404
    return render(request, "mailbox_letter.html", {"letter": _letter(found[0])})


def _folder() -> Path:
    """Where the sink puts what arrives (`new` of a maildir, which nobody reads mail from). Raises Http404 elsewhere."""
    if settings.PEERSAFE_MODE == "live" or not settings.PEERSAFE_MAILBOX:
        raise Http404
    return Path(settings.PEERSAFE_MAILBOX) / "new"


def _letter(path: Path) -> Letter:
    mail = email.message_from_bytes(path.read_bytes(), _class=EmailMessage, policy=policy.default)
    body = mail.get_body(("plain",))
    arrived = timezone.localtime(datetime.fromtimestamp(path.stat().st_mtime, UTC))
    return Letter(
        key=path.name,
        sender=str(mail["From"] or ""),
        to=str(mail["To"] or ""),
        subject=str(mail["Subject"] or ""),
        arrived=date_format(arrived, "j F Y, H:i:s"),
        text=str(body.get_content()) if body else "",
    )
