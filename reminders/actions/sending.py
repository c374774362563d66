"""Sending: claim for a while, hand to the mail server, then write down what came of it, one message at a time.

Killed between the mail server's yes and our note of it, a message goes out once more when its lease has run out,
with the same Message-ID. Killed anywhere else, nothing is lost and nothing repeated.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import SystemRandom
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import InterfaceError, OperationalError, connection
from django.utils import translation

from audit.actions import Clock, record
from lib import wall
from lib.ids import new_id
from lib.sealing.crypto import Unreadable
from lib.sealing.models import open_text
from lib.tokens import token_for
from reminders.calendar import Appointment, letter, uid
from reminders.models import ChannelPreference, Delivery, Message
from reminders.post import Post, Result, mail
from reminders.states import (
    ACCEPTED,
    FAILED,
    GAVE_UP,
    MESSAGE_MOVES,
    NO_ADDRESS,
    QUEUED,
    TEMPORARY,
    TOO_LATE,
    UNCLEAR,
    UPCOMING,
)
from reminders.wording import CALENDAR_SAYS, Facts, render

log = logging.getLogger(__name__)

BATCH = 100
LEASE = timedelta(seconds=20)  # with the clock's half minute: a killed worker's go out within 50 seconds
MARGIN = timedelta(seconds=5)  # no hand-over is begun with less of the lease left; the rest is given back
MOST_ATTEMPTS = 12  # about six hours
MOST_UNCLEAR = 2  # so a server that hangs up after each text gets at most one message too many
FIRST_PAUSE, LONGEST_PAUSE = timedelta(minutes=1), timedelta(hours=1)

TellTime = Callable[[], datetime]


@dataclass(frozen=True)
class Claim:
    """One message of one organisation, held under a lease."""

    message_id: UUID
    organisation_id: UUID


def send_batch(*, tell_time: TellTime, most: int = BATCH) -> int:
    """Claim up to `most` due messages and send them; how many were claimed. Run it outside a transaction."""
    lease_id, begun = new_id(), tell_time()
    claims = claim(lease_id, now=begun, most=most)
    with Post() as post:
        for number, each in enumerate(claims):
            if tell_time() > begun + LEASE - MARGIN:
                _release(claims[number:], lease_id, now=tell_time())
                break
            _deliver_alone(each, lease_id, post, tell_time)
    return len(claims)


def claim(lease_id: UUID, *, now: datetime, most: int) -> list[Claim]:
    """Hold due messages of any organisation for LEASE, sorted by organisation; no other worker gets them meanwhile."""
    values: list[Any] = [now, lease_id, LEASE, most]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, organisation_id FROM reminders_claim(%s, %s, %s, %s)", values)
        claims = [Claim(*row) for row in cursor.fetchall()]
    return sorted(claims, key=lambda each: (each.organisation_id, each.message_id))


def _release(claims: list[Claim], lease_id: UUID, *, now: datetime) -> None:
    for each in claims:
        with wall.inside(each.organisation_id):
            held = Message.objects.filter(pk=each.message_id, lease_id=lease_id)
            held.update(lease_id=None, next_try_at=now)


def _deliver_alone(each: Claim, lease_id: UUID, post: Post, tell_time: TellTime) -> None:
    """One message that goes wrong in a way nobody thought of does not hold up the others; its lease runs out."""
    try:
        deliver(each, lease_id, post, tell_time)
    except (InterfaceError, OperationalError):
        raise
    except Exception:
        log.exception("message %s could not be sent; it will be tried again", each.message_id)


def deliver(each: Claim, lease_id: UUID, post: Post, tell_time: TellTime) -> None:
    """Send one message if it is still ours and still wanted, and record what came of it.

    A mail server may take longer than the lease lasts. So a lock stands for the hand-over itself: it ends with this
    transaction, and with this process if that is killed, and nobody else begins while it is held.
    """
    with wall.inside(each.organisation_id):
        if not _alone(each.message_id):
            return
        message = Message.objects.filter(pk=each.message_id, lease_id=lease_id, state=QUEUED).first()
        if message is not None:
            result = _attempt(message, post, tell_time())
            _settle(message, result, now=tell_time())


def _alone(message_id: UUID) -> bool:
    """Take the lock of a hand-over. A statement of its own: the message is read only once the lock is held."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 0))", [f"hand over:{message_id}"]
        )
        return bool(cursor.fetchone()[0])


def _attempt(message: Message, post: Post, now: datetime) -> Result:
    if message.kind in UPCOMING and message.about_at is not None and message.about_at <= now:
        return Result(TOO_LATE)
    preference = (
        ChannelPreference.objects.filter(recipient_id=message.recipient_id, channel=message.channel)
        .select_related("data_key")
        .first()
    )
    address = _open(preference)
    if preference is None or not address:
        return Result(NO_ADDRESS, "stopped" if preference and preference.stopped_at else "")
    facts = Facts(
        kind=message.kind,
        sender_name=message.sender_name,
        about_at=message.about_at,
        link=_link(message),
        language=preference.language,
        zone=preference.zone,
    )
    email = mail(
        message.pk,
        render(facts),
        sender_name=message.sender_name,
        address=address,
        calendar=_calendar(message, facts, now),
    )
    return post.hand_over(email)


def _calendar(message: Message, facts: Facts, now: datetime) -> tuple[str, bytes] | None:
    """The entry for the recipient's calendar; None where the message is about no time."""
    if message.kind not in CALENDAR_SAYS or message.about_at is None:
        return None
    about = Appointment(
        uid=uid(message.object_id, message.recipient_id),
        starts_at=message.about_at,
        ends_at=message.about_until,
        sequence=message.sequence,
        status=CALENDAR_SAYS[message.kind],
    )
    with translation.override(facts.language):
        return letter(about, sender_name=facts.sender_name, zone=ZoneInfo(facts.zone), now=now)


def _open(preference: ChannelPreference | None) -> str:
    if preference is None or preference.stopped_at is not None:
        return ""
    try:
        return open_text(preference, "address", preference.data_key)
    except Unreadable:  # the person was erased
        return ""


def _link(message: Message) -> str:
    path = f"/p/{token_for(message.link_id)}/" if message.link_id else "/"
    return f"{settings.PEERSAFE_URL}{path}"


def _settle(message: Message, result: Result, *, now: datetime) -> None:
    attempt = message.attempts + 1
    verb, state = _verdict(message, result, attempt)
    row = Message.objects.filter(pk=message.pk, state__in=MESSAGE_MOVES[verb][0] if verb else [QUEUED])
    if verb:
        changed = row.update(state=state, attempts=attempt, settled_at=now, lease_id=None)
    else:
        again_at = now + pause(attempt)
        changed = row.filter(lease_id=message.lease_id).update(
            attempts=attempt, next_try_at=again_at, lease_id=None
        )
    Delivery.objects.create(
        organisation_id=message.organisation_id,
        message=message,
        recipient_id=message.recipient_id,
        channel=message.channel,
        attempt=attempt,
        at=now,
        outcome=result.outcome,
        code=result.code,
    )
    if verb and changed:
        by = Clock(message.organisation_id)
        detail = {"outcome": result.outcome, "code": result.code, "attempt": attempt}
        record(by=by, verb=f"reminders.{verb}", what=message, now=now, **detail)


def _verdict(message: Message, result: Result, attempt: int) -> tuple[str, str]:
    """The verb and the state it leads to; empty when it will be tried again."""
    if result.outcome == ACCEPTED:
        return "accept", ACCEPTED
    if result.outcome not in (TEMPORARY, UNCLEAR):
        return "fail", FAILED
    if attempt >= MOST_ATTEMPTS or (result.outcome == UNCLEAR and _unclear_before(message)):
        return "give_up", GAVE_UP
    return "", QUEUED


def _unclear_before(message: Message) -> bool:
    return message.deliveries.filter(outcome=UNCLEAR).count() + 1 >= MOST_UNCLEAR


def pause(attempt: int) -> timedelta:
    """How long to wait after the n-th attempt: twice as long each time, a fifth more or less, so that they spread."""
    growing = min(FIRST_PAUSE * (1 << (attempt - 1)), LONGEST_PAUSE)
    return growing * SystemRandom().uniform(0.8, 1.2)
