"""Two people on their way to an agreement, each state reached through the real actions."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from lib import wall
from lib.ids import new_id
from people.actions import members
from people.models import Membership, Organisation, Peer
from sessions.actions import agreeing, agreements, extensions, pairings, points, sheets
from sessions.differences import differs
from sessions.models import Agreement, BoundarySheet, Extension, Pairing, Side
from sessions.queries.compared import boundaries_of
from sessions.queries.item_lists import items_in_force
from sessions.wording import Said, Talk
from tests import factories

START = factories.START
TALK: Talk = {
    "supporter_expects": "To listen well.",
    "peer_expects": "Somebody who knows. 🌱 שלום",
    "supporter_fears": "",
    "peer_fears": "That it ends.",
    "rhythm": "weekly",
    "exceptions_read": True,
}
SUPPORTER = {
    "hug_given": Said(answer="maybe", note="If you ask me"),
    "alcohol": Said(answer="never", note=""),
    "struggles": Said(answer="always", note=""),
}
PEER = {
    "hug_given": Said(answer="never", note=""),
    "alcohol": Said(answer="never", note=""),
    "medicine": Said(answer="always", note=""),
}


@dataclass
class Two:
    """A supporter and a peer, introduced by a coordinator."""

    organisation: Organisation
    coordinator: Membership
    supporter: Membership
    peer: Peer
    pairing: Pairing

    def url(self, name: str = "", *rest: object) -> str:
        """The address of a page of theirs."""
        tail = "".join(f"{part}/" for part in (name, *rest) if part)
        return f"/o/{self.organisation.slug}/pairings/{self.pairing.pk}/{tail}"


def introduced(organisation: Organisation, **rest: Any) -> Two:
    """Nothing is talked about yet."""
    coordinator = factories.coordinator(organisation)
    supporter = factories.supporter(organisation, **rest)
    peer = factories.peer(organisation)
    return Two(organisation, coordinator, supporter, peer, pair(coordinator, supporter, peer))


def pair(
    coordinator: Membership,
    supporter: Membership,
    peer: Peer,
    *,
    once: UUID | None = None,
    now: datetime = START,
) -> Pairing:
    """Introduce two."""
    with wall.inside(coordinator.organisation_id):
        return pairings.pair(
            once=once or new_id(),
            peer_id=peer.pk,
            supporter_id=supporter.pk,
            by=factories.member(coordinator),
            now=now,
        )


def drafted(
    two: Two, *, now: datetime = START, version: int = 1, revision: int = 0, **changes: Any
) -> Agreement:
    """They have talked; `changes` to what they said or plan."""
    plan: dict[str, Any] = {
        "sessions_agreed": 6,
        "minutes": 50,
        "review_on": (now + timedelta(weeks=8)).date(),
    }
    talk = {key: changes.get(key, value) for key, value in TALK.items()}
    plan = {key: changes.get(key, value) for key, value in plan.items()}
    with wall.inside(two.organisation.pk):
        return agreements.draft(
            pairing_id=two.pairing.pk,
            version=version,
            revision=revision,
            talk=talk,  # type: ignore[arg-type]
            by=factories.member(two.supporter),
            now=now,
            **plan,
        )


def saved(
    two: Two,
    side: str,
    answers: dict[str, Said],
    *,
    version: int = 1,
    revision: int = 0,
    now: datetime = START,
) -> BoundarySheet:
    """One side has answered something."""
    with wall.inside(two.organisation.pk):
        return sheets.save_sheet(
            pairing_id=two.pairing.pk,
            side=side,
            version=version,
            revision=revision,
            said=answers,
            by=factories.member(two.supporter),
            now=now,
        )


def shared(
    two: Two, side: str, answers: dict[str, Said], *, version: int = 1, now: datetime = START
) -> BoundarySheet:
    """One side has finished; in a later version what `answers` does not name stays as it was."""
    sheet = saved(two, side, answers, version=version, now=now)
    with wall.inside(two.organisation.pk):
        return sheets.share_sheet(
            pairing_id=two.pairing.pk,
            side=side,
            version=version,
            revision=sheet.revision,
            by=factories.member(two.supporter),
            now=now,
        )


def ready(two: Two, *, now: datetime = START, **changes: Any) -> Agreement:
    """Nothing is missing but their yes."""
    made = drafted(two, now=now, **changes)
    shared(two, Side.SUPPORTER, SUPPORTER, now=now)
    shared(two, Side.PEER, PEER, now=now)
    return settled(two, made, now=now)


def ready_again(
    two: Two,
    version: int = 2,
    *,
    supporter: dict[str, Said] | None = None,
    peer: dict[str, Said] | None = None,
    now: datetime = START,
    **changes: Any,
) -> Agreement:
    """They have looked at it again: each side named what changed, and nothing is missing but their yes."""
    made = drafted(two, now=now, version=version, **changes)
    shared(two, Side.SUPPORTER, supporter or {}, version=version, now=now)
    shared(two, Side.PEER, peer or {}, version=version, now=now)
    return settled(two, made, now=now)


def settled(two: Two, draft: Agreement, outcome: str = "talked", *, now: datetime = START) -> Agreement:
    """They have talked about each of their differences, or leave each open."""
    with wall.inside(two.organisation.pk):
        pairing = Pairing.objects.select_related("peer__data_key", "supporter__data_key").get(
            pk=draft.pairing_id
        )
        rows = boundaries_of(pairing, draft.version, items_in_force(two.organisation.pk)) or []
        return points.settle_points(
            agreement_id=draft.pk,
            revision=draft.revision,
            points={row["key"]: {"outcome": outcome, "note": ""} for row in rows if differs(row)},
            by=factories.member(two.supporter),
            now=now,
        ).agreement


def agreed(two: Two, *, now: datetime = START) -> Agreement:
    """Both have said yes."""
    return yes(two, ready(two, now=now), now=now)


def yes(two: Two, draft: Agreement, *, now: datetime = START) -> Agreement:
    """Both say yes to a draft."""
    with wall.inside(two.organisation.pk):
        return agreeing.agree(
            agreement_id=draft.pk, revision=draft.revision, by=factories.member(two.supporter), now=now
        )


def supervised(two: Two, *, now: datetime = START) -> Membership:
    """A supervisor of the supporter."""
    row = factories.supervisor(two.organisation)
    with wall.inside(two.organisation.pk):
        members.begin_supervision(
            supervisor_id=row.pk,
            supporter_id=two.supporter.pk,
            by=factories.member(two.coordinator),
            now=now,
        )
    return row


def asked(two: Two, *, up_to: int = 12, now: datetime = START) -> Extension:
    """The two would like more sessions; somebody supervises the supporter already."""
    with wall.inside(two.organisation.pk):
        return extensions.ask_extension(
            once=new_id(),
            pairing_id=two.pairing.pk,
            up_to=up_to,
            because="We have only just begun. 🌱",
            by=factories.member(two.supporter),
            now=now,
        )


def granted(two: Two, *, up_to: int = 12, now: datetime = START) -> Extension:
    """A supervisor has said yes to more sessions."""
    supervisor = factories.member(supervised(two, now=now))
    wish = asked(two, up_to=up_to, now=now)
    with wall.inside(two.organisation.pk):
        return extensions.grant_extension(extension_id=wish.pk, by=supervisor, now=now)


def typed(**changes: Any) -> dict[str, str]:
    """What the form of expectations sends."""
    form: dict[str, Any] = {
        **TALK,
        "exceptions_read": "on",
        "version": 1,
        "revision": 0,
        "sessions_agreed": 6,
        "minutes": 50,
        "review_on": days_ahead(56).isoformat(),
    }
    return {key: str(value) for key, value in (form | changes).items() if value is not None}


def days_ahead(days: int) -> date:
    """A day ahead by the clock on the wall."""
    return datetime.now(UTC).date() + timedelta(days=days)
