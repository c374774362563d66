"""What the pages about logs show."""

import json

from lib.sealing.crypto import Unreadable
from lib.sealing.models import open_text
from sessions.models import Draft


def draft_texts(draft: Draft | None) -> dict[str, str]:
    """What was typed and not yet sent, by field; nothing where there is none. `draft` carries its key."""
    if draft is None:
        return {}
    try:
        text = open_text(draft, "body", draft.peer_session.pairing.peer.data_key)
    except Unreadable:
        return {}
    kept: dict[str, str] = json.loads(text) if text else {}
    return kept
