"""Answers looser than a floor: what is said of them, and which of them a supporter cannot give.

An organisation's floor binds its supporters: a looser answer is refused. A peer is not bound by it, and an answer
against ethical support is kept as it was given: there the floor holds in the agreement, and it is said at once.
"""

from collections.abc import Iterable, Mapping

from django.utils.translation import gettext as _

from sessions.items import Answer, Item
from sessions.models.agreements import Side
from sessions.wording import Said


def below(items: Iterable[Item], answers: Mapping[str, Said]) -> list[Item]:
    """The items answered more loosely than their floor."""
    return [item for item in items if item.is_below_floor(_answer(answers, item))]


def refused(items: Iterable[Item], side: str, answers: Mapping[str, Said]) -> list[Item]:
    """Those of them that a supporter cannot answer so, because the organisation says otherwise; none for a peer."""
    if side != Side.SUPPORTER:
        return []
    return [item for item in below(items, answers) if not item.is_ethical]


def _answer(answers: Mapping[str, Said], item: Item) -> Answer | None:
    value = answers[item.key]["answer"] if item.key in answers else ""
    return Answer(value) if value in Answer.values else None


def why_refused(item: Item) -> str:
    """Why a supporter cannot answer so, kindly, and what they can say."""
    assert item.floor is not None
    allowed = item.order[item.order.index(item.floor) :]
    words = {
        "answers": _(" or ").join(f"“{answer.label}”" for answer in allowed),
        "because": str(item.floor_note),
    }
    return (
        _(
            "Thank you for answering honestly. Your organisation has settled this for everybody who supports: please "
            "choose %(answers)s, or leave it open. Its reason: %(because)s"
        )
        % words
    )


def told(item: Item, side: str) -> str:
    """What is said to somebody whose answer is kept, and goes below the floor; "" where such an answer is refused."""
    if item.floor is None:
        return ""
    if item.is_ethical:
        return str(item.floor_note)
    if side == Side.SUPPORTER:
        return ""
    words = {"floor": item.floor.label, "because": str(item.floor_note)}
    if item.floor == item.order[-1]:
        return (
            _(
                "Thank you for answering honestly. Your answer is kept. Supporters here all hold to “%(floor)s”, so "
                "that holds between you too. The reason: %(because)s"
            )
            % words
        )
    return (
        _(
            "Thank you for answering honestly. Your answer is kept. Supporters here all hold to “%(floor)s” or "
            "stricter, so that holds between you too. The reason: %(because)s"
        )
        % words
    )


def beforehand(item: Item, side: str) -> str:
    """What a supporter is told before they answer: the floor of their organisation, and its reason."""
    if item.floor is None or item.is_ethical or side != Side.SUPPORTER:
        return ""
    words = {"floor": item.floor.label, "because": str(item.floor_note)}
    if item.floor == item.order[-1]:
        return _("Your organisation says “%(floor)s”. Its reason: %(because)s") % words
    return _("Your organisation says “%(floor)s” or stricter. Its reason: %(because)s") % words
