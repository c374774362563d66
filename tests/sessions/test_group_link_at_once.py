"""A link to a group's meetings is made while the peer's record is put away: both happen, and nobody waits crosswise.

Tried with the whole lock on the peer's row in `archive_peer`: the two met a deadlock.
"""

import threading
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import Any

import pytest
from django.db import transaction

from audit.actions import Operator
from lib import wall
from people.actions.peers import archive_peer
from people.models import GroupMember, Peer, PrivateLink
from sessions.actions import group_links
from sessions.actions.place_notices import new_link
from tests import factories
from tests.roles import SUPERUSER, connect
from tests.sessions import gathered
from tests.sessions.test_hold import many_connections, race

__all__ = ["many_connections"]
WAITING = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def _until_somebody_waits() -> None:
    end = monotonic() + 10
    with connect(SUPERUSER) as superuser:
        while monotonic() < end:
            row = superuser.execute(WAITING).fetchone()
            if row is not None and row[0]:
                return
            sleep(0.01)
    raise AssertionError("nobody came to wait")


@pytest.mark.usefixtures("many_connections")
def test_a_link_and_a_record_put_away(monkeypatch: pytest.MonkeyPatch) -> None:
    with transaction.atomic():
        made = gathered.circle(factories.organisation("ash"), people=1)
    member, by, now = made.members[0], Operator(made.organisation.pk), datetime.now(UTC)
    held = threading.Event()

    def late(*args: Any, **words: Any) -> Any:
        held.set()
        _until_somebody_waits()
        return new_link(*args, **words)

    def put_away() -> Peer:
        assert held.wait(10)
        return archive_peer(peer_id=member.peer_id, by=by, now=now)

    def link() -> PrivateLink:
        return group_links.make_group_link(group_member_id=member.pk, by_mail=False, by=by, now=now)

    monkeypatch.setattr(group_links, "new_link", late)
    results = race(made.organisation, [link, put_away])
    assert [type(one) for one in results] == [PrivateLink, Peer], results
    with wall.inside(made.organisation.pk):
        assert GroupMember.objects.get(pk=member.pk).left_at == now
