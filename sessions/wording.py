"""What an agreement says: the words both read, the shape it is kept in, and how two sheets become one text."""

import json
from collections.abc import Mapping
from typing import NotRequired, TypedDict, cast

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.item_sets import ABOUT, BUILT_IN, OWN, ItemSet, own_item
from sessions.items import Answer, Item, combine

NOTE_LENGTH = 200  # characters: a note is read aloud beside its question
TALK_LENGTH = 600  # characters: the agreement has to fit on one page
OWN_LENGTH = 120  # characters: what an own line is about
MOST_OWN = 8  # own lines that one side adds to a sheet


class Rhythm(models.TextChoices):
    """How often the two meet."""

    WEEKLY = "weekly", _("once a week")
    FORTNIGHTLY = "fortnightly", _("every two weeks")
    MONTHLY = "monthly", _("once a month")
    EACH_TIME = "each_time", _("we choose the next time when we meet")


PEER_SUPPORT_IS: tuple[Promise, ...] = (
    _("Two people who meet as equals, both of whom know hard times from their own lives."),
    _("Time that is yours: you choose what to talk about, how fast, and when to stop."),
    _("Somebody who listens, asks, and does not judge."),
    _("Finding your own way, starting from what you are good at."),
)
PEER_SUPPORT_IS_NOT: tuple[Promise, ...] = (
    _("Treatment, therapy or a diagnosis. Nobody here promises a cure."),
    _("A friendship, however warm it feels. It has limits, and an ending you plan together."),
    _("Being told what to do, or which medicine to take."),
    _("An emergency service. The numbers to call in need stand on top of every page."),
)


class Spelled(TypedDict):
    """An exception to confidentiality, spelled out."""

    title: str
    text: str


# Exactly two. “You” is the peer: the two read this aloud together.
EXCEPTIONS: tuple[tuple[Promise, Promise], ...] = (
    (
        _("Supervision"),
        _(
            "Your supporter may talk with their supervisor, to learn how to help you better. The supervisor has to "
            "keep it confidential too. Your supporter shares only what is needed, without your name where that will do."
        ),
    ),
    (
        _("A high risk of suicide"),
        _(
            "If you have a plan to end your life, mean to carry it out and have what you need for it, your supporter "
            "will not keep that secret. They call the emergency services, go to the emergency room with you, or tell "
            "somebody close to you whom you trust."
        ),
    ),
)


class Said(TypedDict):
    """What one side said about one item: an Answer's value or "" for still open, and perhaps a note.

    `text` is what an item is about that somebody added themselves; other items have their words elsewhere.
    """

    answer: str
    note: str
    text: NotRequired[str]


# A whole sheet by key: items of the list, own items (item_sets.OWN), and what else a boundary says (item_sets.ABOUT),
# whose words are the note.
Answers = dict[str, Said]


class Boundary(TypedDict):
    """One item as both sides answered it, and what holds: an Answer's value, or "" for not talked about yet."""

    key: str
    title: str
    supporter: str
    supporter_note: str
    peer: str
    peer_note: str
    holds: str
    floor: NotRequired[str]  # an Answer's value; missing or "" for none
    floor_note: NotRequired[str]


class About(TypedDict):
    """One other thing a boundary says (sessions.about): its title, and what each side wrote."""

    key: str
    title: str
    supporter: str
    peer: str


class Point(TypedDict):
    """What became of one difference: "talked" through or left "open" on purpose, and perhaps a note."""

    outcome: str
    note: str


class Talk(TypedDict):
    """What the two said at their first meeting, in their own words."""

    supporter_expects: str
    peer_expects: str
    supporter_fears: str
    peer_fears: str
    rhythm: str
    exceptions_read: bool


class Body(Talk):
    """The sealed text of an agreement, as JSON.

    While it is a draft the lists are empty and the newest wording is shown. On laying it before both they are filled
    with the words as they were read, in the language they were read in: later wording does not change what was agreed.
    `points` are kept by item key. `told` says who would be told under each exception, as names or as roles.
    """

    shape: int
    peer_support_is: list[str]
    peer_support_is_not: list[str]
    exceptions: list[Spelled]
    boundaries: list[Boundary]
    about: list[About]
    points: dict[str, Point]
    told: list[str]
    trusts_somebody: bool


def blank() -> Body:
    """A body in which nothing has been said yet."""
    return {
        "shape": 2,
        "supporter_expects": "",
        "peer_expects": "",
        "supporter_fears": "",
        "peer_fears": "",
        "rhythm": Rhythm.WEEKLY.value,
        "exceptions_read": False,
        "peer_support_is": [],
        "peer_support_is_not": [],
        "exceptions": [],
        "boundaries": [],
        "about": [],
        "points": {},
        "told": [],
        "trusts_somebody": False,
    }


def write(value: Body | Answers) -> str:
    """JSON, to be sealed; keys in one order, so that equal bodies are equal texts."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def read_body(text: str) -> Body:
    """The body from its opened text; a blank one from an empty text."""
    return cast(Body, {**blank(), **(json.loads(text) if text else {})})


def read_answers(text: str) -> Answers:
    """A sheet's answers from its opened text."""
    return cast(Answers, json.loads(text) if text else {})


def answered(answers: Mapping[str, Said]) -> int:
    """How many items have an answer."""
    return sum(1 for key, said in answers.items() if said["answer"] and not key.startswith(ABOUT))


SILENT: Said = {"answer": "", "note": ""}


def boundaries(
    supporter: Mapping[str, Said], peer: Mapping[str, Said], asked: ItemSet = BUILT_IN
) -> list[Boundary]:
    """Both sheets side by side, item by item, with what holds.

    All that either side answered is there, whether it is still asked or not, and what they added themselves.
    """
    answered = supporter.keys() | peer.keys()
    items = [*asked.asked(answered), *own_items(supporter, peer)]
    return [_boundary(item, supporter.get(item.key, SILENT), peer.get(item.key, SILENT)) for item in items]


def own_items(*sheets: Mapping[str, Said]) -> list[Item]:
    """The items that somebody added to their own sheet, in the order in which they were added."""
    words = {
        key: said.get("text", "") for sheet in sheets for key, said in sheet.items() if key.startswith(OWN)
    }
    return [own_item(key, text) for key, text in words.items() if text]


def _boundary(item: Item, supporter: Said, peer: Said) -> Boundary:
    holds = combine(item, _answer(supporter), _answer(peer))
    return {
        "key": item.key,
        "title": str(item.title),
        "supporter": supporter["answer"],
        "supporter_note": supporter["note"],
        "peer": peer["answer"],
        "peer_note": peer["note"],
        "holds": holds.value if holds else "",
        "floor": item.floor.value if item.floor else "",
        "floor_note": str(item.floor_note) if item.floor else "",
    }


def _answer(said: Said) -> Answer | None:
    return Answer(said["answer"]) if said["answer"] else None


def spelled_exceptions() -> list[Spelled]:
    """Both exceptions to confidentiality, in the reader's language."""
    return [{"title": str(title), "text": str(text)} for title, text in EXCEPTIONS]


def frozen(
    body: Body, supporter: Mapping[str, Said], peer: Mapping[str, Said], asked: ItemSet = BUILT_IN
) -> Body:
    """The draft's body with everything that was read and answered written into it."""
    words: Body = {
        **body,
        "peer_support_is": [str(line) for line in PEER_SUPPORT_IS],
        "peer_support_is_not": [str(line) for line in PEER_SUPPORT_IS_NOT],
        "exceptions": spelled_exceptions(),
        "boundaries": boundaries(supporter, peer, asked),
    }
    return words
