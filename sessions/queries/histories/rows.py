"""What the story of an agreement is made of: its versions, what was said to each, and what was said about fitting."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, DateField, F, OuterRef, Prefetch, QuerySet, Value
from django.db.models.functions import JSONObject
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy

from lib.sealing.models import open_text
from sessions.models import (
    Agreement,
    AgreementAnswer,
    AgreementKept,
    FitCheck,
    Pairing,
    SaidTo,
    SessionLog,
    Side,
)
from sessions.queries.changes import Opened
from sessions.queries.sheets import body_of
from sessions.wording import Body, blank

UrlOf = Callable[[UUID], str]
LOG, CHECK = "log", "check"
KEPT = JSONObject(**{name: name for name in ("kept_at", "look_again_on", "asked_at", "asked_because")})
SAID: dict[str, Promise] = {
    SaidTo.AGREES: gettext_lazy("%(name)s agreed, %(how)s."),
    SaidTo.TALK: gettext_lazy("%(name)s wanted to talk about it, %(how)s."),
    SaidTo.NO_LONGER: gettext_lazy("%(name)s no longer agreed, %(how)s."),
}


class Fitted(NamedTuple):
    """Somebody was asked whether it still fits: at the beginning of a session, on their own page, in a note."""

    source: str
    pk: UUID
    fit: str
    words: bytes
    side: str
    holds_on: date | None
    at: datetime


@dataclass(frozen=True)
class Spoken:
    """What one side said to a version, and the words they gave with it."""

    answer: AgreementAnswer
    name: str
    words: str

    @property
    def sentence(self) -> str:
        """Who said what, and how."""
        about = {"name": self.name, "how": self.answer.get_how_display()}
        return str(SAID[self.answer.said]) % about


class Kept(NamedTuple):
    """The two looked at a version and let it be: when, until when, and what had asked for a look before."""

    at: datetime
    look_again_on: date
    asked_at: datetime | None
    asked_because: str


@dataclass(frozen=True)
class Version:
    """One version as it was kept: its words (blank before they were frozen), and what was said to it."""

    agreement: Agreement
    body: Body
    spoken: Sequence[Spoken]
    kept: Sequence[Kept]
    url: str  # where it can be read; empty where it never held

    @property
    def opened(self) -> Opened:
        """For comparing it with another one."""
        return Opened(self.agreement, self.body)

    @property
    def is_frozen(self) -> bool:
        """Whether its words stood still, from being laid before both."""
        return self.agreement.proposed_at is not None


def versions_told(pairing: Pairing, url_of: UrlOf) -> list[Version]:
    """All versions, the oldest first, opened once they are frozen. Two queries."""
    answers = Prefetch("answers", queryset=AgreementAnswer.objects.order_by("at", "pk"))
    rows = Agreement.objects.filter(pairing=pairing).prefetch_related(answers).order_by("version")
    kept = AgreementKept.objects.filter(agreement=OuterRef("pk")).order_by("kept_at", "pk")
    rows = rows.annotate(kept_rows=ArraySubquery(kept.values(row=KEPT)))
    return [
        Version(
            agreement=row,
            body=body_of(pairing, row) if row.proposed_at else blank(),
            spoken=[_spoken(answer, pairing) for answer in row.answers.all()],
            kept=[_kept(found) for found in row.kept_rows],
            url=url_of(row.pk) if row.in_force_at else "",
        )
        for row in rows
    ]


def _kept(found: dict[str, str | None]) -> Kept:
    """From the JSON in which the rows come with their version, so that they need no query of their own."""
    at, on, asked_at = found["kept_at"], found["look_again_on"], found["asked_at"]
    assert at is not None
    assert on is not None
    return Kept(
        at=datetime.fromisoformat(at),
        look_again_on=date.fromisoformat(on),
        asked_at=datetime.fromisoformat(asked_at) if asked_at else None,
        asked_because=found["asked_because"] or "",
    )


def name_of(pairing: Pairing, side: str) -> str:
    """What a side is called."""
    return pairing.supporter.user.preferred_name if side == Side.SUPPORTER else pairing.peer.name


def _spoken(answer: AgreementAnswer, pairing: Pairing) -> Spoken:
    words = open_text(answer, "words", pairing.peer.data_key)
    return Spoken(answer=answer, name=name_of(pairing, answer.side), words=words)


def fitted_told(pairing: Pairing, logs: QuerySet[SessionLog]) -> list[Fitted]:
    """All that was said about fitting, the oldest first. One query."""
    checks = FitCheck.objects.filter(pairing=pairing).values_list(
        Value(CHECK, CharField()), "pk", "fit", "words", "side", "holds_on", "noted_at"
    )
    noted = logs.filter(peer_session__pairing=pairing).values_list(
        Value(LOG, CharField()),
        "pk",
        "fit",
        "fit_note",
        Value(Side.SUPPORTER.value, CharField()),
        Value(None, DateField()),
        F("peer_session__starts_at"),
    )
    found = [Fitted(*row) for row in checks.order_by().union(noted.order_by(), all=True)]
    return sorted(found, key=lambda row: (row.at, row.pk))
