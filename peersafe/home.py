"""The first page: what is on today and what waits for you, by role; and the choice for people in two organisations."""

from collections.abc import Callable
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from peersafe.queries.coordinator import coordinator_home
from peersafe.queries.supervisor import supervisor_home
from peersafe.queries.supporter import supporter_home
from people import door
from people.access import Access, Member, MemberRequest, Relation, members, signed_in
from people.models import Role, User

ACCESS: Access = {
    "home": {
        Role.COORDINATOR: Relation.ORGANISATION,
        Role.SUPPORTER: Relation.MY_PAIRING,
        Role.SUPERVISOR: Relation.SUPERVISEES,
    },
}
PAGES: dict[Role, tuple[str, Callable[[Member, datetime], object]]] = {
    Role.COORDINATOR: ("home_coordinator.html", coordinator_home),
    Role.SUPPORTER: ("home_supporter.html", supporter_home),
    Role.SUPERVISOR: ("home_supervisor.html", supervisor_home),
}


@members(ACCESS)
@require_safe
def home(request: MemberRequest, slug: str) -> HttpResponse:
    """Each role's own first page."""
    template, read = PAGES[request.member.role]
    return render(request, template, {"slug": slug, "home": read(request.member, request.now)})


@signed_in
@require_safe
def home_choice(request: HttpRequest) -> HttpResponse:
    """Straight to the only organisation; a choice between several; kind words where there is none."""
    user = request.user
    assert isinstance(user, User)
    found = door.choices(user.pk, timezone.now())
    if len(found) == 1:
        return redirect("home", slug=found[0].slug)
    return render(request, "home_choice.html", {"choices": found})
