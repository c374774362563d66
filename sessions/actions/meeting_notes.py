"""The note of a meeting: without names, a draft until it is sent, sent once, read under the eyes of the trail.

It is sealed with a key of the group's own, made when something is noted about the group for the first time.
"""

import json
from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.refusal import Refused
from lib.sealing.models import DataKey, new_key, open_text, seal_text
from people.access import Member
from people.models import Group
from sessions.actions.meetings import close
from sessions.models import Draft, MeetingNote, PeerSession, Temperature
from sessions.states import BOOKED, CANCELLED

FORM = Draft.Form.MEETING_NOTE


def meeting_note(
    *, once: UUID, peer_session_id: UUID, text: str, temperature: int, by: Member, now: datetime
) -> MeetingNote:
    """Write down how a meeting was, and let it end as held; the same form sent again gives the same note.

    Raises Refused before the meeting has begun, when it was called off, and when there is a note already. The
    author's own draft is gone then; what others had typed stays with them until they throw it away.
    """
    with transaction.atomic():
        meeting = _locked(peer_session_id)
        earlier = MeetingNote.objects.filter(peer_session=meeting).first()
        if earlier is not None and earlier.pk == once:
            return earlier
        _refuse(meeting, earlier)
        if meeting.state == BOOKED:
            close(meeting, by=by, now=now)
        note = MeetingNote(
            id=once,
            organisation_id=by.organisation_id,
            peer_session=meeting,
            temperature=Temperature(temperature),
            written_at=now,
            written_by=by.actor,
        )
        seal_text(note, "text", text, _key(meeting))
        note.save(force_insert=True)
        Draft.objects.filter(peer_session=meeting, author_id=by.id, form=FORM).delete()
        record(by=by, verb="sessions.meeting_note", what=note, now=now, peer_session=meeting.pk)
    return note


def _locked(peer_session_id: UUID) -> PeerSession:
    """The meeting with its group's key. Its row is locked, which is also what lets a form count once."""
    related = PeerSession.objects.select_related("group__data_key")
    return related.select_for_update(of=("self",)).get(pk=peer_session_id, group__isnull=False)


def _refuse(meeting: PeerSession, earlier: MeetingNote | None) -> None:
    if meeting.state == CANCELLED:
        raise Refused(_("This meeting was called off."))
    if earlier is not None:
        raise Refused(
            _(
                "Somebody else sent a note of this meeting meanwhile, and there is only one. Talk it over together."
            )
        )


def look_at_note(*, note: MeetingNote, by: Actor, now: datetime) -> str:
    """Open a note and record who did, in one transaction: no record, no text. `note` carries its group's key."""
    key = note.peer_session.meeting_of.data_key
    assert key is not None
    with transaction.atomic():
        text = open_text(note, "text", key)
        record(by=by, verb="sessions.look", what=note, now=now)
    return text


def keep_note_draft(
    *, peer_session_id: UUID, texts: Mapping[str, str], by: Member, now: datetime
) -> Draft | None:
    """Keep what its author has typed so far; nothing once there is a note, or the meeting was called off.

    Not in the trail: it is one person's own unfinished words, saved every few seconds.
    """
    with transaction.atomic():
        meeting = _locked(peer_session_id)
        if meeting.state == CANCELLED or MeetingNote.objects.filter(peer_session=meeting).exists():
            return None
        mine = Draft.objects.filter(peer_session=meeting, author_id=by.id, form=FORM).first()
        draft = mine or Draft(
            organisation_id=by.organisation_id, peer_session=meeting, author_id=by.id, form=FORM
        )
        seal_text(draft, "body", json.dumps(dict(texts)), _key(meeting))
        draft.saved_at = now
        draft.save()
    return draft


def drop_note_draft(*, peer_session_id: UUID, by: Member) -> None:
    """Throw away what its author had typed and not sent."""
    with transaction.atomic():
        Draft.objects.filter(peer_session_id=peer_session_id, author_id=by.id, form=FORM).delete()


def _key(meeting: PeerSession) -> DataKey:
    """The group's key, made now where it has none: then under the group's row, so that two at once make one."""
    if meeting.meeting_of.data_key is not None:
        return meeting.meeting_of.data_key
    group = Group.objects.select_for_update(of=("self",)).get(pk=meeting.meeting_of.pk)
    if group.data_key is None:
        group.data_key = new_key(group.organisation_id)
        group.save(update_fields=["data_key"])
    return group.data_key
