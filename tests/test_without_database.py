"""When the database is gone or slow: the numbers are there, the way out is open."""

import http.client
import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.contrib.sessions.models import Session
from django.db import transaction

from people.models import Organisation
from tests import factories, processes

# A process of its own, as a browser that is signed in meets it: its cookie names a session nobody can look up.
VISIT = """
import json, sys, time
import django
django.setup()
from django.test import Client
client = Client(raise_request_exception=False)
client.cookies["sessionid"] = "a" * 32
began = time.monotonic()
answer = client.generic(sys.argv[1], sys.argv[2])
cookie = client.cookies["sessionid"].value
print(json.dumps([answer.status_code, time.monotonic() - began, answer.content.decode(), cookie, dict(answer.headers)]))
"""


def visit(path: str, folder: Path, method: str = "GET") -> list[object]:
    """Status, seconds, page, cookie and headers, from a process whose database is not there."""
    dead = f"postgresql://peersafe_app:x@/peersafe?host={folder}"
    env = processes.environment(DATABASE_URL=dead, DJANGO_SETTINGS_MODULE="peersafe.settings")
    done = subprocess.run(
        [sys.executable, "-c", VISIT, method, path], env=env, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    found: list[object] = json.loads(done.stdout.splitlines()[-1])
    return found


@pytest.mark.parametrize("path", ["/help/", "/o/ash/help/"])
def test_the_numbers_show_without_a_database(path: str, tmp_path: Path) -> None:
    status, _took, page, cookie, _headers = visit(path, tmp_path)
    assert (status, cookie) == (200, "a" * 32)  # and nobody is signed out by it
    assert 'href="tel:112"' in str(page)
    assert "Get help now" in str(page)


@pytest.mark.parametrize(("method", "status"), [("GET", 200), ("POST", 204)])
def test_leaving_works_without_a_database(method: str, status: int, tmp_path: Path) -> None:
    found, _took, _page, cookie, headers = visit("/leave/", tmp_path, method)
    assert (found, cookie) == (status, "")
    assert isinstance(headers, dict)
    assert headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'


def test_members_still_see_their_own_numbers(ash: Organisation) -> None:
    ash.help_numbers = [{"name": "Ours", "number": "0123 456", "note": ""}]
    ash.save()
    client = factories.signed_in(factories.supporter(ash))
    page = client.get("/o/ash/help/").content.decode()
    assert 'href="tel:0123456"' in page
    assert 'href="tel:0123456"' not in client.get("/help/").content.decode()


@pytest.mark.parametrize("method", ["get", "post"])
def test_the_session_ends_when_the_answer_has_been_sent(ash: Organisation, method: str) -> None:
    client = factories.signed_in(factories.supporter(ash))
    assert Session.objects.count() == 1
    answer = getattr(client, method)("/leave/")
    assert (answer.status_code, client.cookies["sessionid"].value) == ({"get": 200, "post": 204}[method], "")
    assert Session.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_leaving_does_not_wait_for_a_slow_database() -> None:
    """Somebody else holds the session's row; the answer comes all the same, the row goes when it is free."""
    with transaction.atomic():
        organisation = factories.organisation("ash")
    client = factories.signed_in(factories.supporter(organisation))
    key = client.cookies["sessionid"].value
    with processes.household("slow") as household:
        web = processes.start_web(household, workers=1)
        with transaction.atomic():
            Session.objects.select_for_update().get(pk=key)
            took, page = _leave(web.url, key)
            assert Session.objects.filter(pk=key).exists()
        assert took < 1
        assert b"refresh" in page
        _wait_until_gone(key)


def _leave(url: str, key: str) -> tuple[float, bytes]:
    """How many seconds the whole answer takes."""

    host = url.removeprefix("http://")
    link = http.client.HTTPConnection(host, timeout=20)
    began = time.monotonic()
    link.request("GET", "/leave/", headers={"Cookie": f"sessionid={key}"})
    page = link.getresponse().read()
    return time.monotonic() - began, page


def _wait_until_gone(key: str) -> None:
    deadline = time.monotonic() + 10
    while Session.objects.filter(pk=key).exists():
        assert time.monotonic() < deadline, "the session's row was not deleted"
        time.sleep(0.05)
