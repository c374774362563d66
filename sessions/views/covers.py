"""The cover of a private link's page: nothing is shown before a person presses Continue, and then for half an hour."""

from collections.abc import Iterator
from contextlib import contextmanager
from zoneinfo import ZoneInfo

from django.conf import settings
from django.http import HttpResponse
from django.utils import timezone, translation

from people.access import LinkRequest
from people.models import Peer

SEEN = "seen"  # the cookie that says: on this phone somebody pressed Continue
STAYS_OPEN = 30 * 60  # seconds since the last page


@contextmanager
def as_peer(peer: Peer) -> Iterator[None]:
    """The peer's own clock and language, not the organisation's."""
    with timezone.override(ZoneInfo(peer.zone)), translation.override(peer.language):
        yield


def remember(request: LinkRequest, response: HttpResponse, path: str) -> HttpResponse:
    """Let the page stay open for half an hour from now: a signed cookie for this link's addresses alone."""
    response.set_signed_cookie(
        SEEN,
        str(request.link.link_id),
        salt=SEEN,
        max_age=STAYS_OPEN,
        path=path,
        secure=settings.SECURE_TLS,
        httponly=True,
        samesite="Lax",
    )
    return response


def has_continued(request: LinkRequest) -> bool:
    """Whether somebody pressed Continue on this phone, for this very link."""
    seen = request.get_signed_cookie(SEEN, default="", salt=SEEN, max_age=STAYS_OPEN)
    return seen == str(request.link.link_id)
