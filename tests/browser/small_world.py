"""A small organisation with a year behind it: the demo's own story, told for three peers."""

import io
from datetime import datetime, timedelta
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from django.utils import timezone

from lib import wall
from lib.ids import new_id
from peersafe.demo import boundaries, load
from peersafe.demo.people import make_peers, make_team
from peersafe.demo.progress import Progress
from people.access import Member
from people.actions import invitations
from people.models import Membership, Role
from sessions.actions import agreeing, crossings, paper
from sessions.models import Agreement, How, SaidTo, Side
from sessions.states import IN_FORCE
from tests import pictures
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
    boundaries.draft_next_list(team, now)
    _talk_on_paper(team.supporters[0], now)
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


def _talk_on_paper(row: Membership, now: datetime) -> None:
    """A peer answers on paper, of which there is a picture; their supporter notes a boundary for the supervisor."""
    shared: dict[str, Any] = {"by": Member.of(row), "now": now}
    with wall.inside(row.organisation_id):
        held = Agreement.objects.filter(pairing__supporter=row, state=IN_FORCE).order_by("pk")[0]
        said = agreeing.answer(
            once=new_id(),
            agreement_id=held.pk,
            side=Side.PEER,
            said=SaidTo.TALK,
            how=How.PAPER,
            words="I wrote it down.",
            **shared,
        )
        paper.add_paper_copy(once=new_id(), answer_id=said.pk, picture=pictures.photo(), **shared)
        crossings.note_crossing(
            once=new_id(),
            pairing_id=held.pairing_id,
            side=Side.SUPPORTER,
            item_key="hug_given",
            words="A hug, without asking.",
            to_other=False,
            to_supervisor=True,
            **shared,
        )


def _second_factor(row: Membership) -> None:
    secret = {"secret": get_adapter().encrypt(SEED)}
    Authenticator.objects.create(user=row.user, type=Authenticator.Type.TOTP, data=secret)
