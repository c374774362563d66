"""The demo's people: an organisation with its team, peers, groups and places."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from allauth.account.models import EmailAddress
from django.contrib.auth.hashers import make_password
from django.db import transaction

from audit.actions import Operator
from lib import wall
from lib.ids import new_id
from peersafe.demo import cast
from people.access import Member
from people.actions import groups, invitations, members, organisations, peers
from people.models import Membership, Organisation, Peer, Role, User
from people.models.organisations import HelpNumber
from venues.actions import places as venue_actions
from venues.actions import rooms as room_actions
from venues.models import Room

NUMBERS: list[HelpNumber] = [
    {"name": "Emergency services", "number": "112", "note": "Free, day and night"},
    {"name": "Samaritans", "number": "116 123", "note": "Free, day and night, to talk"},
    {"name": "The one on call here", "number": "+44 20 7946 0000", "note": "Every day from 8 to 22"},
]


@dataclass(frozen=True)
class Team:
    """Who works in a demo organisation."""

    organisation: Organisation
    coordinators: list[Membership]
    supporters: list[Membership]
    supervisors: list[Membership]


def make_team(*, name: str, slug: str, domain: str, names: dict[Role, list[str]], now: datetime) -> Team:
    """An organisation and its team. The first of each role signs in as `<role>@<domain>`."""
    with transaction.atomic():
        organisation = organisations.found(
            name=name, slug=slug, zone="Europe/London", help_numbers=NUMBERS, now=now
        )
        hashed = make_password(cast.PASSWORD)  # once: hashing is slow on purpose
        rows = {
            role: [
                _join(organisation, role, person, number, domain, hashed, now)
                for number, person in enumerate(names[role])
            ]
            for role in Role
        }
        supervise(rows[Role.SUPERVISOR], rows[Role.SUPPORTER], now)
    return Team(organisation, rows[Role.COORDINATOR], rows[Role.SUPPORTER], rows[Role.SUPERVISOR])


def _join(
    organisation: Organisation, role: Role, name: str, number: int, domain: str, hashed: str, now: datetime
) -> Membership:
    address = f"{role.value}{number + 1 if number else ''}@{domain}"
    user = User(
        email=address,
        preferred_name=name,
        pronouns=cast.PRONOUNS[number % len(cast.PRONOUNS)],
        password=hashed,
    )
    user.save(force_insert=True)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    row = members.begin_membership(
        organisation_id=organisation.pk,
        user=user,
        role=role,
        by=Operator(organisation.pk),
        now=now,
        most_peers=5 if number else 8,  # who signs in as the supporter has room for one more
    )
    row.organisation = organisation  # outside the wall it could not be looked up
    return row


def supervise(supervisors: list[Membership], supporters: list[Membership], now: datetime) -> None:
    """Share the supporters out among the supervisors."""
    for number, supporter in enumerate(supporters):
        members.begin_supervision(
            supervisor_id=supervisors[number % len(supervisors)].pk,
            supporter_id=supporter.pk,
            by=Operator(supporter.organisation_id),
            now=now,
        )


def make_peers(team: Team, names: list[str], now: datetime) -> list[Peer]:
    """Peers, without an address so far: nobody is written to about last year."""
    by = Member.of(team.coordinators[0])
    with wall.inside(team.organisation.pk):
        return [
            peers.add_peer(
                once=new_id(),
                name=name,
                pronouns=cast.PRONOUNS[number % len(cast.PRONOUNS)],
                zone="Europe/London",
                language="en-gb",
                by=by,
                now=now,
            )
            for number, name in enumerate(names)
        ]


def make_groups(team: Team, everybody: list[Peer], now: datetime) -> None:
    """Groups with members and facilitators; one has a single facilitator, as happens."""
    by = Member.of(team.coordinators[0])
    for number, (name, for_whom, why, childcare, travel) in enumerate(cast.GROUPS):
        with wall.inside(team.organisation.pk):
            group = groups.add_group(
                once=new_id(),
                name=name,
                for_whom=for_whom,
                why=why,
                childcare=childcare,
                travel=travel,
                most_members=12,
                by=by,
                now=now,
            )
            for peer in everybody[number * 9 : number * 9 + 6 + number % 4]:
                groups.join(group_id=group.pk, peer=peer, by=by, now=now)
            for place in range(1 if number == 3 else min(2, len(team.supporters))):
                facilitator = team.supporters[(number * 2 + place) % len(team.supporters)]
                groups.begin_facilitating(group_id=group.pk, membership=facilitator, by=by, now=now)


def invite_somebody(team: Team, now: datetime) -> None:
    """One invitation that waits for an answer."""
    with wall.inside(team.organisation.pk):
        invitations.invite(
            once=new_id(),
            email=f"newcomer@{team.organisation.slug}.example.org",
            role=Role.SUPPORTER,
            by=Member.of(team.coordinators[0]),
            now=now,
        )


def make_venues(team: Team, now: datetime) -> list[UUID]:
    """Places; the ids of their rooms, the small ones first."""
    by = Member.of(team.coordinators[0])
    rooms: list[Room] = []
    for name, address, getting_there, inside in cast.VENUES:
        with wall.inside(team.organisation.pk):
            venue = venue_actions.add_venue(
                once=new_id(), name=name, address=address, getting_there=getting_there, by=by, now=now
            )
            rooms += [
                room_actions.add_room(
                    once=new_id(), venue_id=venue.pk, name=room, places=places, by=by, now=now
                )
                for room, places in inside
            ]
    return [room.pk for room in sorted(rooms, key=lambda room: room.places)]
