"""What was signed on paper: a photo or a scan, optional, sealed with the peer's key."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.once import already_made
from lib.pictures import made_anew
from lib.refusal import Refused
from lib.sealing.models import open_bytes, seal_bytes
from sessions.actions.pairings import open_pairing
from sessions.models import AgreementAnswer, How, PaperCopy

MOST_COPIES = 4  # pictures of one answer: both sides of two sheets of paper


def add_paper_copy(*, once: UUID, answer_id: UUID, picture: bytes, by: Actor, now: datetime) -> PaperCopy:
    """Keep a picture of what was signed: made anew, sealed, never changed. The same form again adds nothing.

    Raises Refused for what is no picture, for an answer that was not given on paper, and for too many.
    """
    content = made_anew(picture, field="picture")  # slow: before anything is locked
    with transaction.atomic():
        earlier = already_made(PaperCopy.objects.defer("content"), once)
        if earlier is not None:
            return earlier
        answer = AgreementAnswer.objects.select_related("agreement").get(pk=answer_id)
        pairing = open_pairing(agreements=answer.agreement_id)
        if answer.how != How.PAPER:
            raise Refused(_("This answer was not given on paper."))
        if PaperCopy.objects.filter(answer=answer).count() >= MOST_COPIES:
            raise Refused(_("There are four pictures already. More cannot be kept."), field="picture")
        copy = PaperCopy(
            id=once, organisation_id=answer.organisation_id, answer=answer, added_at=now, added_by=by.actor
        )
        seal_bytes(copy, "content", content, pairing.peer.data_key)
        copy.save(force_insert=True)
        record(by=by, verb="sessions.add_paper_copy", what=copy, now=now, agreement=answer.agreement_id)
    return copy


def look(*, copy: PaperCopy, by: Actor, now: datetime) -> bytes:
    """Open a picture and note who did, in one transaction. `copy` carries the pairing and the peer's key."""
    with transaction.atomic():
        content = open_bytes(copy, "content", copy.answer.agreement.pairing.peer.data_key)
        record(by=by, verb="sessions.look", what=copy, now=now)
    return content
