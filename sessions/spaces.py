"""What makes a space good for a session: what is made ready before it, and what a peer may wish for.

A list to make ready belongs to where the two meet: a walk needs other things than a room. Music is never on a list
unless the peer agreed to it. What is wished for is kept as `Wishes`, sealed with the peer's key.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypedDict, cast

from django.db import models
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.models.settings import Setting

ROOM, WALK, CAFE, ONLINE, PHONE = Setting.ROOM, Setting.WALK, Setting.CAFE, Setting.ONLINE, Setting.PHONE
IN_PERSON, APART = (ROOM, WALK, CAFE), (ONLINE, PHONE)
EVERYWHERE = (*IN_PERSON, *APART)
MUSIC = "music"
OWN_WORDS_LENGTH = 600  # characters: it is read just before a session


class Matter(models.TextChoices):
    """What a peer may have wishes about, in the order in which it is asked."""

    LIGHT = "light", _("Light")
    NOISE = "noise", _("Sounds and doors")
    SEATS = "seats", _("Seats")
    HANDS = "hands", _("Something to do")
    DRINK = "drink", _("Something to drink")


# What can be wished for, matter by matter; more than one may be right.
OPTIONS: dict[Matter, tuple[tuple[str, Promise], ...]] = {
    Matter.LIGHT: (
        ("daylight", _("daylight")),
        ("lamp", _("a soft lamp")),
        ("bright", _("a bright room")),
        ("dim", _("not too bright")),
    ),
    Matter.NOISE: (
        ("quiet", _("as quiet as can be")),
        ("life", _("a little life around")),
        ("shut", _("the door closed")),
        ("ajar", _("the door a little open")),
    ),
    Matter.SEATS: (
        ("facing", _("facing each other")),
        ("corner", _("across a corner")),
        ("beside", _("side by side")),
        ("exit", _("close to the door")),
        ("soft", _("a soft seat")),
        ("space", _("plenty of room between you")),
    ),
    Matter.HANDS: (
        ("walk", _("walking while you talk")),
        ("draw", _("paper and pens")),
        ("craft", _("wool or handicraft")),
        ("hold", _("something small to hold")),
        ("still", _("sitting still is fine")),
    ),
    Matter.DRINK: (
        ("water", _("water")),
        ("tea", _("tea")),
        ("coffee", _("coffee")),
        ("own", _("they bring their own")),
        ("nothing", _("nothing")),
    ),
}


@dataclass(frozen=True)
class Ready:
    """One thing to make ready: where it counts, and the matter of a peer's wishes that is shown beside it."""

    key: str
    words: Promise
    settings: tuple[Setting, ...]
    matter: Matter | None = None


READY: tuple[Ready, ...] = (
    Ready("quiet", _("The room is quiet, and nobody walks in."), (ROOM,), Matter.NOISE),
    Ready("door", _("There is a door that closes."), (ROOM,)),
    Ready(
        "seats",
        _("The seats are comfortable, and nobody’s way to the door is blocked."),
        (ROOM,),
        Matter.SEATS,
    ),
    Ready("light", _("The light is soft: daylight if you can, nothing that glares."), (ROOM,), Matter.LIGHT),
    Ready("plain", _("The room is plain and tidy, with little to distract."), (ROOM,)),
    Ready("yours", _("The room is yours for the whole time, with some minutes to spare."), (ROOM,)),
    Ready("way", _("You have a way in mind that is calm and easy to walk."), (WALK,), Matter.NOISE),
    Ready("bench", _("There are places on the way to sit down."), (WALK,), Matter.SEATS),
    Ready("alone", _("You can talk there without being heard, and turn back early."), (WALK,)),
    Ready("weather", _("You know what you do if the weather turns."), (WALK,)),
    Ready("table", _("You know a table in a calm corner."), (CAFE,), Matter.SEATS),
    Ready("hearing", _("Nobody there knows you, or sits near enough to listen."), (CAFE,), Matter.NOISE),
    Ready("lingering", _("You can stay as long as you need, and have agreed who pays for what."), (CAFE,)),
    Ready("tried", _("You have tried out sound and picture."), (ONLINE,)),
    Ready("charged", _("Your phone is charged, and the line is good where you are."), (PHONE,)),
    Ready("by_yourself", _("You are by yourself, and nobody can hear or see them."), APART, Matter.NOISE),
    Ready("screen", _("Your screen shows nothing about anybody else."), (ONLINE,)),
    Ready(
        "face", _("There is light on your face, and none behind you that glares."), (ONLINE,), Matter.LIGHT
    ),
    Ready("broken_line", _("You both know what you do if the line breaks."), APART),
    Ready("time", _("You have enough time, before and after too."), EVERYWHERE),
    Ready("silent", _("Phones and messages are off or silent."), EVERYWHERE),
    Ready(
        "hands",
        _("There is something for the hands, if they like: paper, pens, wool."),
        (ROOM, CAFE),
        Matter.HANDS,
    ),
    Ready("pace", _("You let them choose how fast you go."), (WALK,), Matter.HANDS),
    Ready(
        "own_hands", _("They can draw, knit or walk about while you talk, and know it."), APART, Matter.HANDS
    ),
    Ready("drink", _("There is water or tea."), (ROOM,), Matter.DRINK),
    Ready("bottle", _("You have some water with you."), (WALK,), Matter.DRINK),
    Ready("tissues", _("Tissues are close at hand."), IN_PERSON),
)
QUIET_MUSIC = Ready(MUSIC, _("Soft music or sounds of nature are ready, as they agreed."), (ROOM,))
KEYS = frozenset({MUSIC, *(thing.key for thing in READY)})


def to_make_ready(setting: str, *, music: bool) -> list[Ready]:
    """The list for where the two meet; with music only in a room, and only where the peer agreed to it."""
    found = [thing for thing in READY if setting in thing.settings]
    return [*found, QUIET_MUSIC] if music and setting in QUIET_MUSIC.settings else found


# Wishes ----------------------------------------------------------------------------------------------------------


class How(models.TextChoices):
    """How somebody said yes or no to music."""

    IN_PERSON = "in_person", _("in person")
    PHONE = "phone", _("by phone")
    WRITTEN = "written", _("in writing")


class MusicSaid(TypedDict):
    """One yes or no to music: when it was noted (ISO 8601, UTC), and how it was said (a How, or "" for not noted)."""

    at: str
    yes: bool
    how: str


class Wished(TypedDict):
    """What a peer wishes for, as it is typed: option keys for each matter, and words."""

    light: list[str]
    noise: list[str]
    seats: list[str]
    hands: list[str]
    drink: list[str]
    music_kind: str
    avoid: str
    own_words: str


class Wishes(Wished):
    """The sealed text of a row, as JSON: the wishes, and each yes and no to music in turn, the oldest first."""

    music: list[MusicSaid]


def blank() -> Wishes:
    """Nothing wished for yet."""
    return {
        "light": [],
        "noise": [],
        "seats": [],
        "hands": [],
        "drink": [],
        "music_kind": "",
        "avoid": "",
        "own_words": "",
        "music": [],
    }


def write(wishes: Wishes) -> str:
    """JSON, to be sealed."""
    return json.dumps(wishes, ensure_ascii=False, sort_keys=True)


def read(text: str) -> Wishes:
    """The wishes from their opened text; none from an empty one."""
    return cast(Wishes, {**blank(), **(json.loads(text) if text else {})})


def wished(wishes: Wishes) -> Wished:
    """The wishes without what was said about music: what a form changes."""
    return cast(Wished, {key: value for key, value in wishes.items() if key != "music"})


def option_words(matter: Matter, wishes: Wishes) -> str:
    """What was chosen for a matter, in words and in our order; empty for nothing."""
    chosen = set(cast(Mapping[str, list[str]], wishes)[matter.value])
    return ", ".join(str(words) for key, words in OPTIONS[matter] if key in chosen)
