"""Pairings: two people introduced, their beginning with the first agreement, and their planned ending."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Value
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.moves import move
from lib.once import already_made
from lib.refusal import Refused
from people.actions.links import revoke_links
from people.actions.peers import assign, unassign
from people.models import Membership, Peer
from people.states import ACTIVE as PEER_ACTIVE
from reminders.actions import cancel_for_all
from sessions.actions.deciding import settle_open
from sessions.actions.outcomes import cancel
from sessions.models import Agreement, Ending, Extension, LimitsSheet, Pairing, Party, PeerSession, Why
from sessions.states import ASKED, ENDED, INTRODUCED, PAIRING_MOVES, PROPOSED, UPCOMING
from sessions.states import IN_FORCE as AGREED


def pair(*, once: UUID, peer_id: UUID, supporter_id: UUID, by: Actor, now: datetime) -> Pairing:
    """Introduce a peer to a supporter; the same form sent again gives the same pairing.

    Raises Refused when the supporter has not finished a sheet of their own limits, has no room left, is taking a break
    or has left, when the peer's record was put away, or when the two are together already.
    """
    with transaction.atomic():
        earlier = already_made(Pairing.objects.all(), once)
        if earlier is not None:
            return earlier
        supporter = _with_room_held(supporter_id, now)
        peer = _present(peer_id)
        assign(peer=peer, supporter=supporter, by=by, now=now)
        pairing = Pairing.objects.create(
            id=once,
            organisation_id=by.organisation_id,
            peer=peer,
            supporter=supporter,
            introduced_at=now,
            introduced_by=by.actor,
        )
        record(by=by, verb="sessions.pair", what=pairing, now=now, peer=peer.pk, supporter=supporter.pk)
    return pairing


def _with_room_held(supporter_id: UUID, now: datetime) -> Membership:
    """The supporter's row, locked, so that two coordinators cannot both give away the last place."""
    rows = Membership.objects.select_for_update(of=("self",)).active(now).here().supporters()
    finished = LimitsSheet.objects.filter(membership_id=OuterRef("pk"), finished_at__isnull=False)
    supporter = rows.filter(pk=supporter_id).annotate(ready=Exists(finished)).first()
    if supporter is None:
        raise Refused(
            _("This supporter does not work here any more. Please choose another one."), field="supporter"
        )
    if not supporter.ready:  # type: ignore[attr-defined]
        raise Refused(
            _("This supporter is not ready yet. Please talk with them first, or choose another one."),
            field="supporter",
        )
    return supporter


def _present(peer_id: UUID) -> Peer:
    peer = Peer.objects.select_for_update(of=("self",)).get(pk=peer_id)
    if peer.state != PEER_ACTIVE:
        raise Refused(_("This person’s record was put away. Take it out again first."), field="peer")
    return peer


def open_pairing(rows: QuerySet[Pairing] | None = None, **which: UUID) -> Pairing:
    """The pairing, locked, with both keys and what `rows` add to it. Raises Refused when it has ended."""
    related = (Pairing.objects.all() if rows is None else rows).select_related(
        "organisation", "peer__data_key", "supporter__data_key"
    )
    pairing = related.select_for_update(of=("self",)).get(**which)
    if pairing.state == ENDED:
        raise Refused(_("This pairing has ended. Nothing can be added to it."))
    return pairing


def begin(*, pairing: Pairing, now: datetime) -> None:
    """Let an introduced pairing begin. Part of agreeing, which holds the row locked and records it."""
    if pairing.state != INTRODUCED:
        return
    move(PAIRING_MOVES, "begin", pairing)
    pairing.begun_at = now
    pairing.save(update_fields=["state", "begun_at"])


def end(*, pairing_id: UUID, by: Actor, now: datetime) -> Pairing:
    """End a pairing: the supporter's sight of the peer ends this minute, and sessions to come are called off.

    What was prepared for the ending is frozen, and a wish for more sessions is void; a wish for another supporter stays
    open, for it is not answered yet. Ending what has ended does nothing, so that the same form may come twice.
    """
    with transaction.atomic():
        related = Pairing.objects.select_related("peer", "supporter")
        pairing = related.select_for_update(of=("self",)).get(pk=pairing_id)
        if pairing.state == ENDED:
            return pairing
        move(PAIRING_MOVES, "end", pairing)
        pairing.ended_at = now
        pairing.ended_by = by.actor
        pairing.save(update_fields=["state", "ended_at", "ended_by"])
        held = hold_what_ends([pairing.pk], by=by, now=now)
        for peer_session_id in held.sessions:
            cancel(peer_session_id=peer_session_id, why=Why.OTHER, side=Party.ORGANISATION, by=by, now=now)
        if held.wishes:
            settle_open(pairing, by=by, now=now)
        Ending.objects.filter(pairing=pairing, closed_at__isnull=True).update(closed_at=now)
        unassign(peer=pairing.peer, supporter=pairing.supporter, now=now)
        record(by=by, verb="sessions.end", what=pairing, now=now, called_off=len(held.sessions))
    return pairing


class Held(NamedTuple):
    """Ids of what ends with pairings: sessions to come, and open wishes for more."""

    sessions: list[UUID]
    wishes: list[UUID]


def hold_what_ends(pairing_ids: Collection[UUID], *, by: Actor, now: datetime) -> Held:
    """The sessions to come of locked pairings, their rows locked; their links and all that waits to be sent have ended.

    Part of ending, before its first mark in the trail: whoever opens such a link, confirms such a session or sends
    such a message holds its row, and waits for the trail.
    """
    coming = PeerSession.objects.filter(pairing__in=pairing_ids, state__in=UPCOMING, starts_at__gt=now)
    rows = coming.order_by("starts_at", "pk").select_for_update(of=("self",))
    ids = list(rows.values_list("pk", flat=True))
    for peer_session_id in ids:
        revoke_links(object_id=peer_session_id, now=now)
    wishes, agreements = _what_waits(pairing_ids)
    if waiting := [*ids, *wishes, *agreements]:
        cancel_for_all(object_ids=waiting, by=by, now=now)
    return Held(ids, wishes)


def _what_waits(pairing_ids: Collection[UUID]) -> tuple[list[UUID], list[UUID]]:
    """Open wishes for more sessions, and agreements of which something may be due; one query for both."""
    asked = Extension.objects.filter(pairing__in=pairing_ids, state=ASKED)
    live = Agreement.objects.filter(pairing__in=pairing_ids, state__in=[PROPOSED, AGREED])
    kinds = [
        rows.order_by().values_list("pk", Value(kind)) for kind, rows in (("wish", asked), ("live", live))
    ]
    found = list(kinds[0].union(kinds[1], all=True))
    return [pk for pk, kind in found if kind == "wish"], [pk for pk, kind in found if kind == "live"]
