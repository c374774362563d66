"""The plan of an agreement: how many sessions, how long, how often, and when the two look at it again."""

from dataclasses import dataclass

from django.utils.functional import Promise

from sessions.models import Agreement
from sessions.queries.pairings import day
from sessions.wording import Body, Rhythm


@dataclass(frozen=True)
class Plan:
    """The numbers of an agreement, in words."""

    sessions: int
    minutes: int
    rhythm: str | Promise
    review: str


def plan_of(agreement: Agreement, body: Body) -> Plan:
    """The plan of one version."""
    return Plan(
        sessions=agreement.sessions_agreed,
        minutes=agreement.minutes,
        rhythm=Rhythm(body["rhythm"]).label,
        review=day(agreement.review_on),
    )
