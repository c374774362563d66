"""Small things the tests of people ask for again and again."""

import re
from typing import Any
from uuid import UUID

from django.test import Client
from django.urls import reverse

from audit.models import Event
from lib.ids import new_id

NASTY = ["x" * 400, "nul\0byte", "\u200b\u200e", "line\nbreak\x07"]
FINE = [
    "🦊 Zoë-Renée O’Neil",
    "שלום עולם",
    "مرحبا",
    "<script>alert(1)</script>",
    "Robert'); DROP TABLE people_peer;--",
]


# Pages about groups that stand in sessions, because meetings change with them.
WITH_MEETINGS = {"archive_group", "begin_facilitating", "end_facilitating"}


def url(name: str, *args: object, slug: str = "ash") -> str:
    """The address of a page of people in an organisation."""
    room = "sessions" if name in WITH_MEETINGS else "people"
    return reverse(f"{room}:{name}", args=[slug, *args])


def peer_form(**changes: Any) -> dict[str, str]:
    """What the form for a new peer sends."""
    form = {"once": new_id(), "name": "Sam", "pronouns": "they/them", "zone": "Europe/London", "email": ""}
    return _typed(form | changes)


def group_form(**changes: Any) -> dict[str, str]:
    """What the form for a new group sends."""
    form = {"once": new_id(), "name": "Tuesday", "for_whom": "Everybody", "most_members": 12}
    return _typed(form | changes)


def _typed(form: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in form.items() if value is not None}


def verbs(object_id: UUID) -> list[str]:
    """What the trail tells of a row, in order."""
    events = Event.objects.filter(object_id=str(object_id)).order_by("number")
    return list(events.values_list("verb", flat=True))


def says(answer: Any, words: str) -> bool:
    """Whether a page says something, whatever its markup."""
    text = re.sub(r"<[^>]*>", " ", answer.content.decode())
    return words in re.sub(r"\s+", " ", text)


def beside(answer: Any, field: str) -> list[str]:
    """What a refused form says beside one field."""
    return [str(error) for error in answer.context["form"].errors.get(field, [])]


def follow(client: Client, answer: Any) -> Any:
    """The page a redirect leads to."""
    assert answer.status_code == 302, answer.content[:500]
    return client.get(answer["Location"])
