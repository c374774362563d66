"""The house's own rules that no other tool holds: labels, layers inside an app, retention, sizes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.conf import settings
from django.db import models
from ruamel.yaml import YAML

from lib.sealing.models import SealedField

ROOT = Path(settings.BASE_DIR)
ROOMS = (
    "peersafe",
    "safeguarding",
    "sessions",
    "groundrules",
    "venues",
    "people",
    "reminders",
    "audit",
    "lib",
)
LONGEST = 450  # lines; about 300 is the aim, and a file past that becomes a package
# Models of Django that hold nothing about a person.
NOBODYS = {"auth.permission", "auth.group", "contenttypes.contenttype"}
KINDS = ("personal", "sensitive", "technical")


def _sources(*names: str) -> Iterator[Path]:
    """Our Python files; with names, only those of these modules, as files or as packages."""
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*.py")):
            inner = path.relative_to(ROOT / room)
            if "migrations" not in inner.parts and (not names or {inner.stem, inner.parts[0]} & set(names)):
                yield path


def _say(path: Path) -> str:
    return str(path.relative_to(ROOT))


# Apps -------------------------------------------------------------------------------------------------------


def test_our_sessions_app_has_a_label_of_its_own() -> None:
    """Django's own app is called `sessions` too; a changed label would orphan every table and migration."""
    labels = {config.label: config.name for config in apps.get_app_configs()}
    assert (labels["peer_sessions"], labels["sessions"]) == ("sessions", "django.contrib.sessions")


def test_there_is_no_editable_admin_beside_the_rules() -> None:
    assert "django.contrib.admin" not in settings.INSTALLED_APPS
    assert [_say(path) for path in _sources("admin")] == []


def test_nobody_is_a_superuser() -> None:
    """An administrator is not a reader."""
    from people.models import User

    names = {field.name for field in User._meta.get_fields()}
    assert names & {"is_staff", "is_superuser", "groups", "user_permissions"} == set()


# Retention --------------------------------------------------------------------------------------------------


def _rules() -> dict[str, dict[str, Any]]:
    rules: dict[str, dict[str, Any]] = YAML(typ="safe").load((ROOT / "docs/retention.yaml").read_text())
    return rules


def _models() -> dict[str, type[models.Model]]:
    return {
        model._meta.label_lower: model
        for model in apps.get_models()
        if model._meta.label_lower not in NOBODYS
    }


def test_every_model_has_a_retention_rule() -> None:
    assert set(_models()) == set(_rules()), "docs/retention.yaml: one entry for each model"


@pytest.mark.parametrize("label", sorted(_models()))
def test_every_field_has_a_retention_rule(label: str) -> None:
    rule = _rules()[label]
    fields = {field.name: field for field in _models()[label]._meta.local_concrete_fields}
    listed = [name for kind in KINDS for name in rule.get(kind) or []]
    assert sorted(listed) == sorted(fields), "docs/retention.yaml: personal, sensitive or technical?"
    sealed = {name for name, field in fields.items() if isinstance(field, SealedField)}
    assert sealed == set(rule.get("sensitive") or []), "sealed fields are the sensitive ones, and no others"
    assert all(str(rule[key]).strip() for key in ("kept", "then", "by"))


# Layers inside an app ---------------------------------------------------------------------------------------


def _calls(path: Path) -> Iterator[tuple[int, str]]:
    """The methods that a file calls, with their lines."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, node.func.attr


def test_views_neither_filter_nor_write() -> None:
    """Rows are chosen by policies and queries, written by actions."""
    forbidden = {"filter", "exclude", "bulk_create", "bulk_update", "select_for_update", "raw"}
    found = [
        f"{_say(path)}:{line} .{name}("
        for path in _sources("views")
        for line, name in _calls(path)
        if name in forbidden
    ]
    found += [
        f"{_say(path)}:{number} .objects"
        for path in _sources("views")
        for number, line in _lines(path)
        if ".objects." in line
    ]
    assert found == []


def test_actions_and_policies_know_no_request() -> None:
    found = []
    for path in _sources("actions", "policies", "queries", "states"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef) and "request" in {one.arg for one in node.args.args}:
                found.append(f"{_say(path)}:{node.lineno} takes a request")
        found += [f"{_say(path)}:{number} {line}" for number, line in _lines(path) if "import HttpRe" in line]
    assert found == []


def test_policies_queries_and_forms_do_not_write() -> None:
    forbidden = {
        "save",
        "create",
        "update_or_create",
        "get_or_create",
        "bulk_create",
        "bulk_update",
        "delete",
    }
    found = [
        f"{_say(path)}:{line} .{name}("
        for path in _sources("policies", "queries", "forms")
        for line, name in _calls(path)
        if name in forbidden
    ]
    assert found == []


def test_actions_take_their_clock_and_their_actor() -> None:
    """`now` is passed in; nothing reads a clock of its own, so that tests and re-runs mean what they say."""
    found = [
        f"{_say(path)}:{line} .{name}()"
        for path in _sources("actions", "policies", "queries")
        for line, name in _calls(path)
        if name in {"now", "today", "utcnow"}
    ]
    assert found == []


def test_no_signals_of_our_own_and_no_generic_keys() -> None:
    words = re.compile(r"django\.db\.models\.signals|django\.dispatch|GenericForeignKey")
    assert [
        f"{_say(path)}:{number}" for path in _sources() for number, line in _lines(path) if words.search(line)
    ] == []


def test_no_names_that_say_nothing() -> None:
    empty = {"utils", "helpers", "services", "managers", "core", "base", "common"}
    names = {part for path in _sources() for part in path.relative_to(ROOT).with_suffix("").parts}
    assert names & empty == set()


def test_files_stay_readable() -> None:
    long = [
        f"{_say(path)}: {count}"
        for path in _sources()
        if (count := len(path.read_text().splitlines())) > LONGEST
    ]
    assert long == []


def _lines(path: Path) -> list[tuple[int, str]]:
    return list(enumerate(path.read_text().splitlines(), 1))


# Pages ------------------------------------------------------------------------------------------------------


def test_pages_carry_no_script_and_no_style_of_their_own() -> None:
    """The content security policy would refuse them in the browser, where nobody sees it happen."""
    words = re.compile(
        r"<script(?![^>]*\bsrc=)[^>]*>|\sstyle=|\son[a-z]+=[\"']|javascript:|hx-on", re.IGNORECASE
    )
    allowed = re.compile(r'<script[^>]*type="application/json"')
    found = [
        f"{_say(path)}:{number} {line.strip()[:80]}"
        for path in sorted((ROOT / "templates").rglob("*.html"))
        for number, line in _lines(path)
        if words.search(line) and not allowed.search(line)
    ]
    assert found == []


def test_nothing_is_fetched_from_elsewhere() -> None:
    words = re.compile(r"(?:src|href|action)=[\"']https?://|@import|url\([\"']?https?://")
    places = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "static").rglob("*.css")]
    assert [
        f"{_say(path)}:{number}" for path in places for number, line in _lines(path) if words.search(line)
    ] == []
