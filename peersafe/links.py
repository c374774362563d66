"""One address for every private link, `/p/<token>/`: what a mail carries says nothing of what it opens.

It leads on by purpose: a session to /p/<token>/session/, an invitation to /p/<token>/join/. The page there asks the
door once more and shows nothing identifying before the person has confirmed.
"""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.views.decorators.http import require_safe

from people import door
from people.access import public
from people.models.links import LinkPurpose
from people.wrong_links import wrong_links_counted

LEADS_TO = {
    LinkPurpose.SESSION: "session/",
    LinkPurpose.INVITATION: "join/",
    LinkPurpose.PAIRING: "mine/",
    LinkPurpose.GROUP: "meetings/",
    LinkPurpose.CALENDAR: "calendar.ics",
}


@wrong_links_counted
@public("It only leads on: the page behind it asks for a working link of its own purpose.")
@require_safe
def open_link(request: HttpRequest, token: str) -> HttpResponse:
    """Lead on to what the link is for; one that does not work is 404, like one that never was."""
    entry = door.enter_by_link(token, timezone.now())
    if entry is None:
        raise Http404
    return HttpResponseRedirect(request.path + LEADS_TO[LinkPurpose(entry.purpose)])
