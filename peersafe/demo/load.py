"""The demo's year: pairings, agreements, sessions and logs, at the times they would have happened."""

import random
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, TextIO
from uuid import UUID
from zoneinfo import ZoneInfo

from lib import wall
from lib.ids import new_id
from peersafe.demo import aims, around, boundaries, cast, endings, limits, meetings
from peersafe.demo.meeting import first_meeting, look_again
from peersafe.demo.people import (
    Team,
    invite_somebody,
    make_groups,
    make_peers,
    make_team,
    make_venues,
)
from peersafe.demo.progress import Progress
from people.access import Member
from people.models import Membership, Peer, Role, Supervision
from reminders.actions import cancel_for, set_address
from sessions.actions import bookings, calendars, logs, outcomes, pairings
from sessions.models import Pairing, Party, PeerSession, Setting, Why
from sessions.states import UPCOMING
from sessions.wording import Rhythm

ZONE = ZoneInfo("Europe/London")
SESSIONS_EACH = 15
WEEKS = 52
WRITE_LATE = {2, 12}  # of these pairs, the last session's note is still to be written, whatever day it is
STARTS = [time(9, 30), time(11, 0), time(13, 30), time(15, 0), time(16, 30)]
SETTINGS = [Setting.ROOM] * 5 + [Setting.WALK] * 2 + [Setting.CAFE, Setting.ONLINE, Setting.PHONE]
BOTH = [Party.PEER, Party.PEER, Party.SUPPORTER]  # who calls off or does not come, on a bad day
MEETING_POINTS = {
    Setting.WALK: "At the park gate",
    Setting.CAFE: "The café by the library",
    Setting.ONLINE: "The usual room",
    Setting.PHONE: "",
}


def load(*, now: datetime, out: TextIO) -> None:
    """Both demo organisations. `now` is when the demo is looked at: sessions lie before and after it."""
    began = now - timedelta(weeks=WEEKS)
    names = {
        Role.COORDINATOR: cast.COORDINATORS,
        Role.SUPPORTER: cast.SUPPORTERS,
        Role.SUPERVISOR: cast.SUPERVISORS,
    }
    team = make_team(name="Rowan Together", slug="rowan", domain="example.org", names=names, now=began)
    other = make_team(
        name="Other Shore",
        slug="other",
        domain="other.example.org",
        names={role: people[-1:] for role, people in names.items()},
        now=began,
    )
    progress = Progress(SESSIONS_EACH * (len(cast.PEERS) + 2), "sessions", out)
    boundaries.publish_list(team, began)
    year(team, make_peers(team, cast.PEERS, began), now, progress)
    boundaries.draft_next_list(team, now - timedelta(days=2))
    year(other, make_peers(other, ["Alex", "Robin"], began), now, progress)


def year(team: Team, everybody: list[Peer], now: datetime, progress: Progress) -> None:
    """Groups, places and every peer's story."""
    began = now - timedelta(weeks=WEEKS)
    make_groups(team, everybody, began)
    rooms = make_venues(team, began)
    meetings.keep_hours(team, began)
    with wall.inside(team.organisation.pk):
        limits.write_down(team, began)
    stories = [Story(team, peer, number, rooms, now) for number, peer in enumerate(everybody)]
    for story in stories:
        story.tell(progress)
    for story in [story for story in stories if story.is_over][::2][:3]:
        story.begin_anew()
    with wall.inside(team.organisation.pk):
        limits.look_again(team, began, now)
    _ask_for_debriefs(team, now)
    _follow_a_calendar(team, now)
    meetings.meet(team, rooms, now)
    invite_somebody(team, now - timedelta(days=1))


def _ask_for_debriefs(team: Team, now: datetime) -> None:
    """The first two supporters who have a supervisor ask to talk something over."""
    with wall.inside(team.organisation.pk):
        sides = ("supporter", "supervisor")
        related = [f"{side}__{one}" for side in sides for one in ("user", "organisation")]
        for row in Supervision.objects.select_related(*related).order_by("pk")[:2]:
            around.ask_twice(by=Member.of(row.supporter), supervisor=Member.of(row.supervisor), now=now)


def _follow_a_calendar(team: Team, now: datetime) -> None:
    """The first supporter looks at their times in a calendar of their own."""
    with wall.inside(team.organisation.pk):
        calendars.make_feed(replaces=None, by=Member.of(team.supporters[0]), now=now)


class Story:
    """One peer's year with one supporter: introduced, agreed, fifteen sessions; some are over by now."""

    def __init__(self, team: Team, peer: Peer, number: int, rooms: list[UUID], now: datetime) -> None:
        self.team, self.peer, self.number, self.now = team, peer, number, now
        self.dice = random.Random(number)  # noqa: S311 - the same demo every time
        self.other_dice = random.Random(f"around {number}")  # noqa: S311 - so that the rest stays
        self.boundary_dice = random.Random(f"boundaries {number}")  # noqa: S311
        self.coordinator = Member.of(team.coordinators[number % len(team.coordinators)])
        place = number % len(team.supporters)
        self.row: Membership = team.supporters[place]
        self.supporter = Member.of(self.row)
        # Each supporter meets each of their peers on a weekday of its own, so that nothing ever collides.
        self.weekday = number // len(team.supporters) % 5
        self.start = STARTS[place % len(STARTS)]
        self.room = rooms[place // len(STARTS)]
        self.is_over = number % 5 == 4
        self.every = 1 + number % 2 if self.is_over else 1 + number % 3

    def tell(self, progress: Progress) -> None:
        """Make all of it."""
        days = self._days()
        with wall.inside(self.team.organisation.pk):
            pairing = self._begin(days[0])
        for place, day in enumerate(days):
            if place in boundaries.places_to_look_again(self.number):
                self._look_again(pairing, day)
            with wall.inside(self.team.organisation.pk):
                self._session(pairing, self._moment(day), last=place == len(days) - 1)
                if self._moment(day) < self.now:
                    self._ask_whether_it_fits(pairing, place, self._moment(day))
            progress.step()
        if self.is_over:
            self._end(pairing, days[-1])
        elif self.number % 2 == 0:
            self._prepare(pairing)
        if not self.is_over:
            with wall.inside(self.team.organisation.pk):
                next_one: dict[str, Any] = {
                    "rhythm": self._rhythm(),
                    "now": self.now,
                    "dice": self.boundary_dice,
                }
                boundaries.lie_before_both(pairing, self.number, by=self.supporter, **next_one)
                aims.tell(pairing, self.number, by=self.supporter, now=self.now)
                people: dict[str, Member] = {"by": self.supporter, "coordinator": self.coordinator}
                endings.look_ahead(pairing, self.number, **people, now=self.now)
                boundaries.go_on(pairing, self.number, by=self.supporter, now=self.now)

    def _ask_whether_it_fits(self, pairing: Pairing, place: int, at: datetime) -> None:
        asked: dict[str, Any] = {"by": self.supporter, "now": at, "dice": self.boundary_dice}
        boundaries.ask(pairing, self.number, place, **asked)

    def _days(self) -> list[date]:
        """The days of the sessions: those of a pairing that goes on reach two meetings past today."""
        monday = self.now.date() - timedelta(days=self.now.weekday())
        weeks_back = (
            24 + self.number % 20 if self.is_over else (SESSIONS_EACH - 2) * self.every - self.number % 2
        )
        first = monday - timedelta(weeks=max(weeks_back, 0)) + timedelta(days=self.weekday)
        if self.is_over:
            self.every = 1
        return [first + timedelta(weeks=self.every * step) for step in range(SESSIONS_EACH)]

    def _rhythm(self) -> Rhythm:
        return Rhythm.WEEKLY if self.every == 1 else Rhythm.FORTNIGHTLY

    def _moment(self, day: date) -> datetime:
        return datetime.combine(day, self.start, tzinfo=ZONE).astimezone(UTC)

    def _begin(self, first: date) -> Pairing:
        introduced = self._moment(first) - timedelta(days=12)
        pairing = pairings.pair(
            once=new_id(), peer_id=self.peer.pk, supporter_id=self.row.pk, by=self.coordinator, now=introduced
        )
        met_at = introduced + timedelta(days=4)
        first_meeting(pairing, rhythm=self._rhythm(), by=self.supporter, now=met_at, dice=self.dice)
        return pairing

    def _session(self, pairing: Pairing, starts_at: datetime, *, last: bool) -> None:
        booked_at = min(starts_at - timedelta(days=6), self.now)
        if starts_at > self.now:
            self._give_address(booked_at)
        setting = self.dice.choice(SETTINGS)
        peer_session = bookings.book(
            once=new_id(),
            pairing_id=pairing.pk,
            starts_at=starts_at,
            minutes=50,
            setting=setting,
            room_id=self.room if setting == Setting.ROOM else None,
            meeting_point=MEETING_POINTS.get(setting, ""),
            by=self.supporter,
            now=booked_at,
        )
        late = 7 * self.every if self.number in WRITE_LATE else self.number % 3
        if starts_at + timedelta(days=late) < self.now:  # some notes are still to be written
            self._happened(peer_session, last=last)
        elif starts_at < self.now:  # its reminder went out at the time
            cancel_for(object_id=peer_session.pk, by=self.supporter, now=self.now)

    def _give_address(self, now: datetime) -> None:
        """Every third peer who still comes has an address; nobody was written to about the past."""
        if self.number % 3 == 0:
            self._set_address(now)

    def _set_address(self, now: datetime) -> None:
        with wall.inside(self.team.organisation.pk):
            set_address(
                recipient_id=self.peer.pk,
                address=f"{self.peer.name.lower()}@peers.example.org",
                data_key=self.peer.data_key,
                language="en-gb",
                zone="Europe/London",
                by=self.supporter,
                now=now,
            )

    def _happened(self, peer_session: PeerSession, *, last: bool) -> None:
        """Held and noted, mostly; sometimes called off, sometimes missed."""
        chance = self.dice.random()
        if chance < 0.06 and not last:
            then = peer_session.starts_at - timedelta(hours=self.other_dice.choice((4, 30, 72)))
            why, side = self.dice.choice(list(Why)), self.other_dice.choice(BOTH)
            about: dict[str, Any] = {"peer_session_id": peer_session.pk, "why": why, "side": side}
            outcomes.cancel(**about, by=self.supporter, now=then)
        elif chance < 0.1:
            about = {"peer_session_id": peer_session.pk, "side": self.other_dice.choice(BOTH)}
            outcomes.miss(**about, by=self.supporter, now=peer_session.ends_at)
        else:
            self._note(peer_session)

    def _note(self, peer_session: PeerSession) -> None:
        fit = "today_only" if self.dice.random() < 0.08 else "same"
        logs.log(
            once=new_id(),
            peer_session_id=peer_session.pk,
            warm_up=self.dice.choice(cast.WARM_UPS),
            what_mattered=self.dice.choice(cast.MATTERED),
            cool_down=self.dice.choice(cast.COOL_DOWNS),
            fit=fit,
            fit_note=self.dice.choice(cast.FIT_NOTES) if fit == "today_only" else "",
            lasted_minutes=50 + 5 * self.other_dice.randrange(4) if self.number % 2 else None,
            shown_to_peer=True,
            hidden_because="",
            by=self.supporter,
            now=peer_session.ends_at + timedelta(minutes=20),
        )
        if self.other_dice.random() < 0.3:
            later = peer_session.ends_at + timedelta(hours=2)
            around.think(peer_session, by=self.supporter, now=later, dice=self.other_dice)

    def _prepare(self, pairing: Pairing) -> None:
        """What makes a space good for this peer, and the next session half made ready."""
        rest: dict[str, Any] = {"by": self.supporter, "now": self.now, "dice": self.other_dice}
        with wall.inside(self.team.organisation.pk):
            around.good_space(pairing, **rest)
            coming = PeerSession.objects.filter(pairing=pairing, state__in=UPCOMING, starts_at__gt=self.now)
            for peer_session in coming.order_by("starts_at")[:1]:
                around.make_ready(peer_session, **rest)

    def _look_again(self, pairing: Pairing, day: date) -> None:
        with wall.inside(self.team.organisation.pk):
            at = self._moment(day) - timedelta(hours=1)
            look_again(pairing, rhythm=self._rhythm(), by=self.supporter, now=at, dice=self.boundary_dice)

    def begin_anew(self) -> None:
        """Somebody comes back after a while: introduced again, and the first meeting still to come."""
        self._set_address(self.now - timedelta(days=2))
        with wall.inside(self.team.organisation.pk):
            pairings.pair(
                once=new_id(),
                peer_id=self.peer.pk,
                supporter_id=self.row.pk,
                by=self.coordinator,
                now=self.now - timedelta(days=2),
            )

    def _end(self, pairing: Pairing, last: date) -> None:
        with wall.inside(self.team.organisation.pk):
            ended_at = self._moment(last) + timedelta(days=1)
            endings.end_well(pairing, self.number, by=self.supporter, now=ended_at)
            pairings.end(pairing_id=pairing.pk, by=self.supporter, now=ended_at)
