"""A supporter's private thoughts about a session: saved as they are typed, opened for their author alone."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import record, record_id
from lib.once import lock
from lib.refusal import Refused
from lib.sealing.models import open_text, seal_text
from people.access import Member
from people.models import Membership
from sessions import trust
from sessions.models import PeerSession, Reflection
from sessions.states import UPCOMING
from sessions.trust import Thoughts


def may_reflect(peer_session: PeerSession, now: datetime) -> bool:
    """Whether there is something to think about: it has begun, or it was called off."""
    return peer_session.starts_at <= now or peer_session.state not in UPCOMING


def reflect(
    *, peer_session_id: UUID, revision: int, thoughts: Thoughts, typing: bool, by: Member, now: datetime
) -> Reflection | None:
    """Keep what its author thinks of a session. The same thoughts again change nothing; none make no row.

    The trail keeps that a reflection was begun, and each time it was saved by hand. What is saved while somebody types
    (`typing`) comes every few seconds and is nobody's business. Raises Refused before the session has begun, and for a
    page that is older than the row.
    """
    with transaction.atomic():
        lock(f"reflection:{peer_session_id}:{by.id}")
        if not may_reflect(PeerSession.objects.get(pk=peer_session_id), now):
            raise Refused(_("This session has not begun yet."))
        key = Membership.objects.select_related("data_key").get(pk=by.id).data_key
        mine = Reflection.objects.filter(peer_session_id=peer_session_id, author_id=by.id).first()
        before = trust.read(open_text(mine, "body", key)) if mine else trust.blank()
        if thoughts == before:
            return mine
        row = mine or Reflection(
            organisation_id=by.organisation_id, peer_session_id=peer_session_id, author_id=by.id
        )
        if row.revision != revision:
            raise Refused(_older_page())
        seal_text(row, "body", trust.write(thoughts), key)
        row.saved_at = now
        row.revision += 1
        row.save()
        if mine is None or not typing:
            record(by=by, verb="sessions.reflect", what=row, now=now)
    return row


def _older_page() -> str:
    return _(
        "You wrote about this session on another page meanwhile. Your words are still here: "
        "compare them with what is saved, then save again."
    )


def look(*, row: Reflection, by: Member, now: datetime) -> Thoughts:
    """Open one's own reflection, and note it. `row` carries its author's key. Raises Unreadable without that key."""
    with transaction.atomic():
        thoughts = trust.read(open_text(row, "body", row.author.data_key))
        record(by=by, verb="sessions.look", what=row, now=now)
    return thoughts


def look_back(*, number: int, by: Member, now: datetime) -> None:
    """Note that somebody looked back over so many of their own reflections: one mark for the page, not one for each."""
    kind = Membership._meta.label_lower
    with transaction.atomic():
        record_id(
            by=by,
            verb="sessions.look_back",
            kind=kind,
            object_id=str(by.id),
            now=now,
            detail={"reflections": number},
        )
