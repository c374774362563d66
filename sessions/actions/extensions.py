"""More sessions than were agreed at first: asked for by the two, decided by a supervisor.

Every write holds the pairing's row locked first, like agreeing and ending do, so that none of them waits crosswise.
"""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Exists
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.once import already_made
from lib.refusal import Refused
from lib.sealing.models import open_text, seal_text
from sessions.actions.deciding import settle
from sessions.actions.pairings import open_pairing
from sessions.actions.waiting import supervisors, tell
from sessions.models import Agreement, Extension, Pairing
from sessions.states import ASKED, EXTENSION_MOVES, IN_FORCE


def ask_extension(
    *, once: UUID, pairing_id: UUID, up_to: int, because: str, by: Actor, now: datetime
) -> Extension:
    """Ask a supervisor for more sessions; the peer has said yes, or the form is not sent. Sent again it asks once.

    Raises Refused without an agreement in force, for no more than it holds, while an earlier wish is still open, and
    where nobody could decide.
    """
    with transaction.atomic():
        earlier = already_made(Extension.objects.all(), once)
        if earlier is not None:
            return earlier
        pairing = open_pairing(pk=pairing_id)
        _refuse(pairing, up_to)
        deciding = supervisors(pairing)
        if not deciding:
            raise Refused(
                _("Nobody supervises you just now. Ask your coordinator to bring you together with somebody.")
            )
        extension = Extension(
            id=once,
            organisation_id=pairing.organisation_id,
            pairing=pairing,
            up_to=up_to,
            asked_at=now,
            asked_by=by.actor,
            state=ASKED,
        )
        seal_text(extension, "because", because, pairing.peer.data_key)
        extension.save(force_insert=True)
        sender = pairing.organisation.sender_name
        tell(deciding, object_id=extension.pk, sender_name=sender, by=by, now=now)
        record(by=by, verb="sessions.ask_extension", what=extension, now=now, up_to=up_to)
    return extension


def _refuse(pairing: Pairing, up_to: int) -> None:
    """Under the pairing's lock, so that a second form that comes at the same moment sees the first one's wish."""
    asked = Extension.objects.filter(pairing=pairing, state=ASKED)
    in_force = Agreement.objects.filter(pairing=pairing, state=IN_FORCE).annotate(asked=Exists(asked))
    found = in_force.values_list("sessions_agreed", "asked").first()
    if found is None:
        raise Refused(_("No agreement is in force for the two of you. Make a new one first."))
    number, is_asked = found
    if is_asked:
        raise Refused(_("You have asked already, and your supervisor has not answered yet."))
    if up_to <= number:
        words = _("You have agreed on %(number)s already. Choose a larger number.")
        raise Refused(words % {"number": number}, field="up_to")


def grant_extension(*, extension_id: UUID, by: Actor, now: datetime) -> Extension:
    """A supervisor says yes: the two may now agree on up to so many. Pressed again it does nothing."""
    return _decide(extension_id, "grant_extension", by=by, now=now)


def decline_extension(*, extension_id: UUID, by: Actor, now: datetime) -> Extension:
    """A supervisor says no: what is agreed stays as it is. Pressed again it does nothing."""
    return _decide(extension_id, "decline_extension", by=by, now=now)


def take_back_extension(*, extension_id: UUID, by: Actor, now: datetime) -> Extension:
    """The two have thought again, while nobody has decided. Pressed again it does nothing."""
    return _decide(extension_id, "take_back_extension", by=by, now=now)


def _decide(extension_id: UUID, verb: str, *, by: Actor, now: datetime) -> Extension:
    with transaction.atomic():
        pairing = open_pairing(extensions=extension_id)
        extension = Extension.objects.get(pk=extension_id, pairing=pairing)
        if extension.state == EXTENSION_MOVES[verb][1] and extension.decided_by == by.actor:
            return extension
        settle(extension, verb, by=by, now=now)
        if verb != "take_back_extension":
            sender = pairing.organisation.sender_name
            tell([pairing.supporter_id], object_id=extension.pk, sender_name=sender, by=by, now=now)
        record(by=by, verb=f"sessions.{verb}", what=extension, now=now)
    return extension


def look(*, extension: Extension, by: Actor, now: datetime) -> str:
    """Open the reason and note who did, in one transaction. `extension` carries its key."""
    with transaction.atomic():
        text = open_text(extension, "because", extension.pairing.peer.data_key)
        record(by=by, verb="sessions.look", what=extension, now=now)
    return text
