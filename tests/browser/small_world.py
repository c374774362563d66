"""A small organisation with a year behind it: the demo's own story, told for three peers."""

import io
from datetime import timedelta

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.utils import timezone

from lib import wall
from lib.ids import new_id
from peersafe.demo import load
from peersafe.demo.people import make_peers, make_team
from peersafe.demo.progress import Progress
from people.access import Member
from people.actions import invitations
from people.models import Membership, Role
from tests.browser.coming_in import SEED

NAMES = {Role.COORDINATOR: ["Marta"], Role.SUPPORTER: ["Dana", "Leila"], Role.SUPERVISOR: ["Henrik"]}
SLUG = "ash"


def build() -> dict[str, Membership]:
    """Tells it; gives one membership for each role, by the role's name."""
    now = timezone.now()
    began = now - timedelta(weeks=load.WEEKS)
    team = make_team(name="Ash Together", slug=SLUG, domain="example.org", names=NAMES, now=began)
    load.year(
        team, make_peers(team, ["Ada", "Basil", "Wren"], began), now, Progress(1, "sessions", io.StringIO())
    )
    with wall.inside(team.organisation.pk):
        by = Member.of(team.coordinators[0])
        invitations.invite(once=new_id(), email="new@example.org", role=Role.SUPPORTER, by=by, now=now)
    members = {
        "coordinator": team.coordinators[0],
        "supporter": team.supporters[0],
        "supervisor": team.supervisors[0],
    }
    for row in members.values():
        _second_factor(row)
    return members


def _second_factor(row: Membership) -> None:
    secret = {"secret": get_adapter().encrypt(SEED)}
    Authenticator.objects.create(user=row.user, type=Authenticator.Type.TOTP, data=secret)
