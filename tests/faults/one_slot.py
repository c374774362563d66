"""200 who want the same hour of one supporter at once: one gets it, the others are told so and shown other times.

First with 200 connections, in turn with the plain way to do it (SELECT FOR UPDATE, then look, then write) beside which
ours must not be slow; then with 200 forms sent to the real web server.
"""

import socket
import statistics
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from psycopg.types.range import Range

from audit.actions import Operator, record
from lib import wall
from lib.ids import new_id
from lib.refusal import Refused
from lib.sealing.models import new_key
from peersafe.local.places import say
from peersafe.local.processes import Household
from people.models import Membership, Organisation, Peer
from sessions.actions.bookings import book
from sessions.models import Agreement, Hold, Pairing, PeerSession, Setting
from sessions.states import ACTIVE, BOOKED, IN_FORCE
from tests import factories, processes
from tests.bench.slices import Form, Target
from tests.faults.rivals import EACH, PROCESSES, REFUSED, WON, Contest, Rivals, Wish, rivals
from tests.faults.rows import Row
from tests.roles import SUPERUSER, connect

MANY = PROCESSES * EACH
ROUNDS = 7
LEAST = 0.9  # times the plain way
LONG = timedelta(minutes=50)
TAKEN = "This time has just been taken for one of you."


@dataclass(frozen=True)
class Place:
    """An organisation with one supporter whom 200 peers meet."""

    organisation: Organisation
    coordinator: Membership
    supporter: Membership
    pairings: list[UUID]


def run(name: str, household: Household) -> Row:
    """Let them all want it, round after round, and count."""
    place, deadlocks = _place(), _deadlocks()
    with rivals() as crowd:
        ours, plain = _in_turn(place, crowd)
    answers, offered = _forms(place, household)
    met = _deadlocks() - deadlocks
    sessions, holds = _booked(place)
    speed = _speed(plain) / _speed(ours)
    told = all(one.count(WON) == 1 and _refused_kindly(one) == MANY - 1 for one in ours)
    pages = answers == {302: 1, 422: MANY - 1} and offered == MANY - 1
    hours = 2 * ROUNDS + 1
    say(
        f"{speed:.2f} times as quick as plain FOR UPDATE: {1000 * _speed(ours):.0f} and"
        f" {1000 * _speed(plain):.0f} ms for {MANY}; forms answered {answers}, {offered} with free times;"
        f" {met} deadlocks"
    )
    return Row(
        name=name,
        tried=f"{MANY} connections for one hour, {ROUNDS} times; then {MANY} forms; {speed:.2f} × plain FOR UPDATE",
        lost=sum(MANY - one.count(WON) - one.count(REFUSED) for one in ours) + MANY - sum(answers.values()),
        doubled=sessions - hours,
        recovered_s=round(_speed(ours), 1),
        goal=f"1 wins, {MANY - 1} are told, with free times; 0 deadlocks; ≥ {LEAST} × plain FOR UPDATE",
        holds=told and pages and met == 0 and (sessions, holds) == (hours, 2 * hours) and speed >= LEAST,
    )


def _in_turn(place: Place, crowd: Rivals) -> tuple[list[Contest], list[Contest]]:
    """Ours and the plain way by turns, each on an hour of its own; the first of each is not measured."""
    ours: list[Contest] = []
    plain: list[Contest] = []
    for turn in range(ROUNDS):
        for act, found in ((as_we_do, ours), (plainly, plain)):
            hour = _hour(2 * turn + (act is plainly))
            wishes = [
                {"once": str(new_id()), "pairing": str(each), "starts_at": hour.isoformat()}
                for each in place.pairings
            ]
            found.append(crowd.contest(act, place.organisation.pk, wishes))
    return ours, plain


def _speed(found: list[Contest]) -> float:
    """Seconds until all know, in the middle of all rounds but the first, in which connections are opened."""
    return statistics.median(one.seconds for one in found[1:])


def _refused_kindly(one: Contest) -> int:
    return sum((each.what, each.words) == (REFUSED, TAKEN) for each in one.outcomes)


# What each of them does -----------------------------------------------------------------------------------------


def as_we_do(wish: Wish) -> object:
    """Book."""
    pairing = Pairing.objects.only("organisation_id").get(pk=wish["pairing"])
    return book(
        once=UUID(wish["once"]),
        pairing_id=pairing.pk,
        starts_at=datetime.fromisoformat(wish["starts_at"]),
        minutes=50,
        setting=Setting.WALK,
        room_id=None,
        meeting_point="At the gate",
        by=Operator(pairing.organisation_id),
        now=timezone.now(),
    )


def plainly(wish: Wish) -> object:
    """The least that keeps an hour from being given twice: lock the supporter's row, look, write."""
    pairing = Pairing.objects.get(pk=wish["pairing"])
    starts_at, now = datetime.fromisoformat(wish["starts_at"]), timezone.now()
    during, by = Range(starts_at, starts_at + LONG), Operator(pairing.organisation_id)
    with transaction.atomic():
        Membership.objects.select_for_update(of=("self",)).get(pk=pairing.supporter_id)
        held = Hold.objects.filter(supporter_id=pairing.supporter_id, released_at__isnull=True)
        if held.filter(during__overlap=during).exists():
            raise Refused(TAKEN)
        made = PeerSession.objects.create(
            id=wish["once"],
            organisation_id=pairing.organisation_id,
            pairing=pairing,
            setting=Setting.WALK,
            meeting_point="At the gate",
            starts_at=starts_at,
            ends_at=starts_at + LONG,
            state=BOOKED,
            booked_at=now,
            booked_by=by.actor,
        )
        for holder in ({"supporter_id": pairing.supporter_id}, {"peer_id": pairing.peer_id}):
            Hold.objects.create(
                organisation_id=by.organisation_id, peer_session=made, during=during, **holder
            )
        record(by=by, verb="sessions.book", what=made, now=now)
    return made


# The same by the page -------------------------------------------------------------------------------------------


def _forms(place: Place, household: Household) -> tuple[dict[int, int], int]:
    """All send their form at once; how often each answer came, and how many of them show free times."""
    web = processes.start_web(household)
    key = factories.signed_in(place.coordinator).cookies["sessionid"].value
    requests = [_request(web.url, web.pid, key, place, each) for each in place.pairings]
    bodies: list[bytes] = [b""] * len(requests)
    start = threading.Barrier(len(requests))

    def send(number: int) -> None:
        start.wait(60)
        bodies[number] = _send(web.url, requests[number])

    threads = [threading.Thread(target=send, args=[number]) for number in range(len(requests))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = [int(body[9:12]) if body[9:12].isdigit() else 0 for body in bodies]
    answers = {status: statuses.count(status) for status in sorted(set(statuses))}
    return answers, sum(TAKEN.encode() in body and b'name="slot" value="20' in body for body in bodies)


def _request(url: str, pid: int, key: str, place: Place, pairing_id: UUID) -> bytes:
    hour = _hour(2 * ROUNDS)
    fields: dict[str, Any] = {
        "once": new_id(),
        "slot": "",
        "day": hour.date(),
        "start": hour.time(),
        "minutes": 50,
        "setting": Setting.WALK.value,
        "room": "",
        "meeting_point": "At the gate",
    }
    form = Form(reverse("sessions:book", args=[place.organisation.slug, pairing_id]), fields)
    sent = Target(url, "", key, pid, iter([form])).request()
    return sent.replace(b"Accept-Encoding: gzip, deflate, br\r\n", b"")


def _send(url: str, request: bytes) -> bytes:
    parts = urlsplit(url)
    with socket.create_connection((parts.hostname, parts.port), timeout=120) as connection:
        connection.sendall(request)
        chunks = []
        while chunk := connection.recv(65536):
            chunks.append(chunk)
    return b"".join(chunks)


# What it stands on ----------------------------------------------------------------------------------------------


def _place() -> Place:
    with transaction.atomic():
        organisation = factories.organisation("one-slot", zone="UTC")
    supporter, coordinator = factories.supporter(organisation), factories.coordinator(organisation)
    coordinator.user.zone = "UTC"
    coordinator.user.save(update_fields=["zone"])
    with wall.inside(organisation.pk):
        peers = Peer.objects.bulk_create(
            Peer(
                organisation=organisation,
                name=f"Peer {number:03}",
                created_at=factories.START,
                created_by="operator",
                data_key=new_key(organisation.pk),
            )
            for number in range(MANY)
        )
        pairings = Pairing.objects.bulk_create(_pairing(peer, supporter) for peer in peers)
        Agreement.objects.bulk_create(_agreement(pairing) for pairing in pairings)
    return Place(organisation, coordinator, supporter, [pairing.pk for pairing in pairings])


def _pairing(peer: Peer, supporter: Membership) -> Pairing:
    return Pairing(
        organisation_id=peer.organisation_id,
        peer=peer,
        supporter=supporter,
        state=ACTIVE,
        introduced_at=factories.START,
        introduced_by="operator",
        begun_at=factories.START,
    )


def _agreement(pairing: Pairing) -> Agreement:
    return Agreement(
        organisation_id=pairing.organisation_id,
        pairing=pairing,
        version=1,
        state=IN_FORCE,
        body=b"",
        sessions_agreed=60,
        rhythm="each_time",
        review_on=(factories.START + timedelta(days=365)).date(),
        look_again_on=(factories.START + timedelta(days=365)).date(),
        drafted_at=factories.START,
        drafted_by="operator",
        proposed_at=factories.START,
        in_force_at=factories.START,
    )


def _hour(number: int) -> datetime:
    """An hour for each round."""
    day = timezone.now().astimezone(UTC).date() + timedelta(days=7 + number)
    return datetime.combine(day, time(14), tzinfo=UTC)


def _booked(place: Place) -> tuple[int, int]:
    with wall.inside(place.organisation.pk):
        return PeerSession.objects.count(), Hold.objects.filter(released_at__isnull=True).count()


def _deadlocks() -> int:
    """How many the server has met in this database so far."""
    with connect(SUPERUSER) as superuser:
        found = superuser.execute(
            "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"
        ).fetchone()
    assert found is not None
    return int(found[0])
