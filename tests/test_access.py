"""Who may enter where: every address × role × whose row × method, read from the matrix the views themselves carry.

Whatever stands in the resolver is walked, so a new address is covered the moment it is mounted: one without a
marker, or with a keyword that tests/world.py has no id for, fails here with a line that says what to do.
"""

import itertools
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.db import connection, transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from lib.ids import new_id
from peersafe import access_words
from peersafe.matrix import Address, addresses
from people.access import Marker, Relation
from people.models import Membership, Role
from tests import factories, world
from tests.world import Circle, World

METHODS = ("GET", "HEAD", "OPTIONS", "POST")
# allauth's own pages: it guards them itself, and they stand in no organisation.
THIRD_PARTY = re.compile(r"(account_|mfa_|usersessions_|socialaccount_)")
# Written on every request, or to count wrong tries: nobody's data.
HOUSEKEEPING = {"django_session", "usersessions_usersession", "peersafe_cache"}
# What a GET may write besides, because to look is an act that leaves its mark (trust.md).
LOOKING = {"audit_event", "audit_head"}
# Addresses whose GET acts, each with its reason.
GET_ACTS = {"leave": "a link must do without a script; it only signs out"}
# Addresses whose row must be in another state than the usual one: keyword -> key in Circle.ids.
STANDS_FOR = {"sessions:session_log": {"peer_session_id": "held_session_id"}}
LINK_TOKENS = {"session": "session_token", "invitation": "invitation_token"}


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


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Built once for the module, in one transaction that is rolled back; each request has a savepoint of its own."""
    logging.getLogger("django.request").setLevel(logging.CRITICAL)  # a thousand refusals are no news
    with django_db_blocker.unblock():
        connection.ensure_connection()
        with transaction.atomic():
            made = Scene(world.build("ash"), world.build("elm"))
            for role, row in _people(made.ash).items():
                made.browser(role, row)
            made.browser("left", made.ash.left)
            made.browser("nobody", None)
            yield made
            transaction.set_rollback(True)
        connection.close()
    logging.getLogger("django.request").setLevel(logging.NOTSET)


def _people(one: World) -> dict[str, Membership]:
    return {
        Role.COORDINATOR: one.coordinator,
        Role.SUPPORTER: one.mine.supporter,
        Role.SUPERVISOR: one.mine.supervisor,
    }


# The resolver -----------------------------------------------------------------------------------------------


def _ours() -> list[Address]:
    return [address for address in addresses() if not THIRD_PARTY.match(address.name)]


def _members() -> list[Address]:
    return [address for address in _ours() if address.marker and address.marker.kind == "members"]


def test_every_address_has_a_marker() -> None:
    assert [one.name or one.route for one in _ours() if one.marker is None] == [], (
        "say who may enter (people.access)"
    )


def test_third_party_addresses_are_allauths() -> None:
    theirs = {one.view.__module__.split(".")[0] for one in addresses() if THIRD_PARTY.match(one.name)}
    assert theirs == {"allauth"}


def test_one_name_for_view_address_and_row() -> None:
    wrong = [
        (one.name, one.view.__name__)
        for one in _members()
        if one.name.rpartition(":")[2] != one.view.__name__
    ]
    assert wrong == []


def test_every_address_has_words_for_the_printed_matrix() -> None:
    shown = [one for one in _ours() if one.marker and one.marker.kind in {"members", "link"}]
    assert [one.name for one in shown if one.name not in access_words.ACTS] == [], (
        "say them in access_words.py"
    )


def test_public_addresses_say_why() -> None:
    public = [one for one in _ours() if one.marker and one.marker.kind == "public"]
    assert [one.name for one in public if len(one.marker.why if one.marker else "") < 20] == []


def test_world_knows_every_keyword(scene: Scene) -> None:
    unknown = {
        keyword for one in _members() for keyword in _keywords(one) if keyword not in scene.ash.mine.ids
    }
    assert unknown == set(), "give tests/world.py a row of this kind, and its id in Circle.ids"


def _keywords(address: Address) -> list[str]:
    return [word for word in re.findall(r"<(?:\w+:)?(\w+)>", address.route) if word not in {"slug", "token"}]


# Trying the doors -------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Answer:
    """What came back, and which tables were written to, attempts that were rolled back included."""

    status: int
    body: bytes
    location: str
    written: frozenset[str]
    trouble: str


def _url(address: Address, slug: str, ids: dict[str, Any]) -> str:
    keys = STANDS_FOR.get(address.name, {})
    chosen = {keyword: ids[keys.get(keyword, keyword)] for keyword in _keywords(address)}
    return reverse(address.name, kwargs={"slug": slug, **chosen})


def _written() -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())


def _ask(client: Client, method: str, url: str, data: dict[str, str] | None = None) -> Answer:
    """One request in a savepoint that is undone, outside every wall as a new request is."""
    before = _written()
    point = transaction.savepoint()
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.organisation', '', true)")
    response: HttpResponse = client.generic(method, url) if method != "POST" else client.post(url, data or {})
    after = _written()
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


@dataclass(frozen=True)
class Try:
    """One request to make, and the answers that are right."""

    who: str
    whose: str
    slug: str
    ids: dict[str, Any]
    right: frozenset[int]
    refused: bool


ENTERED = frozenset({200, 204, 302, 405, 409, 422})
NOT_FOUND, FORBIDDEN = frozenset({404, 405}), frozenset({403})


def _tries(address: Address, scene: Scene) -> Iterator[Try]:
    """Everybody at this address, with their own ids, the other circle's, another organisation's, and nobody's."""
    assert address.marker is not None
    ash, elm = scene.ash, scene.elm
    has_row = bool(_keywords(address))
    for role in Role:
        relation = address.marker.row.get(role)
        yield Try(role, "own", ash.slug, ash.mine.ids, ENTERED if relation else FORBIDDEN, relation is None)
        yield Try(role, "other organisation's address", elm.slug, elm.mine.ids, frozenset({404}), True)
        if has_row:
            unseen = NOT_FOUND if relation else FORBIDDEN
            sees_all = relation is Relation.ORGANISATION
            not_own = ENTERED if sees_all else unseen
            yield Try(role, "not own", ash.slug, ash.others.ids, not_own, not sees_all)
            yield Try(role, "other organisation's row", ash.slug, elm.mine.ids, unseen, True)
            yield Try(role, "missing", ash.slug, world.missing_ids(ash.mine), unseen, True)
    yield Try("left", "own", ash.slug, ash.mine.ids, frozenset({404}), True)
    yield Try("nobody", "own", ash.slug, ash.mine.ids, frozenset({302}), True)


@pytest.mark.parametrize("address", _members(), ids=lambda one: one.name)
def test_door(address: Address, scene: Scene) -> None:
    wrong, unseen = [], {}
    for attempt, method in itertools.product(_tries(address, scene), METHODS):
        answer = _ask(scene.browser(attempt.who, None), method, _url(address, attempt.slug, attempt.ids))
        line = f"{method} as {attempt.who}, {attempt.whose}: {answer.status}{answer.trouble}"
        if answer.status not in attempt.right:
            wrong.append(f"{line}, expected {sorted(attempt.right)}")
        if attempt.who == "nobody" and "/account/login/" not in answer.location:
            wrong.append(f"{line}, not led to sign-in but to {answer.location!r}")
        if attempt.refused and answer.written:
            wrong.append(f"{line}, but it wrote to {sorted(answer.written)}")
        if attempt.refused and answer.status == 404:
            unseen[f"{method} as {attempt.who}, {attempt.whose}"] = answer.body
        if method in {"GET", "HEAD", "OPTIONS"} and answer.written - LOOKING:
            wrong.append(f"{line}, and it wrote to {sorted(answer.written)}")
    wrong += _told_apart(unseen)
    assert wrong == [], "\n".join(["", *wrong])


def _told_apart(unseen: dict[str, bytes]) -> list[str]:
    """Unseen and missing must be the same bytes, for each person and method."""
    groups: dict[str, dict[str, bytes]] = {}
    for line, body in unseen.items():
        who, _comma, whose = line.partition(", ")
        if whose in {"not own", "other organisation's row", "missing"}:
            groups.setdefault(who, {})[whose] = body
    return [
        f"{who}: {sorted(found)} can be told apart"
        for who, found in groups.items()
        if len(set(found.values())) > 1
    ]


# Private links ----------------------------------------------------------------------------------------------


def _by_link() -> list[Address]:
    return [address for address in _ours() if address.marker and address.marker.kind == "link"]


@pytest.mark.parametrize("address", _by_link(), ids=lambda one: one.name)
def test_private_link(address: Address, scene: Scene) -> None:
    """The right token enters; another purpose's, a shortened, a made-up one do not, and cannot be told apart."""
    marker = address.marker
    assert isinstance(marker, Marker)
    ids = scene.ash.mine.ids
    right = ids[LINK_TOKENS[marker.why]]
    others = [
        token for purpose, name in LINK_TOKENS.items() if purpose != marker.why for token in [ids[name]]
    ]
    wrong = []
    for method in METHODS:
        answer = _ask(Client(raise_request_exception=False), method, reverse(address.name, args=[right]))
        if answer.status not in ENTERED:
            wrong.append(f"{method} with the right token: {answer.status}{answer.trouble}")
        if method != "POST" and answer.written - LOOKING:
            wrong.append(f"{method} wrote to {sorted(answer.written)}")
        bodies = set()
        for token in [*others, right[:-1], "A" * 32, str(new_id())]:
            refused = _ask(Client(raise_request_exception=False), method, reverse(address.name, args=[token]))
            bodies.add(refused.body)
            if refused.status not in {404, 405, 429} or refused.written:
                wrong.append(
                    f"{method} with a wrong token: {refused.status}, wrote to {sorted(refused.written)}"
                )
        if len(bodies) > 1:
            wrong.append(f"{method}: wrong tokens can be told apart")
    assert wrong == [], "\n".join(["", *wrong])


# Everything else --------------------------------------------------------------------------------------------


def _without_keywords() -> list[Address]:
    kinds = {"public", "signed_in"}
    return [one for one in _ours() if one.marker and one.marker.kind in kinds and "<" not in one.route]


@pytest.mark.parametrize("address", _without_keywords(), ids=lambda one: one.name)
@pytest.mark.parametrize("who", ["nobody", Role.SUPPORTER, "left"])
def test_house_address_reads_only(address: Address, who: str, scene: Scene) -> None:
    assert address.marker is not None
    answer = _ask(scene.browser(who, None), "GET", reverse(address.name))
    if address.marker.kind == "signed_in" and who == "nobody":
        assert (answer.status, "/account/login/" in answer.location) == (302, True)
    else:
        assert answer.status in {200, 302, 404, 405}
    if address.name not in GET_ACTS:
        assert answer.written == frozenset()


def test_members_of_one_circle_are_not_the_others(scene: Scene) -> None:
    """The world itself: what is own to one circle is not to the other, or the walk above would prove nothing."""
    mine, others = scene.ash.mine, scene.ash.others
    assert isinstance(mine, Circle)
    shared = {key for key, value in mine.ids.items() if others.ids[key] == value}
    assert shared == {"side"}
