"""What is made ready before a group meets: for its people, for the way there, for the room or the call."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sessions.models.settings import Setting

INDOORS = (Setting.ROOM, Setting.CAFE)
IN_PERSON = (*INDOORS, Setting.WALK)
APART = (Setting.ONLINE, Setting.PHONE)
EVERYWHERE = (*IN_PERSON, *APART)
FACILITATORS, SIDE_ROOM = "facilitators", "side_room"


@dataclass(frozen=True)
class Thing:
    """One thing to make ready, and where it counts."""

    key: str
    words: Promise
    settings: tuple[Setting, ...]


THINGS: tuple[Thing, ...] = (
    Thing(FACILITATORS, _("Two facilitators are here."), EVERYWHERE),
    Thing("way", _("The way in is lit and easy to find, and no sign says what it is for."), INDOORS),
    Thing("meeting_point", _("Somebody is at the meeting point early, and easy to find."), (Setting.WALK,)),
    Thing(
        "room", _("The room is warm, with a seat for everybody and a clear way to the door."), (Setting.ROOM,)
    ),
    Thing("table", _("The table is in a corner where nobody listens in."), (Setting.CAFE,)),
    Thing(SIDE_ROOM, _("The side room is open, for whoever needs a moment."), (Setting.ROOM,)),
    Thing(
        "pause", _("Everybody knows where they can step aside for a moment."), (Setting.CAFE, Setting.WALK)
    ),
    Thing("tea", _("Tea, water and tissues are out."), (Setting.ROOM,)),
    Thing("tissues", _("There is water, and there are tissues."), (Setting.CAFE, Setting.WALK)),
    Thing("platform", _("The call works, and only those who belong to it can come in."), APART),
    Thing("step_out", _("Everybody knows how to leave for a moment, and whom to write to."), APART),
    Thing("rules", _("The ground rules are at hand."), EVERYWHERE),
    Thing("newcomers", _("You know who is new, and who welcomes them."), EVERYWHERE),
    Thing("childcare", _("Childcare is settled."), IN_PERSON),
    Thing("travel", _("Travel costs are settled."), IN_PERSON),
    Thing("numbers", _("You have the urgent numbers with you."), EVERYWHERE),
)
KEYS = frozenset(thing.key for thing in THINGS)


def to_make_ready(setting: str, *, side_room: bool) -> list[Thing]:
    """The list for where a group meets; the side room only where there is one, and else a place to step aside."""
    found = [thing for thing in THINGS if setting in thing.settings]
    if setting == Setting.ROOM and not side_room:
        pause = next(thing for thing in THINGS if thing.key == "pause")
        return [pause if thing.key == SIDE_ROOM else thing for thing in found]
    return found
