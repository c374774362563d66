"""What the pages about logs show."""

import json

from django.db.models import QuerySet

from lib.sealing.crypto import Unreadable
from lib.sealing.models import open_text
from sessions.models import Draft, PeerSession


def draft_texts(drafts: QuerySet[Draft], row: PeerSession) -> dict[str, str]:
    """What was typed about a session and not yet sent, by field; nothing where there is none. `row` carries its key."""
    draft = drafts.filter(peer_session=row).first()
    if draft is None:
        return {}
    try:
        text = open_text(draft, "body", row.two.peer.data_key)
    except Unreadable:
        return {}
    kept: dict[str, str] = json.loads(text) if text else {}
    return kept
