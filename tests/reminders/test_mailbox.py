"""The mailbox page: local mode only, and what a mail holds is shown as text."""

import mailbox
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from pytest_django import Settings

pytestmark = pytest.mark.django_db


@pytest.fixture
def box(settings: Settings, tmp_path: Path) -> mailbox.Maildir:
    folder = tmp_path / "box"
    settings.PEERSAFE_MAILBOX = str(folder)
    return mailbox.Maildir(folder)


def letter(subject: str = "A reminder", text: str = "See https://planner.example/p/abc/\n") -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "Planner <planner@example.org>", "sam@example.org", subject
    mail.set_content(text)
    return mail


def test_nothing_has_arrived(client: Client, box: mailbox.Maildir) -> None:
    assert "No mail yet" in client.get("/mailbox/").content.decode()


def test_no_folder_yet(client: Client, settings: Settings, tmp_path: Path) -> None:
    settings.PEERSAFE_MAILBOX = str(tmp_path / "none")
    assert client.get("/mailbox/").status_code == 200


def test_a_mail_and_its_link(client: Client, box: mailbox.Maildir) -> None:
    key = box.add(letter())
    assert f'href="/mailbox/{key}/"' in client.get("/mailbox/").content.decode()
    page = client.get(f"/mailbox/{key}/").content.decode()
    assert '<a href="https://planner.example/p/abc/" rel="nofollow">' in page


def test_what_a_mail_holds_is_text(client: Client, box: mailbox.Maildir) -> None:
    key = box.add(letter("<script>1</script>", "<script>2</script> مرحبا 🌿"))
    for page in (client.get("/mailbox/"), client.get(f"/mailbox/{key}/")):
        assert "<script>1" not in page.content.decode()
        assert "<script>2" not in page.content.decode()
        assert page.status_code == 200


@pytest.mark.parametrize("key", ["none", "..", "%2e%2e", "new"])
def test_no_other_file_can_be_read(client: Client, box: mailbox.Maildir, key: str) -> None:
    assert client.get(f"/mailbox/{key}/").status_code == 404


@pytest.mark.parametrize(("mode", "folder"), [("live", "/tmp"), ("local", ""), ("test", "")])
def test_elsewhere_there_is_no_such_page(client: Client, settings: Settings, mode: str, folder: str) -> None:
    settings.PEERSAFE_MODE, settings.PEERSAFE_MAILBOX = mode, folder
    assert client.get("/mailbox/").status_code == 404
    assert client.get("/mailbox/x/").status_code == 404


def test_only_looking(client: Client, box: mailbox.Maildir) -> None:
    assert client.post("/mailbox/").status_code == 405
