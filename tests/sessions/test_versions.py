"""Looking again: the next version begins with the answers of the one before, which stays as it is."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from audit.models import Event
from lib import wall
from lib.refusal import Refused
from lib.sealing.crypto import Unreadable
from lib.sealing.models import open_text
from people.models import Organisation
from sessions.actions import agreements, sheets
from sessions.items import ITEMS, Answer
from sessions.models import Agreement, BoundarySheet, Side
from sessions.queries.pairings import day
from sessions.wording import Said
from tests import factories
from tests.sessions import met
from tests.sessions.test_agree import counted, yes

NEVER, MAYBE, ALWAYS, OPEN = (Said(answer=value, note="") for value in ("never", "maybe", "always", ""))
TODAY = datetime.now(UTC)


def kept(two: met.Two, side: str, version: int) -> Any:
    """What a side's stored sheet of a version says."""
    sheet = BoundarySheet.objects.get(side=side, version=version)
    key = two.supporter.data_key if side == Side.SUPPORTER else two.peer.data_key
    return json.loads(open_text(sheet, "answers", key))


def body(two: met.Two, version: int) -> Any:
    """What an agreed version says."""
    return json.loads(open_text(Agreement.objects.get(version=version), "body", two.peer.data_key))


def holds(two: met.Two, version: int) -> dict[str, str]:
    """What holds in a version, by item."""
    return {row["key"]: row["holds"] for row in body(two, version)["boundaries"]}


@pytest.fixture
def two(ash: Organisation) -> met.Two:
    """Two who have agreed once."""
    made = met.introduced(ash)
    met.yes(made, met.ready(made, review_on=met.days_ahead(56), now=TODAY), now=TODAY)
    return made


# The actions -----------------------------------------------------------------------------------------------------


def test_a_second_version_end_to_end(two: met.Two) -> None:
    before = Agreement.objects.values().get()
    sheets_before = list(BoundarySheet.objects.order_by("side").values())
    draft = met.ready_again(
        two,
        supporter={"struggles": MAYBE},
        peer={"hug_given": MAYBE, "medicine": OPEN},
        now=TODAY,
        review_on=met.days_ahead(90),
    )
    made = met.yes(two, draft, now=TODAY)
    assert (made.version, made.state) == (2, "in_force")
    assert kept(two, "supporter", 2) == {"gift_given": MAYBE, **met.SUPPORTER, "struggles": MAYBE}
    assert kept(two, "peer", 2) == {"hug_given": MAYBE, "alcohol": NEVER}
    assert {key: holds(two, 1)[key] for key in ("hug_given", "struggles", "medicine")} == {
        "hug_given": "never",
        "struggles": "always",
        "medicine": "always",
    }
    assert {key: holds(two, 2)[key] for key in ("hug_given", "struggles", "medicine", "alcohol")} == {
        "hug_given": "maybe",
        "struggles": "maybe",
        "medicine": "",
        "alcohol": "never",
    }
    after = Agreement.objects.values().get(version=1)
    assert after == before | {"state": "replaced", "left_at": made.in_force_at}
    assert list(BoundarySheet.objects.filter(version=1).order_by("side").values()) == sheets_before


def test_the_copy_is_sealed_anew(two: met.Two) -> None:
    met.shared(two, "peer", {}, version=2)
    first, second = BoundarySheet.objects.filter(side="peer").order_by("version")
    assert kept(two, "peer", 2) == kept(two, "peer", 1) == met.PEER
    assert bytes(first.answers) != bytes(second.answers)
    assert (second.revision, second.shared_at) == (0, met.START)
    with pytest.raises(Unreadable):
        open_text(second, "answers", two.supporter.data_key)
    second.answers = first.answers
    with pytest.raises(Unreadable):
        open_text(second, "answers", two.peer.data_key)


def test_the_other_sides_sheet_is_not_touched(two: met.Two) -> None:
    met.saved(two, "supporter", {"struggles": NEVER}, version=2)
    assert set(BoundarySheet.objects.values_list("side", "version")) == {
        ("supporter", 1),
        ("peer", 1),
        ("supporter", 2),
    }
    assert BoundarySheet.objects.get(version=2).shared_at is None
    assert kept(two, "peer", 1) == met.PEER


@pytest.mark.parametrize("version", [0, 1, 3])
def test_a_sheet_of_another_version_is_not_written(two: met.Two, version: int) -> None:
    with pytest.raises(Refused, match="Somebody changed this"):
        met.saved(two, "peer", {"hug_given": ALWAYS}, version=version)
    by = factories.member(two.supporter)
    with pytest.raises(Refused, match="changed since you opened the page"):
        sheets.share_sheet(
            pairing_id=two.pairing.pk, side="peer", version=version, revision=0, by=by, now=TODAY
        )
    assert not BoundarySheet.objects.filter(version__gt=1).exists()


def test_sheets_of_an_older_version_do_not_make_a_newer_one(two: met.Two) -> None:
    """Both are finished, but for version 1."""
    draft = met.drafted(two, version=2, review_on=met.days_ahead(56), now=TODAY)
    with pytest.raises(Refused, match="finish both boundary sheets"):
        met.yes(two, draft, now=TODAY)
    met.shared(two, "peer", {}, version=2)
    with pytest.raises(Refused, match="finish both boundary sheets"):
        met.yes(two, draft, now=TODAY)
    assert dict(Agreement.objects.values_list("version", "state")) == {1: "in_force", 2: "draft"}


def test_sheets_first_and_words_after(two: met.Two) -> None:
    for side in Side.values:
        met.shared(two, side, {"friends": NEVER}, version=2)
    draft = met.drafted(two, version=2, review_on=met.days_ahead(56), now=TODAY)
    met.yes(two, draft, now=TODAY)
    assert (holds(two, 1)["friends"], holds(two, 2)["friends"]) == ("", "never")


def test_a_version_put_aside_leaves_its_number_and_its_answers(two: met.Two) -> None:
    """What was finished too early can be changed after all: in the version after."""
    draft = met.ready_again(two, peer={"friends": ALWAYS}, review_on=met.days_ahead(56), now=TODAY)
    by = factories.member(two.supporter)
    agreements.withdraw(agreement_id=draft.pk, state="draft", by=by, now=TODAY)
    third = met.ready_again(two, 3, peer={"friends": MAYBE}, review_on=met.days_ahead(56), now=TODAY)
    met.yes(two, third, now=TODAY)
    assert holds(two, 3)["friends"] == "maybe"
    assert dict(Agreement.objects.values_list("version", "state")) == {
        1: "replaced",
        2: "withdrawn",
        3: "in_force",
    }


@pytest.mark.parametrize("change", ["version = 7", "answers = ''", "shared_at = NULL"])
def test_the_database_keeps_the_sheets_of_old_versions(two: met.Two, change: str) -> None:
    met.saved(two, "peer", {"friends": NEVER}, version=2)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE peer_sessions_boundarysheet SET {change} WHERE version = 1")


def test_the_database_keeps_one_sheet_for_each_side_and_version(two: met.Two) -> None:
    sheet = BoundarySheet.objects.get(side="peer")
    again = BoundarySheet(
        organisation_id=sheet.organisation_id,
        pairing=sheet.pairing,
        side="peer",
        version=1,
        started_at=TODAY,
    )
    with pytest.raises(IntegrityError, match="one_sheet_for_each_side"), transaction.atomic():
        again.save()


# Never looser than the sheets of its own version -------------------------------------------------------------------

Sheet = dict[str, Said]
some_answers: Any = some.fixed_dictionaries(
    {},
    optional={
        item.key: some.sampled_from([*Answer, ""]).map(lambda value: Said(answer=str(value), note=""))
        for item in ITEMS
    },
)


def strictness(number: int, answer: str) -> int:
    """Counted by hand: from the loosest; nothing said binds nobody."""
    looser_to_stricter = {"": -1, "always": 0, "maybe": 1, "never": 2}
    return (
        {0: 2, 1: 1, 2: 0, -1: -1}[looser_to_stricter[answer]] if number == 26 else looser_to_stricter[answer]
    )


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=some.lists(some.tuples(some_answers, some_answers), min_size=2, max_size=3))
def test_what_holds_is_never_looser_than_the_sheets_of_its_version(
    ash: Organisation, told: list[tuple[Sheet, Sheet]]
) -> None:
    two = met.introduced(ash)
    # A supporter's first sheet begins with their own limits.
    answers: dict[str, Sheet] = {"supporter": {"gift_given": MAYBE}, "peer": {}}
    for version, (supporter, peer) in enumerate(told, start=1):
        met.yes(two, met.ready_again(two, version, supporter=supporter, peer=peer))
        answers = {"supporter": answers["supporter"] | supporter, "peer": answers["peer"] | peer}
        made = Agreement.objects.get(pairing=two.pairing, version=version)
        rows = json.loads(open_text(made, "body", two.peer.data_key))["boundaries"]
        for item, row in zip(ITEMS, rows, strict=True):
            said = [answers[side].get(item.key, OPEN)["answer"] for side in Side.values]
            assert (row["supporter"], row["peer"]) == (said[0], said[1])
            assert all(
                strictness(item.number, row["holds"]) >= strictness(item.number, one)
                for one in (*said, str(item.floor or ""))
            )


# The pages -------------------------------------------------------------------------------------------------------


def page(client: Client, url: str) -> str:
    """What a page says."""
    answer = client.get(url)
    assert answer.status_code == 200
    return answer.content.decode()


def test_looking_again_on_the_pages(two: met.Two) -> None:
    first, client = Agreement.objects.get(), factories.signed_in(two.supporter)
    assert "Look at it again" in page(client, two.url())
    start = page(client, two.url("first-meeting"))
    assert "Look at your agreement again" in start
    assert "in force, and stays so until" in start
    assert "Your first meeting" not in start
    client.post(two.url("expectations"), met.typed(version=2, minutes=30, review_on=met.days_ahead(90)))
    for side, key, value in (("supporter", "struggles", "maybe"), ("peer", "hug_given", "maybe")):
        shown = client.get(two.url("sheet", side))
        assert "The answers from last time are filled in." in shown.content.decode()
        form = shown.context["form"]
        assert (form["version"].value(), form["revision"].value()) == (2, 0)
        assert form["answer_alcohol"].value() == "never"
        tap = {"item": key, "version": "2", "revision": "0", f"answer_{key}": value}
        assert client.post(two.url("sheet", side), tap, headers={"HX-Request": "true"}).status_code == 200
        client.post(two.url("sheet", side, "share"), {"version": "2", "revision": "1"})
    shown = client.get(two.url("agree"))
    assert {change.title: list(change.lines) for change in shown.context["page"].changes} == {
        "A hug from the supporter": [
            "Until now: Never. From now on: Maybe.",
            "Sam said: Never, and now: Maybe.",
        ],
        "The supporter talking about their own struggles": [
            "Until now: Always. From now on: Maybe.",
            f"{two.supporter.user.preferred_name} said: Always, and now: Maybe.",
        ],
        "How many minutes each one lasts": ["Until now: 50. From now on: 30."],
        "When you look at it again": [
            f"Until now: {day(met.days_ahead(56))}. From now on: {day(met.days_ahead(90))}."
        ],
    }
    draft = Agreement.objects.get(state="draft")
    answer = client.post(two.url("agree"), yes(draft))
    assert answer["Location"] == two.url("agreements", draft.pk)
    assert "It was replaced by a newer one on" in page(client, two.url("agreements", first.pk))
    versions = client.get(two.url()).context["page"].versions
    assert [(line.version, str(line.state.words), bool(line.left)) for line in versions] == [
        (2, "In force", False),
        (1, "Replaced by a newer one", True),
    ]


def test_notes_and_new_words_are_told(two: met.Two) -> None:
    met.ready_again(
        two,
        supporter={"hug_given": Said(answer="maybe", note="")},
        peer={"alcohol": Said(answer="never", note="Not even one 🍷")},
        peer_expects="Something else",
        sessions_agreed=12,
        rhythm="monthly",
        review_on=met.days_ahead(56),
        now=TODAY,
    )
    told = factories.signed_in(two.supporter).get(two.url("agree")).context["page"].changes
    assert {change.title: list(change.lines) for change in told} == {
        "A hug from the supporter": [f"{two.supporter.user.preferred_name} takes this back: If you ask me"],
        "Drinking alcohol together": ["Sam adds: Not even one 🍷"],
        "How many sessions": ["Until now: 6. From now on: 12."],
        "How often": ["Until now: once a week. From now on: once a month."],
        "Hopes and worries": ["The words are new. They stand below, in your plan."],
    }


def test_the_version_in_force_is_marked_as_read_when_it_is_compared(two: met.Two) -> None:
    met.ready_again(two, review_on=met.days_ahead(56), now=TODAY)
    factories.signed_in(two.supporter).get(two.url("agree"))
    rows = [
        *Agreement.objects.values_list("pk", flat=True),
        *BoundarySheet.objects.filter(version=2).values_list("pk", flat=True),
    ]
    looks = Event.objects.filter(verb="sessions.look").values_list("object_id", flat=True)
    assert sorted(looks) == sorted(map(str, rows))


def test_a_tab_from_the_version_before_changes_nothing(two: met.Two) -> None:
    """Opened before both said yes: its answers are shown again, beside what is saved, and do not slip into the next."""
    client, url = factories.signed_in(two.supporter), two.url("sheet", "peer")
    for revision in ("0", "1"):
        old = {"version": "1", "revision": revision, "answer_hug_given": "always"}
        answer = client.post(url, old)
        assert answer.status_code == 422
        assert "Saved meanwhile: Never" in answer.content.decode()
        assert answer.context["form"]["version"].value() == "2"
    one = {"item": "hug_given", **old}
    assert client.post(url, one, headers={"HX-Request": "true"}).status_code == 422
    assert client.post(two.url("sheet", "peer", "share"), old).status_code == 422
    assert not BoundarySheet.objects.filter(version=2).exists()


def test_two_tabs_of_the_next_version(two: met.Two) -> None:
    client, url = factories.signed_in(two.supporter), two.url("sheet", "peer")
    taps = [
        {"version": "2", "revision": "0", "item": key, f"answer_{key}": "never"}
        for key in ("friends", "two_roles")
    ]
    answers = [client.post(url, tap, headers={"HX-Request": "true"}).status_code for tap in taps]
    assert answers == [200, 422]
    assert kept(two, "peer", 2) == {**met.PEER, "friends": NEVER}


def test_nothing_changed_is_finished_as_it_is(two: met.Two) -> None:
    client = factories.signed_in(two.supporter)
    assert "3 of 27 answered" in page(client, two.url("sheet", "peer", "share"))
    for _ in range(2):
        answer = client.post(two.url("sheet", "peer", "share"), {"version": "2", "revision": "0"})
        assert answer["Location"] == two.url("first-meeting")
    assert kept(two, "peer", 2) == met.PEER
    assert Event.objects.filter(verb="sessions.share_sheet").count() == 3


def test_how_much_the_pages_ask_of_later_versions(two: met.Two) -> None:
    """As much at the third version as at the second."""
    client = factories.signed_in(two.supporter)
    for version in (2, 3):
        client.get(two.url())  # takes what was still to be told
        assert counted(client, two.url("sheet", "peer")) == 8
        assert counted(client, two.url("first-meeting")) == 6
        assert counted(client, two.url()) == 10
        tap = {"version": str(version), "revision": "0", "answer_romance": "maybe", "item": "romance"}
        assert counted(client, two.url("sheet", "supporter"), tap) <= 14
        assert (
            counted(client, two.url("sheet", "peer", "share"), {"version": str(version), "revision": "0"})
            <= 14
        )
        BoundarySheet.objects.filter(shared_at=None).delete()
        draft = met.ready_again(two, version, review_on=met.days_ahead(56), now=TODAY)
        client.get(two.url())
        assert counted(client, two.url("agree")) == 8
        assert counted(client, two.url("agree"), yes(draft)) <= 14


def test_coordinators_see_which_version_is_in_force_and_no_more(two: met.Two, ash: Organisation) -> None:
    met.yes(
        two, met.ready_again(two, review_on=met.days_ahead(56), now=TODAY), now=TODAY + timedelta(hours=1)
    )
    wall.enter(ash.pk)
    shown = page(factories.signed_in(two.coordinator), two.url())
    assert "All versions" not in shown
    assert "agreements/" not in shown
