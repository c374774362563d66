"""A log as its peer reads it on their own link: where it is shown to them, and with a mark that they looked."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.template.loader import render_to_string
from django.test import Client

from audit.models import Event
from lib.ids import new_id
from lib.tokens import token_for
from people.access import LinkHolder
from people.door import Place
from people.models import Organisation, PrivateLink
from sessions.actions import logs
from sessions.models import SessionLog
from sessions.queries import logs as queries
from tests import factories
from tests.sessions import booked

SECRET = "The river at night"


def holder(log: SessionLog, purpose: str = "session", **changes: Any) -> LinkHolder:
    """Somebody with a private link to the session of a log."""
    pairing = log.peer_session.two
    which = {"peer_id": pairing.peer_id, "object_id": log.peer_session_id} | changes
    place = Place.of(Organisation.objects.get())
    return LinkHolder(link_id=new_id(), purpose=purpose, organisation=place, **which)


def test_the_peer_reads_what_is_shown_and_the_look_is_noted(ash: Organisation) -> None:
    log = booked.held(booked.thread(ash), what_mattered=SECRET)
    link = holder(log)
    found = queries.shown_to(link)
    assert found is not None
    texts = logs.look(session_log=found, by=link, now=datetime.now(UTC))
    assert (texts.what_mattered, texts.hidden_because) == (SECRET, "")
    look = Event.objects.get(verb="sessions.look")
    assert (look.actor, look.object_id) == (link.actor, str(log.pk))
    part = render_to_string("sessions/_link_log.html", {"log": found, "texts": texts})
    assert SECRET in part


@pytest.mark.parametrize("shown", [True, False])
def test_the_link_of_a_session_shows_its_log_after_continue(ash: Organisation, shown: bool) -> None:
    log = booked.held(
        booked.thread(ash), what_mattered=SECRET, shown_to_peer=shown, hidden_because="" if shown else "Why"
    )
    link = PrivateLink.objects.get(object_id=log.peer_session_id)
    client, address = Client(), f"/p/{token_for(link.pk)}/session/"
    assert SECRET not in client.get(address).content.decode()
    assert not Event.objects.filter(verb="sessions.look").exists()
    client.post(address)
    assert (SECRET in client.get(address).content.decode()) is shown
    looks = Event.objects.filter(verb="sessions.look").values_list("actor", "object_id")
    assert list(looks) == ([(f"link:{link.pk}", str(log.pk))] if shown else [])


def test_a_log_that_is_hidden_is_not_there_for_the_peer(ash: Organisation) -> None:
    log = booked.held(booked.thread(ash), shown_to_peer=False, hidden_because="Not today")
    assert queries.shown_to(holder(log)) is None


def test_a_link_to_something_else_reads_nothing(ash: Organisation) -> None:
    found = booked.thread(ash)
    log = booked.held(found)
    ahead = booked.ahead(found)
    somebody = factories.peer(ash, name="Wren")
    for link in (
        holder(log, object_id=ahead.pk),
        holder(log, object_id=log.pk),
        holder(log, peer_id=somebody.pk),
        holder(log, peer_id=None),
        holder(log, purpose="group"),
        holder(log, purpose="calendar"),
    ):
        assert queries.shown_to(link) is None
