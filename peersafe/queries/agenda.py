"""Sessions to come, for whoever may see them."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from people.access import Member
from people.addresses import Addresses
from sessions.local_time import beginning
from sessions.models import Setting
from sessions.policies import sessions_visible_to
from sessions.queries.bookings import TONES, state_words
from sessions.states import CANCELLED

SHOWN, FEW = 25, 5  # rows of a table; lines of a list at the side


@dataclass(frozen=True)
class AgendaRow:
    """One session: when, who, where."""

    when: str
    peer: str
    supporter: str
    place: str
    state: str
    tone: str
    url: str


@dataclass(frozen=True)
class Waiting:
    """Something that waits for somebody: what, since when, where to go."""

    label: str
    meta: str
    url: str


def agenda(member: Member, now: datetime) -> list[AgendaRow]:
    """Today's sessions and the next ones, 25 at most. One query, of columns: no page is opened as often."""
    zone = member.zone
    today = now.astimezone(zone).date()
    rows = sessions_visible_to(member).filter(starts_at__gte=beginning(today, zone)).exclude(state=CANCELLED)
    values = rows.order_by("starts_at", "pk").values_list(
        "pk",
        "starts_at",
        "state",
        "setting",
        "room__name",
        "room__venue__name",
        "pairing__peer__name",
        "pairing__supporter__user__preferred_name",
    )[:SHOWN]
    url = Addresses("sessions:peer_session", member.organisation.slug)
    return [
        AgendaRow(
            when=moment_words(starts_at, today, zone),
            peer=peer,
            supporter=supporter,
            place=f"{venue}, {room_name}" if room_name else settings[setting],
            state=states[state],
            tone=TONES[state],
            url=url(pk),
        )
        for settings, states in [_words()]
        for pk, starts_at, state, setting, room_name, venue, peer, supporter in values
    ]


def _words() -> tuple[dict[str, str], dict[str, str]]:
    """Settings and states in the reader's words, looked up once for all rows."""
    settings = {value: str(label).capitalize() for value, label in Setting.choices}
    return settings, {state: state_words(state) for state in TONES}


def moment_words(at: datetime, today: date, zone: ZoneInfo) -> str:
    """A moment as people say it: "Today, 14:00"."""
    here = at.astimezone(zone)
    return f"{day_words(here.date(), today)}, {time_format(here, 'TIME_FORMAT')}"


def day_words(on: date, today: date) -> str:
    """A day as people say it."""
    if on == today:
        return _("Today")
    if on == today + timedelta(days=1):
        return _("Tomorrow")
    return date_format(on, "D j M")
