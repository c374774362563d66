"""The words of what leaves: made from the few facts listed in `Facts`, and from nothing else.

Mail is read over shoulders and shown on locked screens. So no person but the recipient can be guessed from it: there
is no field for a name, a group, a condition or a note, and whoever wants to add one has to add it here.
"""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.template.loader import render_to_string
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reminders.calendar import CANCELLED
from reminders.states import (
    INVITATION,
    LOOK_AGAIN,
    OWN_PAGE,
    OWN_PAGE_NEWS,
    PLACE_FREE,
    PLACE_OFFERED,
    SESSION_BOOKED,
    SESSION_CANCELLED,
    SESSION_MOVED,
    SESSION_TOMORROW,
    SOMETHING_WAITS,
)


@dataclass(frozen=True)
class Facts:
    """All that a message may tell: what kind it is, from whom in neutral words, a time, and a link."""

    kind: str
    sender_name: str
    about_at: datetime | None
    link: str
    language: str
    zone: str


@dataclass(frozen=True)
class Words:
    """A subject and a plain text."""

    subject: str
    text: str


@dataclass(frozen=True)
class _Kind:
    subject: str | Promise
    purpose: str | Promise
    before_link: str | Promise


WORDING = {
    SESSION_TOMORROW: _Kind(
        gettext_lazy("A reminder"),
        gettext_lazy("Your appointment is coming up."),
        gettext_lazy("To look at it, or to change or cancel it:"),
    ),
    SESSION_BOOKED: _Kind(
        gettext_lazy("Your appointment"),
        gettext_lazy("An appointment has been made for you."),
        gettext_lazy("To look at it, or to change or cancel it:"),
    ),
    SESSION_MOVED: _Kind(
        gettext_lazy("A new time"),
        gettext_lazy("Your appointment has a new time."),
        gettext_lazy("To look at it, or to change or cancel it:"),
    ),
    SESSION_CANCELLED: _Kind(
        gettext_lazy("An appointment is off"),
        gettext_lazy("Your appointment at this time has been cancelled."),
        gettext_lazy("To find out more:"),
    ),
    INVITATION: _Kind(
        gettext_lazy("An invitation"),
        gettext_lazy("You have been invited. The link shows to what, and you can say yes or no there."),
        gettext_lazy("To look at the invitation:"),
    ),
    SOMETHING_WAITS: _Kind(
        gettext_lazy("Something waits for you"),
        gettext_lazy("There is something for you to look at."),
        gettext_lazy("To see it, sign in:"),
    ),
    PLACE_OFFERED: _Kind(
        gettext_lazy("A place for you"),
        gettext_lazy(
            "A place has become free, and it is kept for you for a while. Please say yes or no soon."
        ),
        gettext_lazy("To look at it, and to answer:"),
    ),
    PLACE_FREE: _Kind(
        gettext_lazy("A place is free"),
        gettext_lazy("A place has become free. It is kept for nobody: whoever says yes first has it."),
        gettext_lazy("To look at it, and to answer:"),
    ),
    OWN_PAGE: _Kind(
        gettext_lazy("Your page"),
        gettext_lazy(
            "You have a page of your own. Only you should open it, so please keep the link to yourself."
        ),
        gettext_lazy("To open it:"),
    ),
    OWN_PAGE_NEWS: _Kind(
        gettext_lazy("Your page"),
        gettext_lazy("There is something new on your page."),
        gettext_lazy("To open it:"),
    ),
    LOOK_AGAIN: _Kind(
        gettext_lazy("A reminder"),
        gettext_lazy("The day you chose for looking at something again has come."),
        gettext_lazy("To see it, sign in:"),
    ),
}

# What the entry says that goes along for the recipient's calendar, by kind; other mails are about no time of theirs.
# No mail knows whether its time was confirmed: it may wait while somebody says yes, or be read long after. So none says
# how sure it is, save that it is off; the calendar that follows an address is told the rest.
CALENDAR_SAYS = {
    SESSION_BOOKED: "",
    SESSION_MOVED: "",
    SESSION_TOMORROW: "",
    SESSION_CANCELLED: CANCELLED,
}


def render(facts: Facts) -> Words:
    """Subject and text in the recipient's language and zone. Raises KeyError for a kind that has no words."""
    kind = WORDING[facts.kind]
    with translation.override(facts.language):
        context = {
            "purpose": kind.purpose,
            "when": _when(facts.about_at, facts.zone) if facts.about_at else "",
            "before_link": kind.before_link,
            "link": facts.link,
            "sender_name": facts.sender_name,
        }
        text = render_to_string("emails/message.txt", context)
        return Words(subject=str(kind.subject), text=f"{text.strip()}\n")


def _when(moment: datetime, zone: str) -> str:
    local = timezone.localtime(moment, ZoneInfo(zone))
    return _("When: %(day)s, %(time)s (%(zone)s time)") % {
        "day": date_format(local, "l j F Y"),
        "time": date_format(local, "H:i"),
        "zone": zone.rpartition("/")[2].replace("_", " "),
    }
