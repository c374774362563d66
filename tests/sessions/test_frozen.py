"""What was agreed: never looser than either sheet or any floor, whatever was answered; and it never changes again."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from lib.ids import new_id
from lib.sealing.models import open_text, seal_text
from people.models import Organisation
from sessions import wording
from sessions.actions import agreeing, agreements
from sessions.item_sets import Entry
from sessions.items import ITEMS, Answer
from sessions.models import (
    Agreement,
    AgreementAnswer,
    BoundarySheet,
    FitCheck,
    ItemList,
    PaperCopy,
    Side,
)
from sessions.wording import Answers, Point, Said
from tests import factories
from tests.sessions import met

NOW = met.START
ETHICAL = {"romance": "never", "romance_with_family": "never", "suicide_plan": "always"}
ADDED = [f"org-{number}" for number in range(3)]
OWN = [f"own-{number}" for number in range(3)]
LISTED = [item.key for item in ITEMS] + ADDED

values = some.sampled_from(["", *Answer.values])
notes = some.sampled_from(["", "If you ask 🌱", "שלום"])


def strictness(key: str, answer: str) -> int:
    """Counted here by hand, so that the code's own order is not what it is tested against; open is the loosest."""
    if not answer:
        return -1
    strict = {"always": 0, "maybe": 1, "never": 2}[answer]
    return 2 - strict if key == "suicide_plan" else strict


@some.composite
def entries(draw: Any) -> list[Entry]:
    """A list of an organisation: any item may have a floor or be asked no more, and a few are its own."""
    found: list[Entry] = []
    for key in draw(some.lists(some.sampled_from(LISTED), unique=True)):
        floor = draw(values)
        words = key.title() if key in ADDED else ""
        found.append(
            {
                "key": key,
                "asked": draw(some.booleans()),
                "theme": "gifts",
                "title": words,
                "supporter": words,
                "peer": words,
                "floor": floor,
                "because": "It is safer so." if floor else "",
            }
        )
    return found


@some.composite
def sheets(draw: Any) -> Answers:
    """What one side answered: items of the list, asked any more or not, and items of their own."""
    said: Answers = {}
    for key in draw(some.lists(some.sampled_from([*LISTED, *OWN]), unique=True)):
        said[key] = Said(answer=draw(values), note=draw(notes))
        if key in OWN:
            said[key]["text"] = f"Something of our own: {key}"
    return said


def floors(stored: list[Entry]) -> dict[str, str]:
    """The floor of each item; those of ethical support stand, whatever the list says."""
    return {entry["key"]: entry["floor"] for entry in stored} | ETHICAL


def differing(one: Answers, other: Answers) -> list[str]:
    """Where both answered, and not the same."""
    both = one.keys() & other.keys()
    return [
        key
        for key in both
        if one[key]["answer"] and other[key]["answer"] and one[key]["answer"] != other[key]["answer"]
    ]


def frozen(
    two: met.Two,
    draft: Agreement,
    stored: list[Entry],
    supporter: Answers,
    peer: Answers,
    points: dict[str, Point],
) -> Any:
    """What the two agree to, through the real action; everything before it as it may come to lie in the database."""
    organisation, version = two.organisation, draft.version
    if stored:
        ItemList.objects.create(
            organisation=organisation,
            version=1,
            state="in_force",
            entries=stored,
            drafted_at=NOW,
            drafted_by="operator",
            published_at=NOW,
            published_by="operator",
        )
    for side, answers, key in (
        (Side.SUPPORTER, supporter, two.supporter.data_key),
        (Side.PEER, peer, two.peer.data_key),
    ):
        sheet = BoundarySheet(
            organisation=organisation,
            pairing=two.pairing,
            version=version,
            side=side,
            started_at=NOW,
            shared_at=NOW,
        )
        seal_text(sheet, "answers", wording.write(answers), key)
        sheet.save(force_insert=True)
    body = wording.read_body(open_text(draft, "body", two.peer.data_key))
    seal_text(draft, "body", wording.write({**body, "points": points}), two.peer.data_key)
    Agreement.objects.filter(pk=draft.pk).update(body=draft.body)
    made = agreeing.agree(
        agreement_id=draft.pk, revision=draft.revision, by=factories.member(two.supporter), now=NOW
    )
    return json.loads(open_text(made, "body", two.peer.data_key))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stored=entries(), supporter=sheets(), peer=sheets(), choice=some.randoms())
def test_what_holds_is_never_looser_than_either_sheet_or_the_floor(
    ash: Organisation, stored: list[Entry], supporter: Answers, peer: Answers, choice: Any
) -> None:
    with transaction.atomic():
        two = met.introduced(ash)
        draft = met.drafted(two)
        points = {
            key: Point(outcome=choice.choice(["talked", "open"]), note="")
            for key in differing(supporter, peer)
        }
        body = frozen(two, draft, stored, supporter, peer, points)
        transaction.set_rollback(True)
    rows, floor = {row["key"]: row for row in body["boundaries"]}, floors(stored)
    assert len(rows) == len(body["boundaries"])
    listed = {entry["key"] for entry in stored} | {item.key for item in ITEMS} | set(OWN)
    assert {key for key in supporter.keys() | peer.keys() if key in listed} - rows.keys() == set()
    for key, row in rows.items():
        said = [side[key]["answer"] if key in side else "" for side in (supporter, peer)]
        assert [row["supporter"], row["peer"]] == said
        given_ones = [*said, floor.get(key, "")]
        assert row["holds"] in given_ones
        assert strictness(key, row["holds"]) == max(strictness(key, one) for one in given_ones)
    assert set(body["points"]) == set(points) & rows.keys()


# What the database refuses -----------------------------------------------------------------------------------------


@pytest.fixture
def two(ash: Organisation) -> met.Two:
    """Two who were introduced."""
    return met.introduced(ash)


def refused(rows: Any, match: str | None = None, **changes: Any) -> None:
    """The database lets nothing of this through."""
    with pytest.raises(DatabaseError, match=match), transaction.atomic():
        rows.update(**changes)


COLUMNS = {
    "body": b"other",
    "sessions_agreed": 7,
    "minutes": 20,
    "rhythm": "monthly",
    "review_on": (NOW + timedelta(days=9)).date(),
    "version": 9,
    "item_list": 3,
    "proposed_at": NOW + timedelta(days=1),
    "drafted_at": NOW - timedelta(days=1),
    "drafted_by": "operator",
}


@pytest.mark.parametrize("state", ["proposed", "in_force", "replaced", "withdrawn"])
def test_a_frozen_version_never_changes(two: met.Two, state: str) -> None:
    by = factories.member(two.supporter)
    draft = met.ready(two)
    if state == "proposed":
        agreeing.propose(agreement_id=draft.pk, revision=draft.revision, by=by, now=NOW)
    else:
        met.yes(two, draft)
    if state == "replaced":
        met.yes(two, met.ready_again(two))
    if state == "withdrawn":
        agreements.withdraw(agreement_id=draft.pk, state="in_force", sides=["peer"], by=by, now=NOW)
    rows = Agreement.objects.filter(pk=draft.pk, state=state)
    assert rows.exists()
    for column, value in COLUMNS.items():
        refused(rows, "frozen", **{column: value})


def test_nothing_goes_back(two: met.Two) -> None:
    by = factories.member(two.supporter)
    first = met.agreed(two)
    second = met.yes(two, met.ready_again(two))
    rows = Agreement.objects.filter(pk=first.pk)
    refused(rows, "does not go back", state="in_force", left_at=None)
    refused(rows, "set once", left_at=NOW + timedelta(days=1))
    agreements.withdraw(agreement_id=second.pk, state="in_force", sides=["peer"], by=by, now=NOW)
    rows = Agreement.objects.filter(pk=second.pk)
    for state in ("draft", "proposed", "in_force"):
        refused(rows, state=state, left_at=None)


def test_no_second_one_in_force_and_no_second_being_made(two: met.Two) -> None:
    met.agreed(two)
    met.drafted(two, version=2)
    for version, state in ((3, "in_force"), (3, "draft"), (3, "proposed")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Agreement.objects.create(
                organisation=two.organisation,
                pairing=two.pairing,
                version=version,
                state=state,
                review_on=NOW.date(),
                look_again_on=NOW.date(),
                drafted_at=NOW,
                drafted_by="operator",
                proposed_at=None if state == "draft" else NOW,
                in_force_at=NOW if state == "in_force" else None,
            )


def test_an_answer_is_added_and_never_changed(two: met.Two) -> None:
    rows = AgreementAnswer.objects.filter(agreement=met.agreed(two), side="peer")
    changes: dict[str, Any] = {
        "said": "talk",
        "how": "paper",
        "side": "supporter",
        "words": b"other",
        "noted_by": "x",
    }
    for column, value in {**changes, "at": NOW + timedelta(days=1)}.items():
        refused(rows, **{column: value})


def test_what_was_added_stays(two: met.Two) -> None:
    """Neither answers nor checks nor copies are taken away, by the app or by the database's own hands."""
    made = met.agreed(two)
    given_yes = AgreementAnswer.objects.filter(agreement=made).first()
    assert given_yes is not None
    rest = {"organisation": two.organisation, "id": new_id()}
    FitCheck.objects.create(pairing=two.pairing, side="peer", fit="same", noted_at=NOW, noted_by="x", **rest)
    PaperCopy.objects.create(answer=given_yes, added_at=NOW, added_by="x", **rest)
    for model in (AgreementAnswer, FitCheck, PaperCopy, Agreement):
        table = model._meta.db_table
        for sql in (f'DELETE FROM "{table}"', f'TRUNCATE "{table}" CASCADE'):
            with (
                pytest.raises(DatabaseError, match=r"frozen|permission denied"),
                transaction.atomic(),
                connection.cursor() as cursor,
            ):
                cursor.execute(sql)
    refused(FitCheck.objects.all(), fit="changed")
    refused(PaperCopy.objects.all(), content=b"other")


def test_one_yes_for_each_side(two: met.Two) -> None:
    made = met.agreed(two)
    for said in ("agrees", "no_longer"):
        rows = [
            AgreementAnswer(
                organisation=two.organisation,
                agreement=made,
                side="peer",
                said=said,
                how="in_person",
                at=NOW,
                noted_by="x",
            )
            for _ in range(2)
        ]
        with pytest.raises(IntegrityError, match="one_answer_for_each_side"), transaction.atomic():
            AgreementAnswer.objects.bulk_create(rows)
