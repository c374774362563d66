"""Logs: kept as a draft while they are written, sent once, and read only under the eyes of the trail."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from audit.actions import Actor, record
from lib.once import already_made
from lib.sealing.models import open_text, seal_text
from people.access import Member
from sessions.actions.outcomes import close
from sessions.models import Draft, PeerSession, SessionLog

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

    `lasted_minutes` is how long it took, where somebody noticed. Raises Refused before the session has begun, or when
    it was called off or noted already.
    """
    texts = LogTexts(warm_up, what_mattered, cool_down, fit_note, hidden_because)
    with transaction.atomic():
        earlier = already_made(SessionLog.objects.filter(peer_session_id=peer_session_id), once)
        if earlier is not None:
            return earlier
        related = PeerSession.objects.select_related("pairing__peer__data_key")
        peer_session = related.select_for_update(of=("self",)).get(pk=peer_session_id)
        close(peer_session, "log", by=by, now=now)
        written = SessionLog(
            id=once,
            organisation_id=by.organisation_id,
            peer_session=peer_session,
            fit=fit,
            lasted_minutes=lasted_minutes,
            shown_to_peer=shown_to_peer,
            written_at=now,
            written_by=by.actor,
        )
        for field in SEALED:
            seal_text(written, field, getattr(texts, field), peer_session.two.peer.data_key)
        written.save(force_insert=True)
        Draft.objects.filter(peer_session=peer_session).delete()
        record(by=by, verb="sessions.log", what=peer_session, now=now)
    return written


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
