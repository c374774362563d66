"""Goals, strengths and a page of their own, each reached through the real actions; addresses of their pages."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.test import Client
from django.utils import timezone

from audit.models import Event
from lib import wall
from lib.ids import new_id
from lib.tokens import token_for
from people.access import LinkHolder, Member
from people.door import Place
from people.models import Membership, Peer, PrivateLink
from people.models.links import LinkPurpose
from sessions.actions import goal_steps, goals, own_pages, pairings, strengths
from sessions.goal_words import GoalWords
from sessions.models import Goal, GoalEntry, GoalStep, Pairing, Strength
from tests import factories
from tests.sessions.booked import Thread

WORDS = GoalWords(
    title="Go out every day 🌿 שלום",
    specific="Round the block, before lunch.",
    meaningful="I miss the trees.",
    achievable="I have good shoes.",
    realistic="Rain. Then only to the corner.",
)


def by(found: Thread) -> Member:
    """The supporter."""
    return factories.member(found.supporter)


def goal(found: Thread, words: GoalWords = WORDS, **rest: Any) -> Goal:
    """An open goal, noted by the supporter unless told otherwise."""
    values: dict[str, Any] = {"by": by(found), "now": datetime.now(UTC)} | rest
    with wall.inside(found.organisation.pk):
        return goals.set_goal(once=new_id(), pairing_id=found.pairing.pk, words=words, **values)


def step(found: Thread, of: Goal, text: str = "Find the shoes", *, done: bool = False) -> GoalStep:
    """A step."""
    ids: dict[str, Any] = {"pairing_id": found.pairing.pk, "goal_id": of.pk}
    ids |= {"by": by(found), "now": datetime.now(UTC)}
    with wall.inside(found.organisation.pk):
        made = goal_steps.add_goal_step(once=new_id(), text=text, **ids)
        return goal_steps.tick_goal_step(goal_step_id=made.pk, **ids) if done else made


def entry(found: Thread, of: Goal, text: str = "It rained.", kind: str = "setback") -> GoalEntry:
    """Something on the way."""
    ids: dict[str, Any] = {"pairing_id": found.pairing.pk, "goal_id": of.pk}
    with wall.inside(found.organisation.pk):
        return goal_steps.add_goal_entry(
            once=new_id(), kind=kind, text=text, by=by(found), now=datetime.now(UTC), **ids
        )


def closed(found: Thread, of: Goal, verb: str = "put_goal_aside", **rest: Any) -> Goal:
    """The goal, reached or put aside."""
    more = {"once": new_id(), "celebration": ""} if verb == "reach_goal" else {}
    values: dict[str, Any] = {"by": by(found), "now": datetime.now(UTC)} | more | rest
    with wall.inside(found.organisation.pk):
        act = getattr(goals, verb)
        done: Goal = act(pairing_id=found.pairing.pk, goal_id=of.pk, **values)
        return done


def strength(found: Thread, text: str = "My aunt", kind: str = "listens") -> Strength:
    """Something that carries the peer."""
    with wall.inside(found.organisation.pk):
        return strengths.add_strength(
            once=new_id(),
            pairing_id=found.pairing.pk,
            kind=kind,
            text=text,
            by=by(found),
            now=datetime.now(UTC),
        )


def own_page(found: Thread, **rest: Any) -> PrivateLink:
    """The peer's own page, handed over by the supporter."""
    values: dict[str, Any] = {"once": new_id(), "by_mail": False, "now": datetime.now(UTC)} | rest
    with wall.inside(found.organisation.pk):
        return own_pages.make_own_page(pairing_id=found.pairing.pk, by=by(found), **values)


def holder(link: PrivateLink) -> LinkHolder:
    """Whoever holds the address of a page."""
    return LinkHolder(
        link_id=link.pk,
        purpose=link.purpose,
        object_id=link.object_id,
        peer_id=link.peer_id,
        organisation=Place.of(link.organisation),
    )


def mine(link: PrivateLink, *rest: object) -> str:
    """The address of a page below a peer's own."""
    return f"/p/{token_for(link.pk)}/mine/" + "".join(f"{part}/" for part in rest)


def continued(link: PrivateLink) -> Client:
    """A phone on which somebody pressed Continue."""
    client = Client()
    client.post(mine(link))
    return client


def url(found: Thread, *rest: object, pairing: Pairing | None = None) -> str:
    """The address of a page below a pairing."""
    tail = "".join(f"{part}/" for part in rest)
    return f"/o/{found.organisation.slug}/pairings/{(pairing or found.pairing).pk}/{tail}"


def ended(found: Thread, *, ago: timedelta = timedelta()) -> None:
    """The pairing has ended, some time ago."""
    with wall.inside(found.organisation.pk):
        by_whom = factories.member(found.coordinator)
        pairings.end(pairing_id=found.pairing.pk, by=by_whom, now=timezone.now() - ago)


def paired(found: Thread, peer: Peer, supporter: Membership) -> Pairing:
    """One more pairing, introduced now."""
    with wall.inside(found.organisation.pk):
        return pairings.pair(
            once=new_id(),
            peer_id=peer.pk,
            supporter_id=supporter.pk,
            by=factories.member(found.coordinator),
            now=timezone.now(),
        )


def typed(**changes: Any) -> dict[str, str]:
    """What the form of a new goal sends."""
    form: dict[str, Any] = {"once": new_id(), "title": "Draw again", "specific": "", "until_on": ""}
    return {key: str(value) for key, value in (form | changes).items()}


def typed_step(**changes: Any) -> dict[str, str]:
    """What the form of a step sends."""
    form: dict[str, Any] = {"once": new_id(), "text": "Buy a pencil"} | changes
    return {f"step-{key}": str(value) for key, value in form.items()}


def typed_entry(**changes: Any) -> dict[str, str]:
    """What the form of an entry sends."""
    form: dict[str, Any] = {"once": new_id(), "kind": "progress", "text": "One page."} | changes
    return {f"entry-{key}": str(value) for key, value in form.items()}


def events(verb: str) -> list[tuple[str, str]]:
    """Who did it, and to which row, in order."""
    rows = Event.objects.filter(verb=f"sessions.{verb}").order_by("number")
    return list(rows.values_list("actor", "object_id"))


def link_of(pairing_id: UUID) -> PrivateLink:
    """The newest page of a pairing's peer."""
    rows = PrivateLink.objects.filter(purpose=LinkPurpose.PAIRING, object_id=pairing_id)
    return rows.latest("created_at")
