"""What the pages about logs show."""

import json

from django.db.models import QuerySet

from lib.sealing.crypto import Unreadable
from lib.sealing.models import open_text
from people.access import LinkHolder
from sessions.models import Draft, PeerSession, SessionLog
from sessions.policies.around import logs_of_link

KEY = "peer_session__pairing__peer__data_key"


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


def shown_to(link: LinkHolder) -> SessionLog | None:
    """The log of the session that a private link was made for, with its key; None where there is none to show.

    Nothing is opened here: `sessions.actions.logs.look` opens it, and notes that the link's holder looked.
    """
    return logs_of_link(link).filter(peer_session_id=link.object_id).select_related(KEY).first()
