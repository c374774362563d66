"""A version that lies before a peer on their own page, reached through the real actions; what their forms send."""

from typing import Any

from django.test import Client
from django.utils import timezone

from lib import wall
from lib.ids import new_id
from people.models import PrivateLink
from sessions.actions import agreeing
from sessions.models import Agreement, AgreementAnswer, Side
from sessions.wording import Said
from tests import factories
from tests.sessions import aimed, met
from tests.sessions.booked import Thread
from tests.sessions.met import Two

CHANGED = {"alcohol": Said(answer="maybe", note="At a wedding 🥂 שלום")}


def two_of(found: Thread) -> Two:
    """The same two, for what tests of first meetings do with them."""
    return Two(found.organisation, found.coordinator, found.supporter, found.peer, found.pairing)


def ready(found: Thread, version: int = 2, **rest: Any) -> Agreement:
    """A next version with nothing missing but their yes."""
    return met.ready_again(two_of(found), version, peer=CHANGED, now=timezone.now(), **rest)


def laid(found: Thread, version: int = 2, **rest: Any) -> Agreement:
    """The same, laid before both."""
    return proposed(found, ready(found, version, **rest))


def proposed(found: Thread, draft: Agreement) -> Agreement:
    """A draft that is ready, laid before both."""
    with wall.inside(found.organisation.pk):
        return agreeing.propose(
            agreement_id=draft.pk, revision=draft.revision, by=aimed.by(found), now=timezone.now()
        )


def supporter_says(found: Thread, row: Agreement, said: str = "agrees", words: str = "") -> AgreementAnswer:
    """The supporter answers, signed in."""
    with wall.inside(found.organisation.pk):
        return agreeing.answer(
            once=new_id(),
            agreement_id=row.pk,
            side=Side.SUPPORTER,
            said=said,
            words=words,
            by=factories.member(found.supporter),
            now=timezone.now(),
        )


def held(found: Thread) -> Agreement:
    """What is in force."""
    with wall.inside(found.organisation.pk):
        return Agreement.objects.get(pairing=found.pairing, state="in_force")


def now_of(row: Agreement) -> Agreement:
    """The row as it is stored now."""
    with wall.inside(row.organisation_id):
        return Agreement.objects.get(pk=row.pk)


def answers(row: Agreement) -> list[tuple[str, str, str]]:
    """Who said what to a version, and how."""
    with wall.inside(row.organisation_id):
        found = AgreementAnswer.objects.filter(agreement=row).order_by("at", "side")
        return list(found.values_list("side", "said", "how"))


def typed(said: str = "agrees", words: str = "", **changes: Any) -> dict[str, str]:
    """What the form of an answer sends."""
    form: dict[str, Any] = {"once": new_id(), "said": said, "words": words}
    return {key: str(value) for key, value in (form | changes).items()}


def phone(found: Thread) -> tuple[Client, PrivateLink]:
    """The peer's phone, with their own page open."""
    link = aimed.own_page(found)
    return aimed.continued(link), link
