"""Logs: kept as a draft while they are written, sent once, and read only under the eyes of the trail."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.utils.translation import gettext as _
from psycopg.errors import UniqueViolation

from audit.actions import Actor, record
from lib.refusal import Refused
from lib.sealing.models import DataKey, open_text, seal_text
from people.access import Member
from sessions.actions.looking_again import look_again
from sessions.actions.outcomes import close
from sessions.models import Draft, Fit, LookAgain, PeerSession, SessionLog
from sessions.states import HELD

SEALED = ("warm_up", "what_mattered", "cool_down", "fit_note", "hidden_because")


@dataclass(frozen=True)
class LogTexts:
    """What a log says, opened."""

    warm_up: str
    what_mattered: str
    cool_down: str
    fit_note: str
    hidden_because: str


def log(
    *,
    once: UUID,
    peer_session_id: UUID,
    warm_up: str,
    what_mattered: str,
    cool_down: str,
    fit: str,
    fit_note: str,
    shown_to_peer: bool,
    hidden_because: str,
    by: Member,
    now: datetime,
    lasted_minutes: int | None = None,
) -> SessionLog:
    """Write down a session that was held, and let it end so; the same form sent again gives the same log.

    Where something should change, the two look at their agreement again. `lasted_minutes` is how long it took, where
    somebody noticed. Raises Refused before the session has begun, or when it was called off or noted already.
    """
    texts = LogTexts(warm_up, what_mattered, cool_down, fit_note, hidden_because)
    written = SessionLog(
        id=once,
        organisation_id=by.organisation_id,
        peer_session_id=peer_session_id,
        fit=fit,
        lasted_minutes=lasted_minutes,
        shown_to_peer=shown_to_peer,
        written_at=now,
        written_by=by.actor,
    )
    with transaction.atomic():
        peer_session, key = _locked(peer_session_id)
        if peer_session.state == HELD:
            earlier = SessionLog.objects.filter(pk=once, peer_session_id=peer_session_id).first()
            if earlier is not None:
                return earlier
        close(peer_session, "log", by=by, now=now)
        for field in SEALED:
            seal_text(written, field, getattr(texts, field), key)
        _keep(written)
        if fit == Fit.CHANGED and peer_session.pairing_id:
            look_again(pairing_id=peer_session.pairing_id, because=LookAgain.CHANGED, now=now)
        record(by=by, verb="sessions.log", what=peer_session, now=now)
    return written


# Plain SQL, because putting these together takes Django five times as long as answering takes PostgreSQL, and no form
# is sent as often.
LOCK = """
    SELECT session.id, session.organisation_id, session.pairing_id, session.group_id, session.starts_at, session.state,
        key.id, key.organisation_id, key.wrapped, key.dropped_at
    FROM peer_sessions_peersession AS session
    JOIN peer_sessions_pairing AS pairing ON pairing.id = session.pairing_id
    JOIN people_peer AS peer ON peer.id = pairing.peer_id
    JOIN sealing_datakey AS key ON key.id = peer.data_key_id
    WHERE session.id = %s
    FOR UPDATE OF session
"""
OF_SESSION = ("id", "organisation_id", "pairing_id", "group_id", "starts_at", "state")
OF_KEY = ("id", "organisation_id", "wrapped", "dropped_at")
KEEP = """
    WITH sent AS (DELETE FROM peer_sessions_draft WHERE peer_session_id = %s)
    INSERT INTO peer_sessions_sessionlog ({columns}) VALUES ({values})
"""


def _locked(peer_session_id: UUID) -> tuple[PeerSession, DataKey]:
    """A one-to-one session, its row locked, and its peer's key. Whoever waited sees what those in front have written.

    Raises PeerSession.DoesNotExist.
    """
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [peer_session_id])
        row = cursor.fetchone()
    if row is None:
        raise PeerSession.DoesNotExist
    split = len(OF_SESSION)
    return (
        PeerSession.from_db(None, OF_SESSION, row[:split]),
        DataKey.from_db(None, OF_KEY, row[split:]),
    )


def _keep(written: SessionLog) -> None:
    """Store a log, and let go of what was half written. Raises Refused for a number that was another session's."""
    fields = SessionLog._meta.concrete_fields
    sql = KEEP.format(
        columns=", ".join(field.column for field in fields), values=", ".join(["%s"] * len(fields))
    )
    values = [getattr(written, field.attname) for field in fields]
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql, [written.peer_session_id, *values])
    except IntegrityError as error:
        if not isinstance(error.__cause__, UniqueViolation):
            raise
        raise Refused(_("This form was sent already. Please open the page again.")) from error


def look(*, session_log: SessionLog, by: Actor, now: datetime) -> LogTexts:
    """Open a log and note who did, in one transaction: no note of the look, no text. `session_log` carries its key."""
    key = session_log.peer_session.two.peer.data_key
    with transaction.atomic():
        texts = LogTexts(**{field: open_text(session_log, field, key) for field in SEALED})
        record(by=by, verb="sessions.look", what=session_log, now=now)
    return texts


def keep_draft(
    *, peer_session: PeerSession, texts: Mapping[str, str], by: Member, now: datetime
) -> Draft | None:
    """Keep what its author has typed so far; nothing once the session is noted. `peer_session` carries its key.

    Not in the trail: it is one person's own unfinished words, saved every few seconds.
    """
    with transaction.atomic():
        current = PeerSession.objects.select_for_update(of=("self",)).get(pk=peer_session.pk)
        if not current.may("log"):
            return None
        mine = Draft.objects.filter(peer_session=current, author_id=by.id).first()
        draft = mine or Draft(organisation_id=by.organisation_id, peer_session=current, author_id=by.id)
        seal_text(draft, "body", json.dumps(dict(texts)), peer_session.two.peer.data_key)
        draft.saved_at = now
        draft.save()
    return draft
