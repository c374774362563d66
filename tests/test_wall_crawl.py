"""Every page of one organisation, read for the marked words of another: once whole, once with Django's filters
taken out, once with the database's row security off. Each layer must hold alone.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db.models import QuerySet
from django.urls import reverse
from pytest_django.plugin import DjangoDbBlocker

from people.models import Role
from tests.doors import Scene, ask, keywords, member_addresses, open_scene, our_addresses, url_of
from tests.roles import SUPERUSER, connect
from tests.test_wall import _walled

LEAVING = re.compile(r"/leave/|/account/|/mailbox/|/static/")
MOST_ALIKE = 2  # pages that differ in their query alone
MOST_PAGES = 1200  # for one person; a crawl that finds more is running in a circle


def _pages(scene: Scene, who: str) -> dict[str, bytes]:
    """Every page this person gets to: each address with own and the others' rows, then every link on it."""
    client, ash, elm = scene.browser(who, None), scene.ash, scene.elm
    waiting = [reverse("home_choice")] if any(one.name == "home_choice" for one in our_addresses()) else []
    for address in member_addresses():
        for ids in [ash.mine.ids, elm.mine.ids] if keywords(address) else [ash.mine.ids]:
            waiting.append(url_of(address, ash.slug, ids))
        waiting.append(url_of(address, elm.slug, elm.mine.ids))
        if not keywords(address):
            waiting += [
                url_of(address, ash.slug, ash.mine.ids) + f"?{name}=xq" for name in ("q", "search", "name")
            ]
    found: dict[str, bytes] = {}
    alike: Counter[str] = Counter()
    while waiting and len(found) < MOST_PAGES:
        url = waiting.pop(0)
        if url in found or LEAVING.search(url) or alike[_shape(url)] >= MOST_ALIKE:
            continue
        alike[_shape(url)] += 1
        answer = ask(client, "GET", url, watched=False)
        found[url] = answer.body + answer.location.encode()
        links = re.findall(rb'(?:href|action)="(/o/ash/[^"#]*|\?[^"#]*)"', answer.body)
        path = url.partition("?")[0]
        waiting += [
            (path if link.startswith(b"?") else "") + link.decode().replace("&amp;", "&") for link in links
        ]
    assert len(found) < MOST_PAGES
    return found


def _shape(url: str) -> str:
    """An address without the values of its query: a calendar has no last week."""
    return re.sub(r"=[^&]*", "=", url)


def _posts(scene: Scene, who: str) -> dict[str, bytes]:
    """What every form answers that is sent with the other organisation's rows."""
    client, ash, elm = scene.browser(who, None), scene.ash, scene.elm
    theirs = {key.removesuffix("_id"): str(value) for key, value in elm.mine.ids.items()}
    data = {**theirs, **{f"{key}_id": value for key, value in theirs.items()}}
    data |= {"supporter": theirs["membership"], "supervisor": str(elm.mine.supervisor.pk)}
    return {
        f"POST {address.name}": answer.body + answer.location.encode()
        for address in member_addresses()
        for answer in [ask(client, "POST", url_of(address, ash.slug, ash.mine.ids), data, watched=False)]
    }


def _leaks(scene: Scene, roles: Iterable[str] = tuple(Role)) -> list[str]:
    words = [word.encode() for word in scene.elm.plants.words]
    assert len(words) >= 40
    found = []
    for who in roles:
        pages = {**_pages(scene, who), **_posts(scene, who)}
        assert len(pages) > 20
        for url, body in pages.items():
            found += [f"{who}, {url}: {word.decode()}" for word in words if word in body]
    return found


def _own_words_seen(scene: Scene) -> set[str]:
    """Words of the person's own organisation on those pages: a crawl that sees none proves nothing."""
    bodies = b"".join(_pages(scene, Role.COORDINATOR).values())
    return {word for word in scene.ash.plants.words if word.encode() in bodies}


@pytest.fixture
def scene(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Scene]:
    with django_db_blocker.unblock(), open_scene() as made:
        yield made


def test_nothing_of_another_organisation_is_found(scene: Scene) -> None:
    assert _leaks(scene) == []


def test_the_crawl_sees_what_is_there(scene: Scene) -> None:
    kinds = {word.split("-")[0] for word in _own_words_seen(scene)}
    assert {"organisation", "coordinator", "supporter", "venue", "room", "street"} <= kinds


def test_sealed_words_are_no_coordinators_to_read(scene: Scene) -> None:
    """Promise 1: an administrator is not a reader. (An address to write to is theirs to keep; notes are not.)"""
    bodies = b"".join(_pages(scene, Role.COORDINATOR).values())
    seen = [
        word
        for word in scene.ash.plants.sealed
        if word.encode() in bodies and not word.startswith("address-")
    ]
    assert seen == []


@pytest.fixture
def without_djangos_filter(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every `filter(organisation_id=…)` and `filter(organisation=…)` does nothing: only the database is left."""
    honest = QuerySet._filter_or_exclude  # type: ignore[attr-defined]

    def deaf(rows: Any, negate: bool, args: Any, kwargs: dict[str, Any]) -> Any:
        kept = {key: value for key, value in kwargs.items() if key not in {"organisation_id", "organisation"}}
        return honest(rows, negate, args, kept)

    monkeypatch.setattr(QuerySet, "_filter_or_exclude", deaf)


@pytest.mark.usefixtures("without_djangos_filter")
def test_the_database_alone_holds(scene: Scene) -> None:
    assert _leaks(scene) == []


@contextmanager
def _row_security_off() -> Iterator[None]:
    tables = list(_walled())
    with connect(SUPERUSER) as superuser:
        for table in tables:
            superuser.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')
    try:
        yield
    finally:
        with connect(SUPERUSER) as superuser:
            for table in tables:
                superuser.execute(f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY')


@pytest.fixture
def open_scene_without_row_security(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[Scene]:
    with django_db_blocker.unblock(), _row_security_off(), open_scene() as made:
        yield made


def test_djangos_filters_alone_hold(open_scene_without_row_security: Scene) -> None:
    assert _leaks(open_scene_without_row_security) == []


def test_without_both_the_crawl_would_find_them(
    open_scene_without_row_security: Scene, without_djangos_filter: None
) -> None:
    """So the crawl can see a leak where there is one."""
    assert _leaks(open_scene_without_row_security, [Role.COORDINATOR]) != []
