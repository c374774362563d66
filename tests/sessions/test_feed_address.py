"""The address a calendar follows: made, renewed and ended, by members and by peers."""

from datetime import UTC, datetime
from threading import Barrier, Thread

import pytest
from django.db import connection, transaction
from django.test import Client

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.tokens import token_for
from people.models import Membership, Organisation, PrivateLink
from people.models.links import LinkPurpose
from reminders.calendar import uid
from sessions.actions import calendars, own_pages
from tests import factories
from tests.sessions import booked
from tests.sessions.test_feed import entries, member_feed, page, path_of

NOW = datetime.now(UTC)


def test_make_renew_end(ash: Organisation) -> None:
    supporter = factories.supporter(ash)
    client = factories.signed_in(supporter)
    assert client.get(page(ash)).context["feed"] is None
    assert client.post(page(ash, "make/"))["Location"] == page(ash)
    first = client.get(page(ash)).context["feed"]
    assert first.address.endswith(path_of(PrivateLink.objects.get()))
    assert f'value="{first.address}"' in client.get(page(ash)).content.decode()
    assert Client().get(path_of(PrivateLink.objects.get())).status_code == 200

    client.post(page(ash, "make/"), {"replaces": first.id})
    second = client.get(page(ash)).context["feed"]
    assert second.address != first.address
    old, new = (path_of(PrivateLink.objects.get(pk=each.id)) for each in (first, second))
    assert (Client().get(old).status_code, Client().get(new).status_code) == (404, 200)

    client.post(page(ash, "end/"))
    assert client.get(page(ash)).context["feed"] is None
    assert Client().get(new).status_code == 404
    verbs = list(Event.objects.order_by("number").values_list("verb", "detail"))[-3:]
    assert verbs == [
        ("sessions.make_feed", {"anew": False}),
        ("sessions.make_feed", {"anew": True}),
        ("sessions.revoke_feed", {}),
    ]


def test_pressed_twice_it_is_the_same_address(ash: Organisation) -> None:
    client = factories.signed_in(factories.supporter(ash))
    for _ in range(2):
        client.post(page(ash, "make/"))
    first = PrivateLink.objects.get()
    for _ in range(2):  # the second comes from a page that is out of date
        client.post(page(ash, "make/"), {"replaces": first.pk})
    assert PrivateLink.objects.count() == 2
    assert PrivateLink.objects.filter(revoked_at__isnull=True).count() == 1


def test_ending_what_has_ended(ash: Organisation) -> None:
    client = factories.signed_in(factories.supporter(ash))
    before = Event.objects.count()
    assert client.post(page(ash, "end/")).status_code == 302
    assert Event.objects.count() == before


@pytest.mark.parametrize("replaces", ["x", "🌿", "\x00", "9" * 400])
def test_a_broken_form_changes_nothing(ash: Organisation, replaces: str) -> None:
    client = factories.signed_in(factories.supporter(ash))
    client.post(page(ash, "make/"))
    assert client.post(page(ash, "make/"), {"replaces": replaces}).status_code == 422
    assert PrivateLink.objects.count() == 1


def test_nobody_ends_somebody_elses(ash: Organisation, elm: Organisation) -> None:
    path = member_feed(factories.supporter(ash))
    link = PrivateLink.objects.get()
    other = factories.signed_in(factories.supporter(ash))
    other.post(page(ash, "make/"), {"replaces": link.pk})
    other.post(page(ash, "end/"))
    stranger = factories.signed_in(factories.supporter(elm))
    assert stranger.post(page(ash, "end/")).status_code == 404
    wall.enter(ash.pk)
    assert Client().get(path).status_code == 200


def test_only_asking_does_nothing(ash: Organisation) -> None:
    client = factories.signed_in(factories.supporter(ash))
    for tail in ("make/", "end/"):
        assert client.get(page(ash, tail)).status_code == 405
    assert client.post(page(ash)).status_code == 405
    assert PrivateLink.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_leave_one_address() -> None:
    """Both begin before either is done; without the lock both would find none, and two addresses would live."""
    with transaction.atomic():
        ash = factories.organisation("ash")
    supporter = factories.supporter(ash)
    barrier, made = Barrier(2), []

    def press() -> None:
        try:
            with wall.inside(ash.pk):
                PrivateLink.objects.count()
                barrier.wait(timeout=10)
                by = factories.member(
                    Membership.objects.select_related("user", "organisation").get(pk=supporter.pk)
                )
                made.append(calendars.make_feed(replaces=None, by=by, now=datetime.now(UTC)).pk)
        finally:
            connection.close()

    presses = [Thread(target=press) for _ in range(2)]
    for each in presses:
        each.start()
    for each in presses:
        each.join()
    assert len(made) == 2
    assert len(set(made)) == 1
    with wall.inside(ash.pk):
        assert PrivateLink.objects.filter(revoked_at__isnull=True).count() == 1


# The peer's own page ----------------------------------------------------------------------------------------


def own_page(found: booked.Thread) -> tuple[Client, str]:
    """A phone on which the peer has opened their own page, and the address of its calendar."""
    with wall.inside(found.organisation.pk):
        by = factories.member(found.supporter)
        link = own_pages.make_own_page(
            once=new_id(), by_mail=False, pairing_id=found.pairing.pk, by=by, now=datetime.now(UTC)
        )
    client, home = Client(), f"/p/{token_for(link.pk)}/mine/"
    client.post(home)
    return client, f"{home}calendar/"


def test_a_peer_makes_renews_and_ends_theirs(ash: Organisation) -> None:
    found = booked.thread(ash)
    row = booked.ahead(found)
    client, here = own_page(found)
    assert client.get(here).context["feed"] is None
    assert client.post(f"{here}make/")["Location"] == here
    first = client.get(here).context["feed"]
    path = path_of(PrivateLink.objects.get(pk=first.id))
    assert first.address.endswith(path)
    assert [entry.uid.value for entry in entries(path)] == [uid(row.pk, found.peer.pk)]
    client.post(f"{here}make/", {"replaces": first.id})
    assert client.get(here).context["feed"].id != first.id
    assert Client().get(path).status_code == 404
    client.post(f"{here}end/")
    assert client.get(here).context["feed"] is None
    assert client.post(f"{here}make/", {"replaces": "🌿"}).status_code == 422
    assert client.get(f"{here}make/").status_code == 405


def test_a_peers_calendar_opens_only_behind_the_cover(ash: Organisation) -> None:
    found = booked.thread(ash)
    _client, here = own_page(found)
    assert Client().get(here)["Location"] == here.removesuffix("calendar/")


def test_it_ends_when_the_page_is_taken_back(ash: Organisation) -> None:
    """The page may have been in the wrong hands, which could have made an address for themselves."""
    found = booked.thread(ash)
    client, here = own_page(found)
    client.post(f"{here}make/")
    path = path_of(PrivateLink.objects.get(purpose=LinkPurpose.CALENDAR))
    assert Client().get(path).status_code == 200
    with wall.inside(ash.pk):
        by = factories.member(found.supporter)
        own_pages.revoke_own_page(pairing_id=found.pairing.pk, by=by, now=datetime.now(UTC))
    assert Client().get(path).status_code == 404
