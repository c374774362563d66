"""Two hundred peers want twelve places at the same moment, each on their own phone; then the twelve cannot come."""

import http.client
import re
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from lib.tokens import token_for
from peersafe.local.places import say
from peersafe.local.processes import Household
from people.models import Group, GroupMember, Peer
from sessions.actions import group_links, meetings
from sessions.actions.meeting_time import Where
from sessions.models import Hold, MeetingPlace, PeerSession
from tests import factories, processes
from tests.faults.rows import Row

PEERS, PLACES, WORKERS, THREADS = 200, 12, 4, 4
PATIENCE = 60  # seconds an answer may take; two hundred come to sixteen threads
CSRF = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass
class Phone:
    """One peer's phone: it keeps cookies and knows one link."""

    url: str
    token: str
    cookies: dict[str, str] = field(default_factory=dict)
    csrf: str = ""

    @property
    def home(self) -> str:
        """The page of meetings."""
        return f"/p/{self.token}/meetings/"

    def ask(self, method: str, path: str, **form: str) -> tuple[int, str]:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=PATIENCE)
        jar = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": jar, "Content-Type": "application/x-www-form-urlencoded"}
        body = urlencode({"csrfmiddlewaretoken": self.csrf, **form}) if method == "POST" else None
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            for value in response.headers.get_all("Set-Cookie") or []:
                name, _equals, rest = value.partition("=")
                self.cookies[name] = rest.partition(";")[0]
            return response.status, response.read().decode()
        finally:
            connection.close()

    def open(self) -> None:
        """Look at the cover, press Continue, look at the meetings."""
        for method in ("GET", "POST", "GET"):
            _status, page = self.ask(method, self.home)
            found = CSRF.search(page)
            self.csrf = found.group(1) if found else self.csrf


def run(name: str, household: Household) -> Row:
    """All ask at once; then all who have a place give it back at once; count what the database holds."""
    made = _group()
    web = processes.start_web(
        household, "--worker-class", "gthread", "--threads", str(THREADS), workers=WORKERS
    )
    phones = [Phone(web.url, token) for token in made.tokens]
    _each(phones, Phone.open)
    say(f"{PEERS} phones are open")
    began = time.monotonic()
    statuses = Counter(_each(phones, lambda phone: _answer(phone, "take/", made.meeting_id), at_once=True))
    trouble = [
        *_after_taking(made),
        *(f"{status}: {count}" for status, count in statuses.items() if status != 200),
    ]
    holders = _holders(made)
    givers = [phone for phone, peer_id in zip(phones, made.peers, strict=True) if peer_id in holders]
    line = _line(made)
    _each(givers, lambda phone: _answer(phone, "give-back/", made.meeting_id), at_once=True)
    took = time.monotonic() - began
    lost, doubled, more = _after_giving_back(made, line)
    for words in (*trouble, *more):
        say(f"Wrong: {words}")
    return Row(
        name=name,
        tried=f"{PEERS} peers at once for {PLACES} places, then {PLACES} give back at once",
        lost=lost,
        doubled=doubled,
        recovered_s=round(took, 1),
        goal=f"{PLACES} taken, {PEERS - PLACES} in line in order, nobody twice; then the first {PLACES} are asked",
        holds=not trouble and not more and lost == 0 and doubled == 0,
    )


@dataclass(frozen=True)
class Made:
    """A group with a meeting; `peers` and `tokens` stand in the same order."""

    organisation_id: UUID
    meeting_id: UUID
    peers: list[UUID]
    tokens: list[str]


def _group() -> Made:
    """A group of two hundred, made by itself: the app lets in 60 at most."""
    with transaction.atomic():
        organisation = factories.organisation("places")
        by, now = Operator(organisation.pk), timezone.now()
        with wall.inside(organisation.pk):
            group = factories.group(organisation)
            members = [
                _member(group, factories.peer(organisation, name=f"P{number}")) for number in range(PEERS)
            ]
            meeting = _meeting(group, by, now)
            tokens = [_token(member, by, now) for member in members]
    return Made(organisation.pk, meeting.pk, [member.peer_id for member in members], tokens)


def _member(group: Group, peer: Peer) -> GroupMember:
    return GroupMember.objects.create(
        organisation_id=group.organisation_id, group=group, peer=peer, joined_at=factories.START
    )


def _meeting(group: Group, by: Operator, now: datetime) -> PeerSession:
    return meetings.plan_meeting(
        once=new_id(),
        group_id=group.pk,
        starts_at=(now + timedelta(days=5)).replace(microsecond=0),
        minutes=90,
        where=Where("online", None, None, "", PLACES),
        by=by,
        now=now,
    )


def _token(member: GroupMember, by: Operator, now: datetime) -> str:
    link = group_links.make_group_link(group_member_id=member.pk, by_mail=False, by=by, now=now)
    return token_for(link.pk)


def _answer(phone: Phone, tail: str, meeting_id: UUID) -> int:
    return phone.ask("POST", phone.home + tail, meeting=str(meeting_id))[0]


def _each(
    phones: list[Phone], act: Callable[[Phone], int | None], *, at_once: bool = False
) -> list[int | None]:
    """Do it on each phone; at once behind a barrier, or eight at a time."""
    results: list[int | None] = [None] * len(phones)
    barrier = threading.Barrier(len(phones)) if at_once else None
    gate = threading.Semaphore(len(phones) if at_once else 8)

    def do(number: int) -> None:
        if barrier:
            barrier.wait(PATIENCE)
        with gate:
            results[number] = act(phones[number])

    threads = [threading.Thread(target=do, args=[number]) for number in range(len(phones))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def _holders(made: Made) -> set[UUID]:
    with wall.inside(made.organisation_id):
        rows = MeetingPlace.objects.filter(peer_session_id=made.meeting_id, state="taken")
        return set(rows.values_list("peer_id", flat=True))


def _line(made: Made) -> list[UUID]:
    with wall.inside(made.organisation_id):
        rows = MeetingPlace.objects.filter(peer_session_id=made.meeting_id, state="waiting")
        return list(rows.order_by("asked_at", "pk").values_list("peer_id", flat=True))


def _states(made: Made) -> Counter[str]:
    rows = MeetingPlace.objects.filter(peer_session_id=made.meeting_id)
    return Counter(rows.values_list("state", flat=True))


def _after_taking(made: Made) -> list[str]:
    """What is not as it should be: twelve with a place and their time held, the others in line behind them."""
    with wall.inside(made.organisation_id):
        states = _states(made)
        rows = MeetingPlace.objects.filter(peer_session_id=made.meeting_id).order_by("asked_at", "pk")
        order = list(rows.values_list("state", "asked_at"))
        held = Hold.objects.filter(peer_session_id=made.meeting_id, peer__isnull=False).count()
        counted = PeerSession.objects.get(pk=made.meeting_id).places_taken
    wrong = []
    if states != {"taken": PLACES, "waiting": PEERS - PLACES}:
        wrong.append(f"after asking: {dict(states)}")
    if [state for state, _asked in order] != ["taken"] * PLACES + ["waiting"] * (PEERS - PLACES):
        wrong.append("somebody in line asked before somebody with a place")
    if len({asked for _state, asked in order}) != len(order):
        wrong.append("two stand at the same place in line")
    if (held, counted) != (PLACES, PLACES):
        wrong.append(f"{held} hold their time, {counted} are counted")
    return wrong


def _after_giving_back(made: Made, line: list[UUID]) -> tuple[int, int, list[str]]:
    """Places that were lost, places that were given twice, and what else is wrong."""
    with wall.inside(made.organisation_id):
        rows = MeetingPlace.objects.filter(peer_session_id=made.meeting_id, state="offered")
        asked = list(rows.values_list("peer_id", flat=True))
        held = Hold.objects.filter(
            peer_session_id=made.meeting_id, peer__isnull=False, released_at__isnull=True
        ).count()
        counted = PeerSession.objects.get(pk=made.meeting_id).places_taken
    wrong = []
    if set(asked) != set(line[:PLACES]):
        wrong.append("not the first in line are asked")
    if held:
        wrong.append(f"{held} who gave their place back still have their time held")
    if counted != PLACES:
        wrong.append(f"{counted} places are counted")
    return max(PLACES - len(asked), 0), max(len(asked) - PLACES, 0), wrong
