"""Between two versions, each state reached through the real actions; addresses of their pages."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from lib import wall
from lib.ids import new_id
from people.models import Membership
from sessions.actions import crossings, fit_checks
from sessions.models import Crossing, FitCheck, PeerSession, Side
from tests import factories
from tests.sessions import booked
from tests.sessions.booked import Thread

NASTY = ("x" * 2000, "a\x00b", "turned \u202e round", "\u2800")


def url(found: Thread, page: str = "") -> str:
    """The address of a page below the pairing."""
    return f"/o/{found.organisation.slug}/pairings/{found.pairing.pk}/{page}"


def said(found: Thread, fit: str = "same", words: str = "", **rest: Any) -> FitCheck:
    """One of the two said whether it still fits: the peer, noted by the supporter, unless told otherwise."""
    values: dict[str, Any] = {"side": Side.PEER, "by": factories.member(found.supporter)}
    values |= {"now": datetime.now(UTC), **rest}
    with wall.inside(found.organisation.pk):
        return fit_checks.note_fit(once=new_id(), pairing_id=found.pairing.pk, fit=fit, words=words, **values)


def crossed(found: Thread, words: str = "It was too close.", **rest: Any) -> Crossing:
    """One of the two noted a crossed boundary: the supporter, for nobody else, unless told otherwise."""
    values: dict[str, Any] = {"side": Side.SUPPORTER, "item_key": "hug_given", "to_other": False}
    values |= {
        "to_supervisor": False,
        "by": factories.member(found.supporter),
        "now": datetime.now(UTC),
        **rest,
    }
    with wall.inside(found.organisation.pk):
        return crossings.note_crossing(once=new_id(), pairing_id=found.pairing.pk, words=words, **values)


def today(found: Thread) -> PeerSession:
    """A session today at noon, in London."""
    starts_at = booked.at(booked.day_ahead(0), time(12))
    return booked.session(found, starts_at, now=starts_at - timedelta(days=1))


def supervised(found: Thread) -> Membership:
    """A supervisor of the pairing's supporter."""
    supervisor = factories.supervisor(found.organisation)
    with wall.inside(found.organisation.pk):
        found.supporter.supervised_by.create(
            organisation=found.organisation, supervisor=supervisor, starts_at=factories.START
        )
    return supervisor


def typed_fit(**changes: Any) -> dict[str, str]:
    """What the question's form sends."""
    form: dict[str, Any] = {"once": new_id(), "side": "peer", "fit": "same", "words": ""}
    return {key: str(value) for key, value in (form | changes).items()}


def typed_crossing(**changes: Any) -> dict[str, str]:
    """What the form of a crossing sends; `to_other="on"` and `to_supervisor="on"` are ticks."""
    form: dict[str, Any] = {"once": new_id(), "item": "hug_given", "words": "It was too close. 🌱 שלום"}
    return {key: str(value) for key, value in (form | changes).items()}
