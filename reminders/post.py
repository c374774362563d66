"""Handing mail to the mail server: one connection for many messages, and what came of each, in one word."""

import smtplib
from contextlib import suppress
from dataclasses import dataclass
from email.encoders import encode_base64
from email.mime.base import MIMEBase
from email.utils import formataddr, parseaddr
from types import TracebackType
from typing import Any, Self
from uuid import UUID

from django.conf import settings
from django.core.mail import BadHeaderError, EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend

from reminders.states import ACCEPTED, REFUSED, TEMPORARY, UNCLEAR
from reminders.wording import Words

MOST_TROUBLES = 3  # connections lost one after another, until the rest of the batch waits for a better moment
FILE_NAME = "appointment.ics"  # it stays in a folder of downloads, and there too it says nothing
CLOSING = 421  # the server's way of saying that it is about to hang up


@dataclass(frozen=True)
class Result:
    """What came of one attempt: an outcome of `states.OUTCOMES`, and the server's number or a word of ours."""

    outcome: str
    code: str = ""


def mail(
    message_id: UUID,
    words: Words,
    *,
    sender_name: str,
    address: str,
    calendar: tuple[str, bytes] | None = None,
) -> EmailMessage:
    """A plain text mail, with a calendar's method and text where it is about a time.

    The same message always has the same Message-ID, by which a repeat is known as one.
    """
    sender = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    email = EmailMessage(
        subject=words.subject,
        body=words.text,
        from_email=formataddr((sender_name, sender)),
        to=[address],
        headers={
            "Message-ID": f"<{message_id}@{sender.rpartition('@')[2]}>",
            "Auto-Submitted": "auto-generated",
        },
    )
    if calendar is not None:
        email.attach(_attachment(*calendar))
    return email


def _attachment(method: str, text: bytes) -> MIMEBase:
    """A calendar's file. In base64, which keeps each of its line ends as it is."""
    part = MIMEBase("text", "calendar", charset="utf-8", method=method)
    part.set_payload(text)
    encode_base64(part)
    part.add_header("Content-Disposition", "attachment", filename=FILE_NAME)
    return part


class Unclear(smtplib.SMTPException):
    """The line broke after the text was on its way: the server may have taken the message, or not."""


class _Telling(smtplib.SMTP):
    """Tells a line that broke while the text was on its way from one that broke before."""

    def data(self, msg: Any) -> Any:
        """Hand the text over. Raises Unclear when no answer came."""
        try:
            return super().data(msg)
        except (smtplib.SMTPServerDisconnected, OSError) as error:
            raise Unclear from error


class _TellingTLS(_Telling, smtplib.SMTP_SSL):
    """The same over TLS from the first byte."""


class Backend(EmailBackend):
    """Django's SMTP backend, which raises Unclear too."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """What speaks to the server."""
        return _TellingTLS if self.use_ssl else _Telling


class Post:
    """One connection to the mail server, opened when first needed and again after it broke."""

    def __init__(self) -> None:
        plain_smtp = settings.EMAIL_BACKEND == "django.core.mail.backends.smtp.EmailBackend"
        self._connection = get_connection("reminders.post.Backend" if plain_smtp else None)
        self._troubles = 0
        self._last = Result(TEMPORARY)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._hang_up()

    def hand_over(self, email: EmailMessage) -> Result:
        """Give one mail to the server. A server that does not answer is not asked again for the rest of the batch."""
        if self._troubles >= MOST_TROUBLES:
            return self._last
        try:
            self._connection.open()
        except (smtplib.SMTPException, OSError) as error:
            self._troubles = MOST_TROUBLES
            return self._lost(Result(TEMPORARY, _word(error)))
        try:
            self._connection.send_messages([email])
        except BadHeaderError:
            return Result(REFUSED, "bad_header")
        except (smtplib.SMTPException, OSError) as error:
            return self._answered(error)
        self._troubles = 0
        return Result(ACCEPTED)

    def _answered(self, error: smtplib.SMTPException | OSError) -> Result:
        code = _number(error)
        if code and code != CLOSING:
            # Who refuses us as a sender refuses everybody's mail: that is for us to mend, not the address's fault.
            final = code >= 500 and not isinstance(error, smtplib.SMTPSenderRefused)
            return Result(REFUSED if final else TEMPORARY, str(code))
        if isinstance(error, smtplib.SMTPNotSupportedError):
            return Result(REFUSED, "not_supported")
        self._troubles += 1
        return self._lost(Result(UNCLEAR if isinstance(error, Unclear) else TEMPORARY, _word(error)))

    def _lost(self, result: Result) -> Result:
        self._hang_up()
        # The messages after this one were not on their way when the line broke.
        self._last = Result(TEMPORARY, result.code)
        return result

    def _hang_up(self) -> None:
        with suppress(smtplib.SMTPException, OSError):
            self._connection.close()


def _number(error: Exception) -> int:
    """The server's answer as a number; 0 when it did not answer."""
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return max((code for code, _words in error.recipients.values()), default=0)
    return error.smtp_code if isinstance(error, smtplib.SMTPResponseException) else 0


def _word(error: Exception) -> str:
    if number := _number(error):
        return str(number)
    cause = error.__cause__ if isinstance(error, Unclear) else error
    match cause:
        case TimeoutError():
            return "timeout"
        case ConnectionRefusedError():
            return "no_server"
        case smtplib.SMTPServerDisconnected():
            return "timeout" if isinstance(cause.__context__, TimeoutError) else "disconnected"
        case _:
            return "no_connection"
