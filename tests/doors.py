"""Doors of the app and who tries them: what the tests of access and of the wall share."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, transaction
from django.test import Client
from django.urls import reverse

from peersafe.matrix import Address, addresses
from people.models import Membership, Role
from tests import factories, world
from tests.world import World

# allauth's own pages: it guards them itself, and they stand in no organisation.
THIRD_PARTY = re.compile(r"(account_|mfa_|usersessions_|socialaccount_)")
# Written on every request, or to count wrong tries: nobody's data.
HOUSEKEEPING = {"django_session", "usersessions_usersession", "peersafe_cache"}
# Addresses whose row must be in another state than the usual one: keyword -> key in Circle.ids.
STANDS_FOR = {
    "sessions:session_log": {"peer_session_id": "held_session_id"},
    "sessions:reflect": {"peer_session_id": "held_session_id"},
    "sessions:take_place": {"peer_session_id": "coming_meeting_id"},
    "sessions:await_place": {"peer_session_id": "coming_meeting_id"},
    "sessions:give_back": {"peer_session_id": "coming_meeting_id"},
    "sessions:give_places": {"peer_session_id": "coming_meeting_id"},
    "sessions:ready": {"peer_session_id": "coming_meeting_id"},
    "sessions:attendance": {"peer_session_id": "begun_meeting_id"},
    "sessions:meeting_note": {"peer_session_id": "begun_meeting_id"},
    "sessions:meeting_note_draft": {"peer_session_id": "begun_meeting_id"},
    "sessions:read_meeting_note": {"peer_session_id": "noted_meeting_id"},
    "sessions:meeting": {"peer_session_id": "planned_meeting_id"},
    "sessions:move_meeting": {"peer_session_id": "planned_meeting_id"},
    "sessions:cancel_meeting": {"peer_session_id": "planned_meeting_id"},
    "sessions:step_in": {"peer_session_id": "planned_meeting_id"},
    "sessions:step_out": {"peer_session_id": "planned_meeting_id"},
}


@dataclass
class Scene:
    """The two organisations, and a signed-in browser for each person who tries the doors."""

    ash: World
    elm: World
    browsers: dict[str, Client] = field(default_factory=dict)

    def browser(self, name: str, row: Membership | None) -> Client:
        """The browser of somebody, made once; `None` is nobody signed in."""
        if name not in self.browsers:
            client = factories.signed_in(row) if row else Client()
            client.raise_request_exception = False
            self.browsers[name] = client
        return self.browsers[name]


@contextmanager
def open_scene() -> Iterator[Scene]:
    """A scene in one transaction that is rolled back; each request has a savepoint of its own."""
    log = logging.getLogger("django.request")
    log.setLevel(logging.CRITICAL)  # a thousand refusals are no news
    try:
        with transaction.atomic():
            made = Scene(world.build("ash"), world.build("elm"))
            for role, row in people_of(made.ash).items():
                made.browser(role, row)
            made.browser("left", made.ash.left)
            made.browser("nobody", None)
            yield made
            transaction.set_rollback(True)
    finally:
        connection.close()
        log.setLevel(logging.NOTSET)


def people_of(one: World) -> dict[str, Membership]:
    """Who tries the doors of an organisation, by role."""
    return {
        Role.COORDINATOR: one.coordinator,
        Role.SUPPORTER: one.mine.supporter,
        Role.SUPERVISOR: one.mine.supervisor,
    }


def our_addresses() -> list[Address]:
    """Every address that is not allauth's."""
    return [address for address in addresses() if not THIRD_PARTY.match(address.name)]


def member_addresses() -> list[Address]:
    """Those that only members enter."""
    return [address for address in our_addresses() if address.marker and address.marker.kind == "members"]


def keywords(address: Address) -> list[str]:
    """The keyword arguments of an address that name rows."""
    return [word for word in re.findall(r"<(?:\w+:)?(\w+)>", address.route) if word not in {"slug", "token"}]


@dataclass(frozen=True)
class Answer:
    """What came back, and which tables were written to, attempts that were rolled back included."""

    status: int
    body: bytes
    location: str
    written: frozenset[str]
    trouble: str


def url_of(address: Address, slug: str, ids: dict[str, Any]) -> str:
    """The address with rows out of `Circle.ids`."""
    keys = STANDS_FOR.get(address.name, {})
    chosen = {keyword: ids[keys.get(keyword, keyword)] for keyword in keywords(address)}
    return reverse(address.name, kwargs={"slug": slug, **chosen})


# The same counts as pg_stat_xact_user_tables has, without the indexes and scans that it adds up besides.
WRITTEN = """
    SELECT relname, written FROM pg_class, LATERAL (SELECT pg_stat_get_xact_tuples_inserted(oid)
        + pg_stat_get_xact_tuples_updated(oid) + pg_stat_get_xact_tuples_deleted(oid) AS written)
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND written > 0
"""


def _written() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(WRITTEN)
        return dict(cursor.fetchall())


def ask(
    client: Client, method: str, url: str, data: dict[str, str] | None = None, *, watched: bool = True
) -> Answer:
    """One request in a savepoint that is undone, outside every wall as a new request is."""
    before = _written() if watched else {}
    point = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.organisation', '', true)")
    response: Any = client.generic(method, url) if method != "POST" else client.post(url, data or {})
    after = _written() if watched else {}
    transaction.savepoint_rollback(point)
    written = {table for table, count in after.items() if count != before.get(table, 0)}
    return Answer(
        response.status_code,
        _plain(response.content),
        response.headers.get("Location", ""),
        frozenset(written - HOUSEKEEPING),
        _trouble(response),
    )


def _trouble(response: Any) -> str:
    """What a 500 was about, for the line that reports it."""
    exc_info = getattr(response, "exc_info", None)
    return f" {exc_info[0].__name__}: {exc_info[1]}" if response.status_code >= 500 and exc_info else ""


def _plain(body: bytes) -> bytes:
    """Without what is random in every answer."""
    return re.sub(rb'(name="csrfmiddlewaretoken" value=")[^"]+', rb"\1", body)
