"""Who may enter where: every address × role × whose row × method, read from the matrix the views themselves carry.

Whatever stands in the resolver is walked, so a new address is covered the moment it is mounted: one without a
marker, or with a keyword that tests/world.py has no id for, fails here with a line that says what to do.
"""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django.utils.module_loading import module_has_submodule
from pytest_django.plugin import DjangoDbBlocker

from lib.ids import new_id
from peersafe import access_words
from peersafe.matrix import Address, addresses
from people.access import Marker, Relation
from people.models import Role
from tests import world
from tests.doors import THIRD_PARTY, Scene, ask, keywords, member_addresses, open_scene, our_addresses, url_of

ROOMS = {"people", "sessions", "groundrules", "venues", "safeguarding"}
METHODS = ("GET", "HEAD", "OPTIONS", "POST")
# What a GET may write besides, because to look is an act that leaves its mark.
LOOKING = {"audit_event", "audit_head"}
# Addresses whose GET acts, each with its reason.
GET_ACTS = {"leave": "a link must do without a script; it only signs out"}
LINK_TOKENS = {
    "session": "session_token",
    "invitation": "invitation_token",
    "group": "group_token",
    "pairing": "pairing_token",
    "calendar": "calendar_token",
}


@pytest.fixture(scope="module")
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    """Built once for the module."""
    with django_db_blocker.unblock(), open_scene() as made:
        yield made


# The resolver -----------------------------------------------------------------------------------------------


def test_every_address_has_a_marker() -> None:
    assert [one.name or one.route for one in our_addresses() if one.marker is None] == [], (
        "say who may enter (people.access)"
    )


def test_third_party_addresses_are_allauths() -> None:
    theirs = {one.view.__module__.split(".")[0] for one in addresses() if THIRD_PARTY.match(one.name)}
    assert theirs == {"allauth"}


def test_one_name_for_view_address_and_row() -> None:
    wrong = [
        (one.name, one.view.__name__)
        for one in member_addresses()
        if one.name.rpartition(":")[2] != one.view.__name__
    ]
    assert wrong == []


def test_every_row_of_the_matrix_has_its_address() -> None:
    """A row that no view reads would be a promise on paper."""
    mounted = {one.name for one in member_addresses()}
    rows = {
        f"{config.label.removeprefix('peer_')}:{name}"
        for config in apps.get_app_configs()
        if module_has_submodule(config.module, "policies") and config.name in ROOMS
        for name in getattr(import_module(f"{config.name}.policies"), "ACCESS", {})
    }
    assert rows - mounted == set()


def test_every_address_has_words_for_the_printed_matrix() -> None:
    shown = [one for one in our_addresses() if one.marker and one.marker.kind in {"members", "link"}]
    assert [one.name for one in shown if one.name not in access_words.ACTS] == [], (
        "say them in access_words.py"
    )


def test_public_addresses_say_why() -> None:
    public = [one for one in our_addresses() if one.marker and one.marker.kind == "public"]
    assert [one.name for one in public if len(one.marker.why if one.marker else "") < 20] == []


def test_world_knows_every_keyword(scene: Scene) -> None:
    unknown = {
        keyword
        for one in member_addresses()
        for keyword in keywords(one)
        if keyword not in scene.ash.mine.ids
    }
    assert unknown == set(), "give tests/world.py a row of this kind, and its id in Circle.ids"


# Trying the doors -------------------------------------------------------------------------------------------


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
    has_row = bool(keywords(address))
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


@pytest.mark.parametrize("address", member_addresses(), ids=lambda one: one.name)
def test_door(address: Address, scene: Scene) -> None:
    wrong, unseen = [], {}
    for attempt, method in itertools.product(_tries(address, scene), METHODS):
        answer = ask(scene.browser(attempt.who, None), method, url_of(address, attempt.slug, attempt.ids))
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
    return [address for address in our_addresses() if address.marker and address.marker.kind == "link"]


def _by_token(address: Address, token: str, ids: dict[str, Any]) -> str:
    return reverse(address.name, kwargs={"token": token, **{word: ids[word] for word in keywords(address)}})


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
        answer = ask(Client(raise_request_exception=False), method, _by_token(address, right, ids))
        if answer.status not in ENTERED:
            wrong.append(f"{method} with the right token: {answer.status}{answer.trouble}")
        if method != "POST" and answer.written - LOOKING:
            wrong.append(f"{method} wrote to {sorted(answer.written)}")
        bodies = set()
        for token in [*others, right[:-1], "A" * 32, str(new_id())]:
            refused = ask(Client(raise_request_exception=False), method, _by_token(address, token, ids))
            bodies.add(refused.body)
            if refused.status not in {404, 405, 429} or refused.written:
                wrong.append(
                    f"{method} with a wrong token: {refused.status}, wrote to {sorted(refused.written)}"
                )
        if len(bodies) > 1:
            wrong.append(f"{method}: wrong tokens can be told apart")
    assert wrong == [], "\n".join(["", *wrong])


# Everything else --------------------------------------------------------------------------------------------


def _withoutkeywords() -> list[Address]:
    kinds = {"public", "signed_in"}
    return [
        one for one in our_addresses() if one.marker and one.marker.kind in kinds and "<" not in one.route
    ]


@pytest.mark.parametrize("address", _withoutkeywords(), ids=lambda one: one.name)
@pytest.mark.parametrize("who", ["nobody", Role.SUPPORTER, "left"])
def test_house_address_reads_only(address: Address, who: str, scene: Scene) -> None:
    assert address.marker is not None
    answer = ask(scene.browser(who, None), "GET", reverse(address.name))
    if address.marker.kind == "signed_in" and who == "nobody":
        assert (answer.status, "/account/login/" in answer.location) == (302, True)
    else:
        assert answer.status in {200, 302, 404, 405}
    if address.name not in GET_ACTS:
        assert answer.written == frozenset()


def test_members_of_one_circle_are_not_the_others(scene: Scene) -> None:
    """The world itself: what is own to one circle is not to the other, or the walk above would prove nothing."""
    mine, others = scene.ash.mine, scene.ash.others
    shared = {key for key, value in mine.ids.items() if others.ids[key] == value}
    assert shared == {"side"}
