"""The story of their agreement on a peer's own page."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from people.access import LinkRequest, by_link
from people.wrong_links import wrong_links_counted
from sessions.models import Pairing
from sessions.policies.around import logs_of_link
from sessions.views.histories import status, told
from sessions.views.own_page import below, opened


@wrong_links_counted
@by_link("pairing")
@opened
@require_safe
def history(request: LinkRequest, token: str, pairing: Pairing) -> HttpResponse:
    """Each version of the agreement and what changed with it; `?on=` asks what held on a day."""

    def url_of(agreement_id: UUID) -> str:
        return reverse("mine:version", args=[token, agreement_id])

    context = below(
        token,
        _("How your agreement came about"),
        **told(request, pairing, logs_of_link(request.link), url_of, request.link, request.now),
    )
    return render(request, "sessions/own_page_history.html", context, status=status(context))
