"""Two at the same moment: the last place in a group, the last coordinators, one invitation, one form."""

import threading
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from people.access import Member
from people.actions import groups, invitations, members, peers
from people.models import Group, GroupMember, Invitation, Membership, Organisation, Peer, Role, User
from tests import factories

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def ash() -> Organisation:
    """An organisation that other connections see too."""
    with transaction.atomic():
        return factories.organisation("ash")


def at_once(ash: Organisation, *acts: Callable[[], object]) -> list[str]:
    """Run at most three acts, each in a transaction of its own, at the same moment; how each ended, sorted.

    (The pool holds four connections, and the test has one.)
    """
    barrier = threading.Barrier(len(acts))
    ends: list[str] = []

    def run(act: Callable[[], object]) -> None:
        try:
            with wall.inside(ash.pk):
                barrier.wait(timeout=10)
                act()
            ends.append("done")
        except Refused:
            ends.append("refused")
        except Exception as error:
            ends.append(type(error).__name__)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=[act]) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(ends)


def test_the_last_place_in_a_group(ash: Organisation, now: datetime) -> None:
    by = Operator(ash.pk)
    group = factories.group(ash)
    crowd = [factories.peer(ash, name=f"Peer {number}") for number in range(3)]
    with wall.inside(ash.pk):
        Group.objects.update(most_members=2)
        groups.join(group_id=group.pk, peer=factories.peer(ash), by=by, now=now)

    def joining(peer: Peer) -> Callable[[], object]:
        return lambda: groups.join(group_id=group.pk, peer=peer, by=by, now=now)

    assert at_once(ash, *[joining(peer) for peer in crowd]) == ["done", *["refused"] * 2]
    with wall.inside(ash.pk):
        assert GroupMember.objects.filter(left_at__isnull=True).count() == 2


def test_the_last_two_coordinators_cannot_end_each_other(ash: Organisation, now: datetime) -> None:
    by = Operator(ash.pk)
    two = [factories.coordinator(ash) for _ in range(2)]

    def ending(row: Membership) -> Callable[[], object]:
        return lambda: members.end_membership(membership_id=row.pk, by=by, now=now)

    ends = at_once(ash, *[ending(row) for row in two])
    assert ends == ["done", "refused"]
    with wall.inside(ash.pk):
        assert Membership.objects.filter(ends_at__isnull=True).count() == 1


def test_of_three_coordinators_one_stays(ash: Organisation, now: datetime) -> None:
    three = [factories.coordinator(ash) for _ in range(3)]

    with wall.inside(ash.pk):
        actors = [factories.member(row) for row in three]

    def leaving(actor: Member, place: int) -> Callable[[], object]:
        # Requests begin one after another: the one that waits for the lock may bring the older `now`.
        at = now - timedelta(seconds=place)
        return lambda: members.end_membership(membership_id=actor.id, by=actor, now=at)

    racers = [leaving(actor, place) for place, actor in enumerate(actors)]
    assert at_once(ash, *racers) == ["done", "done", "refused"]


def test_whoever_waited_with_an_older_now_sees_who_has_left(ash: Organisation, now: datetime) -> None:
    first, second = (factories.coordinator(ash) for _ in range(2))
    with wall.inside(ash.pk):
        members.end_membership(membership_id=first.pk, by=Operator(ash.pk), now=now)
        with pytest.raises(Refused):
            members.end_membership(
                membership_id=second.pk, by=Operator(ash.pk), now=now - timedelta(seconds=1)
            )


def test_the_last_place_is_gone_for_whoever_waited_with_an_older_now(
    ash: Organisation, now: datetime
) -> None:
    by = Operator(ash.pk)
    helper = factories.supporter(ash, most_peers=1)
    one, other = factories.peer(ash), factories.peer(ash)
    with wall.inside(ash.pk):
        peers.assign(peer=one, supporter=helper, by=by, now=now)
        for peer in (one, other):
            with pytest.raises(Refused):
                peers.assign(peer=peer, supporter=helper, by=by, now=now - timedelta(seconds=1))
        with pytest.raises(Refused):
            peers.archive_peer(peer_id=one.pk, by=by, now=now - timedelta(seconds=1))


def test_one_form_from_two_browsers_makes_one_peer(ash: Organisation, now: datetime) -> None:
    once, by = new_id(), Operator(ash.pk)

    def adding() -> object:
        facts = {"name": "Sam", "pronouns": "", "zone": "Europe/London", "language": "en-gb"}
        return peers.add_peer(once=once, email="sam@example.org", by=by, now=now, **facts)

    assert at_once(ash, *[adding] * 3) == ["done"] * 3
    with wall.inside(ash.pk):
        assert Peer.objects.count() == 1


def test_one_address_is_invited_once(ash: Organisation, now: datetime) -> None:
    by = Operator(ash.pk)

    def inviting() -> object:
        return invitations.invite(
            once=new_id(), email="noor@example.org", role=Role.SUPPORTER, by=by, now=now
        )

    assert at_once(ash, *[inviting] * 3) == ["done", "refused", "refused"]


def test_one_invitation_makes_one_person(ash: Organisation, now: datetime) -> None:
    by = Operator(ash.pk)
    with wall.inside(ash.pk):
        row = invitations.invite(once=new_id(), email="noor@example.org", role=Role.SUPPORTER, by=by, now=now)

    def accepting() -> object:
        return invitations.accept_as_new(
            invitation_id=row.pk,
            preferred_name="Noor",
            pronouns="",
            password="teapot on the sill",
            by=by,
            now=now,
        )

    assert at_once(ash, *[accepting] * 3) == ["done", "refused", "refused"]
    with wall.inside(ash.pk):
        assert (User.objects.count(), Membership.objects.count()) == (1, 1)
        assert Invitation.objects.get().state == "accepted"
