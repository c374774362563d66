"""The demo's endings: some talked about and handed over, some being prepared; wishes for more, or for somebody else."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from lib.ids import new_id
from people.access import Member
from people.models import Supervision
from sessions.actions import change_wishes, endings, extensions
from sessions.actions.endings import Written
from sessions.models import Pairing

ZONE = ZoneInfo("Europe/London")
TALK = "We looked back at the walks, and at how the first weeks were. The choir and the sister stay."
GOODBYES = (
    "Thank you for your trust. I have seen you get through harder days than this one.",
    "It was good to walk beside you. Keep the notebook close, and the window open.",
)
HANDOVERS = (
    "Mornings are hard, afternoons fine. Ask before sitting down next to each other. Silence is welcome.",
    "Likes a plan for the hour, written down. The bus is often late: ten minutes are no worry.",
)


def end_well(pairing: Pairing, number: int, *, by: Member, now: datetime) -> None:
    """Talked about a week before the end; two in three leave a note for the next supporter."""
    written = Written(
        talked_on=(now - timedelta(days=7)).astimezone(ZONE).date(),
        talk=TALK,
        goodbye=GOODBYES[number % 2],
        handover=HANDOVERS[number % 2],
        handover_yes=number % 3 != 1,
    )
    endings.save_ending(
        pairing_id=pairing.pk,
        revision=0,
        written=written,
        zone=ZONE,
        by=by,
        now=now - timedelta(hours=2),
    )


def look_ahead(pairing: Pairing, number: int, *, by: Member, coordinator: Member, now: datetime) -> None:
    """Of those who go on, a few prepare their ending, ask for more sessions, or would like another supporter."""
    if number % 6 == 0:
        written = Written(None, "", GOODBYES[number % 2], "", handover_yes=False)
        endings.save_ending(
            pairing_id=pairing.pk, revision=0, written=written, zone=ZONE, by=by, now=now - timedelta(days=1)
        )
    if number in {0, 25, 36}:
        _more(pairing, by=by, now=now, granted=number == 36)
    if number in {1, 27}:
        change_wishes.wish_change(pairing_id=pairing.pk, by=coordinator, now=now - timedelta(days=3))


def _more(pairing: Pairing, *, by: Member, now: datetime, granted: bool) -> None:
    related = Supervision.objects.select_related("supervisor__user", "supervisor__organisation")
    together = related.filter(supporter_id=by.id, ends_at__isnull=True).first()
    if together is None:
        return
    wish = extensions.ask_extension(
        once=new_id(),
        pairing_id=pairing.pk,
        up_to=30,
        because="We have found our rhythm, and the move in spring is close. Six more would carry us over it.",
        by=by,
        now=now - timedelta(days=4),
    )
    if granted:
        supervisor = Member.of(together.supervisor)
        extensions.grant_extension(extension_id=wish.pk, by=supervisor, now=now - timedelta(days=2))
