"""Discretion: what leaves is made from an allow-list, in the recipient's language and zone."""

from dataclasses import fields
from datetime import datetime
from typing import Any

import pytest
from django.core.mail import BadHeaderError

from audit.actions import Operator
from lib.ids import new_id
from people.models import Organisation
from reminders.actions import send_batch, send_now
from reminders.post import mail
from reminders.states import KINDS
from reminders.wording import WORDING, Facts, Words, render
from tests import factories
from tests.reminders.conftest import MakeRecipient
from tests.reminders.smtp import Server

# Words that would tell a person looking over a shoulder what this is about.
TELLING = [
    "peer",
    "support",
    "session",
    "group",
    "crisis",
    "health",
    "recovery",
    "counsel",
    "therap",
    "suicid",
]


def facts(**changes: Any) -> Facts:
    values: dict[str, Any] = {
        "kind": "session_tomorrow",
        "sender_name": "Planner",
        "about_at": None,
        "link": "https://planner.example/",
        "language": "en-gb",
        "zone": "Europe/London",
    }
    return Facts(**(values | changes))


def test_every_kind_has_words() -> None:
    assert sorted(WORDING) == sorted(KINDS)


def test_only_these_facts_can_be_told() -> None:
    assert [field.name for field in fields(Facts)] == [
        "kind",
        "sender_name",
        "about_at",
        "link",
        "language",
        "zone",
    ]


@pytest.mark.parametrize("kind", KINDS)
def test_general_words_only(kind: str, now: datetime) -> None:
    words = render(facts(kind=kind, about_at=now))
    everything = f"{words.subject}\n{words.text}".lower()
    assert [word for word in TELLING if word in everything] == []
    assert "https://planner.example/" in words.text
    assert "\n\n\n" not in words.text


@pytest.mark.parametrize(
    ("moment", "zone", "words"),
    [
        ("2026-05-12T22:30:00+00:00", "Europe/London", "When: Tuesday 12 May 2026, 23:30 (London time)"),
        ("2026-05-12T22:30:00+00:00", "Asia/Kolkata", "When: Wednesday 13 May 2026, 04:00 (Kolkata time)"),
        ("2026-10-25T00:30:00+00:00", "Europe/Berlin", "When: Sunday 25 October 2026, 02:30 (Berlin time)"),
        (
            "2026-01-12T22:30:00+00:00",
            "America/Argentina/Buenos_Aires",
            "When: Monday 12 January 2026, 19:30 (Buenos Aires time)",
        ),
    ],
)
def test_times_are_the_recipients(moment: str, zone: str, words: str) -> None:
    assert words in render(facts(about_at=datetime.fromisoformat(moment), zone=zone)).text


@pytest.mark.parametrize(
    "sender", ["{{ link }}", "<b>Planner</b> & Co", "{% load x %}", "مخطط", "🌿 Planner"]
)
def test_a_senders_name_is_only_text(sender: str) -> None:
    assert render(facts(sender_name=sender)).text.endswith(f"\n{sender}\n")


def test_nothing_planted_gets_out(
    ash: Organisation, recipient: MakeRecipient, server: Server, now: datetime
) -> None:
    """Names, a group's theme and an organisation's name stand in the database beside what is sent."""
    peer = factories.peer(ash, name="Quillonius")
    factories.group(ash, name="Grief after Zabrinsky")
    to = recipient(ash, "sam@example.org")
    for kind in KINDS:
        send_now(
            kind=kind,
            object_id=peer.pk,
            recipient_id=to,
            sender_name=ash.sender_name,
            link_id=new_id(),
            by=Operator(ash.pk),
            now=now,
        )
    send_batch(tell_time=lambda: now)
    assert len(server.mails) == len(KINDS)
    for each in server.mails:
        whole = each.as_string() + str(each.get_payload(decode=True))
        for planted in ("Quillonius", "Grief", "Zabrinsky", ash.name, ash.slug + "/", str(peer.pk)):
            assert planted not in whole


@pytest.mark.parametrize(
    ("sender", "address"),
    [
        ("Planner\nBcc: all@example.org", "sam@example.org"),
        ("Planner", "sam@example.org\nBcc: all@example.org"),
    ],
)
def test_no_header_can_be_smuggled_in(sender: str, address: str) -> None:
    with pytest.raises(BadHeaderError):
        mail(new_id(), Words("A reminder", "Text"), sender_name=sender, address=address).message()
