"""The items are the 27 of the practice, and what holds is never looser than either side or the floor."""

from hypothesis import given
from hypothesis import strategies as some

from sessions.items import BY_KEY, ITEMS, Answer, Item, by_theme, combine
from sessions.models import Side

answers = some.one_of(some.none(), some.sampled_from(list(Answer)))
SAFETY_FIRST = BY_KEY["suicide_plan"]


def _strictness(item: Item, answer: Answer) -> int:
    """Counted here by hand, so that the code's own order is not what it is tested against."""
    strict = {Answer.ALWAYS: 0, Answer.MAYBE: 1, Answer.NEVER: 2}[answer]
    return 2 - strict if item.number == 26 else strict


def test_there_are_27_and_each_is_asked_once() -> None:
    assert [item.number for item in ITEMS] == list(range(1, 28))
    assert len(BY_KEY) == 27
    asked = [item.key for _theme, items in by_theme() for item in items]
    assert sorted(asked) == sorted(BY_KEY)


def test_every_item_has_words_for_both_sides() -> None:
    for item in ITEMS:
        for side in Side:
            assert 8 < len(str(item.question(side))) < 110
        assert str(item.title)


@given(item=some.sampled_from(ITEMS), supporter=answers, peer=answers)
def test_what_holds_is_never_looser(item: Item, supporter: Answer | None, peer: Answer | None) -> None:
    holds = combine(item, supporter, peer)
    given_ones = [answer for answer in (supporter, peer, item.floor) if answer]
    if not given_ones:
        assert holds is None
        return
    assert holds in given_ones
    assert all(_strictness(item, holds) >= _strictness(item, answer) for answer in given_ones)


@given(item=some.sampled_from(ITEMS), one=answers, other=answers)
def test_it_does_not_matter_who_is_the_stricter(item: Item, one: Answer | None, other: Answer | None) -> None:
    assert combine(item, one, other) == combine(item, other, one)


@given(supporter=answers, peer=answers)
def test_floors_hold_whatever_is_said(supporter: Answer | None, peer: Answer | None) -> None:
    assert combine(BY_KEY["romance"], supporter, peer) == Answer.NEVER
    assert combine(BY_KEY["romance_with_family"], supporter, peer) == Answer.NEVER
    assert combine(SAFETY_FIRST, supporter, peer) == Answer.ALWAYS


def test_only_the_floors_of_the_practice_stand() -> None:
    assert {item.number: item.floor for item in ITEMS if item.floor} == {
        16: Answer.NEVER,
        17: Answer.NEVER,
        26: Answer.ALWAYS,
    }


def test_answers_against_the_floor_are_seen() -> None:
    below = {(item.number, answer) for item in ITEMS for answer in Answer if item.is_below_floor(answer)}
    assert below == {
        (16, Answer.MAYBE),
        (16, Answer.ALWAYS),
        (17, Answer.MAYBE),
        (17, Answer.ALWAYS),
        (26, Answer.MAYBE),
        (26, Answer.NEVER),
    }
    assert all(item.floor_note for item in ITEMS if item.floor)


def test_one_side_unanswered_leaves_the_other() -> None:
    hug = BY_KEY["hug_given"]
    assert combine(hug, None, Answer.MAYBE) == Answer.MAYBE
    assert combine(hug, Answer.ALWAYS, None) == Answer.ALWAYS
    assert combine(hug, None, None) is None
