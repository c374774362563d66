"""Whom a peer trusts, and what helps them when it gets hard: noted by the peer, or with them; sealed.

Only the peer reads it. Whoever notes it with them sees afterwards that something is noted, and since when.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import TypedDict, cast
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.once import lock
from lib.refusal import Refused
from lib.sealing.models import DataKey, open_text, seal_text
from people.actions.revisions import stale
from people.models import CrisisContact, Peer


class Wishes(TypedDict):
    """The sealed text of a row, as JSON. The first four are one person, and change together.

    `when` is when it is all right to tell that person; `helps` and `does_not_help` are what others can do, or not.
    """

    who: str
    relation: str
    reach: str
    when: str
    helps: str
    does_not_help: str


PERSON = ("who", "relation", "reach", "when")
BLANK: Wishes = {"who": "", "relation": "", "reach": "", "when": "", "helps": "", "does_not_help": ""}


def look_trusted(*, row: CrisisContact | None, key: DataKey, by: Actor, now: datetime) -> Wishes:
    """What is noted, opened, and who looked noted in the same transaction; nothing of either without a row.

    Raises Unreadable when the peer's key was dropped.
    """
    if row is None:
        return BLANK
    with transaction.atomic():
        wishes = _read(open_text(row, "body", key))
        record(by=by, verb="people.look_trusted", what=row, now=now)
    return wishes


def queue_for(peer_id: UUID) -> None:
    """Wait in line for what one peer's row says. Before any row is locked (lib.once)."""
    lock(f"trusted:{peer_id}")


def note_trusted(
    *, peer: Peer, revision: int, wishes: Wishes, blind: bool = False, by: Actor, now: datetime
) -> CrisisContact | None:
    """Note whom a peer trusts and what helps; empty words take away what was noted. `peer` carries the key.

    Called by the room above inside its transaction, first of all with `queue_for`.

    `blind` is for somebody who notes it without seeing what is there: what they left empty stays, but a new person
    replaces the earlier one wholly, so that no name stands beside somebody else's number. The same words again change
    nothing. Raises Refused when somebody else was quicker, and for a person without a name.
    """
    row = CrisisContact.objects.filter(peer_id=peer.pk).first()
    before = _read(open_text(row, "body", peer.data_key)) if row else BLANK
    after = _merged(before, wishes) if blind else wishes
    if after == before:
        return row
    if (row.revision if row else 0) != revision:
        raise Refused(stale())
    if any(_all(after)[name] for name in PERSON) and not after["who"]:
        raise Refused(_("Please say who it is, if only a first name."), field="who")
    row = row or CrisisContact(organisation_id=peer.organisation_id, peer=peer)
    text = json.dumps(after, ensure_ascii=False, sort_keys=True) if after != BLANK else ""
    seal_text(row, "body", text, peer.data_key)
    row.has_person = bool(after["who"])
    row.noted_at, row.noted_by = now, by.actor
    row.revision += 1
    row.save()
    record(by=by, verb="people.note_trusted", what=row, now=now)
    return row


def forget_trusted(*, peer: Peer, revision: int, by: Actor, now: datetime) -> CrisisContact | None:
    """Take away all that is noted. Where nothing is, nothing happens. Raises Refused when somebody was quicker."""
    return note_trusted(peer=peer, revision=revision, wishes=BLANK, by=by, now=now)


def _merged(before: Wishes, typed: Wishes) -> Wishes:
    """What was there, with what somebody typed who does not see it."""
    said, new = dict(_all(before)), _all(typed)
    if any(new[name] for name in PERSON):
        said |= {name: new[name] for name in PERSON}
    said |= {name: text for name, text in new.items() if text and name not in PERSON}
    return cast(Wishes, said)


def _all(wishes: Wishes) -> Mapping[str, str]:
    return cast(Mapping[str, str], wishes)


def _read(text: str) -> Wishes:
    return cast(Wishes, {**BLANK, **(json.loads(text) if text else {})})
