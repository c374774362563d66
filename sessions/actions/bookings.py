"""Sessions: booked."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from psycopg.errors import ExclusionViolation
from psycopg.types.range import Range

from audit.actions import Actor, event
from lib.together import store
from people.actions.links import new_link
from people.models import PrivateLink
from people.models.links import LinkPurpose
from sessions.actions.holding import again_after_deadlock, holds, taken
from sessions.actions.notices import news
from sessions.actions.rules import (
    LINK_STAYS,
    refuse_beyond_agreement,
    refuse_pairing,
    refuse_room,
    refuse_time,
    refuse_too_often,
    refuse_unfit,
)
from sessions.models import PeerSession, Setting
from sessions.queries.standing import Standing, standing


def book(
    *,
    once: UUID,
    pairing_id: UUID,
    starts_at: datetime,
    minutes: int,
    setting: str,
    room_id: UUID | None,
    meeting_point: str,
    by: Actor,
    now: datetime,
) -> PeerSession:
    """Book a session of a pairing; the same form sent again gives the same session.

    Raises Refused: a time that has passed, nothing agreed yet, more sessions than were agreed or more often, a time
    outside the hours of supporter or room, or one that is taken for supporter, peer or room. Never says by what it
    is taken: that is somebody else's affair. Supporters may book themselves outside of their own hours.
    """
    refuse_time(starts_at, minutes, now)
    wish = PeerSession(
        id=once,
        organisation_id=by.organisation_id,
        pairing_id=pairing_id,
        setting=setting,
        room_id=room_id if setting == Setting.ROOM else None,
        meeting_point="" if setting == Setting.ROOM else meeting_point,
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=minutes),
        booked_at=now,
        booked_by=by.actor,
    )
    try:
        return again_after_deadlock(lambda: _book(wish, pairing_id, by=by, now=now))
    except IntegrityError as error:
        if not isinstance(error.__cause__, ExclusionViolation):
            raise
        raise taken(wish) from error


def _book(wish: PeerSession, pairing_id: UUID, *, by: Actor, now: datetime) -> PeerSession:
    with transaction.atomic():
        _queue(wish)
        there = _standing(wish, pairing_id, now)
        if there.made:
            return PeerSession.objects.get(pk=wish.pk)
        refuse_pairing(there)
        refuse_beyond_agreement(there)
        refuse_too_often(there, wish.starts_at)
        refuse_room(wish, open_room=there.open_room)
        own = by.actor == f"member:{there.supporter_id}"
        refuse_unfit(wish, there, pairing_id=pairing_id, besides=wish.pk, own=own, now=now)
        rooms = [wish.room_id] if wish.room_id else []
        held = holds(wish, supporters=[there.supporter_id], peers=[there.peer_id], rooms=rooms)
        link = _link(wish, there.peer_id, by=by, now=now)
        told = news(wish, there, link_id=link.pk, by=by, now=now)
        done = event(by=by, verb="sessions.book", what=wish, now=now, pairing=wish.pairing_id)
        store(wish, *held, link, *told, done)
    return wish


def _queue(wish: PeerSession) -> None:
    """Queue up for everybody and everything the session needs, always in the same order, then for the pairing.

    What is read from here on was written by whoever was in front. Raises IntegrityError where they have taken the
    time: the database sees that while it stands in the queue, so that many who want one time do not hold each other
    up (`peer_sessions_queue_to_book`, in the migrations).
    """
    during = Range(wish.starts_at, wish.ends_at)
    values: list[Any] = [wish.pairing_id, wish.room_id, wish.pk, during]
    with connection.cursor() as cursor:
        cursor.execute("SELECT peer_sessions_queue_to_book(%s, %s, %s, %s)", values)


def _standing(wish: PeerSession, pairing_id: UUID, now: datetime) -> Standing:
    return standing(
        pairing_id,
        once=wish.pk,
        room_id=wish.room_id,
        starts_at=wish.starts_at,
        ends_at=wish.ends_at,
        now=now,
    )


def _link(wish: PeerSession, peer_id: UUID, *, by: Actor, now: datetime) -> PrivateLink:
    return new_link(
        purpose=LinkPurpose.SESSION,
        object_id=wish.pk,
        peer_id=peer_id,
        expires_at=wish.ends_at + LINK_STAYS,
        by=by,
        now=now,
    )
