"""A supporter's own limits: answered, finished, shown to a supervisor or not, talked through.

What is answered and finished holds the supporter's membership locked, as pairing does: whoever is introduced to
somebody has finished before.
"""

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from audit.actions import Actor, record
from lib.refusal import Refused
from lib.sealing.models import seal_text
from people.access import Member
from people.actions.revisions import stale
from people.models import Membership
from reminders.actions import cancel_for_all, schedule, send_now
from reminders.states import LOOK_AGAIN, SOMETHING_WAITS
from sessions import wording
from sessions.actions import floor_notes
from sessions.actions.answering import merged, refuse, refuse_to_finish
from sessions.item_sets import ItemSet
from sessions.models import FloorNote, LimitsSheet, Side
from sessions.policies.around import people_who_can_supervise
from sessions.queries.item_lists import items_in_force
from sessions.queries.limits import Versions, answers_of, versions_of
from sessions.wording import Answers, Said

LOOK_AGAIN_AFTER = timedelta(weeks=26)  # half a year, where nobody chooses otherwise
MORNING = time(9, 0)  # when that day is announced, by the organisation's clock


def save_limits(
    *, version: int, revision: int, said: Mapping[str, Said], by: Member, now: datetime
) -> LimitsSheet | None:
    """Keep what a supporter answered about their own limits; items that `said` does not name stay as they are.

    `version` and `revision` are those the page was made from; revision 0 stands for a version that is not stored yet.
    The same answers again change nothing. Raises Refused when another page was quicker, and for an answer looser than
    the organisation allows.
    """
    with transaction.atomic():
        membership = _held(by)
        versions = versions_of(by)
        asked = items_in_force(by.organisation_id)
        before = answers_of(versions.newest)
        after = merged(before, said, asked.by_key.keys() | before.keys())
        if after == before and (version, revision) <= (versions.number, versions.revision):
            return versions.newest
        _refuse_stale(versions, version, revision)
        refuse(after, said, asked, Side.SUPPORTER)
        sheet = versions.open or _begun(membership, versions, now)
        _write(sheet, after, membership)
        sheet.revision += 1
        sheet.save()
        record(by=by, verb="sessions.save_limits", what=sheet, now=now, answered=wording.answered(after))
    return sheet


def finish_limits(
    *, version: int, revision: int, after: timedelta = LOOK_AGAIN_AFTER, by: Member, now: datetime
) -> LimitsSheet:
    """Finish a version: from now on the database refuses to change it, and `after` a while it is looked at again.

    One in which nothing changed can be finished too, for they did look. Answers against ethical support are noted for
    their supervisor. Finishing twice does nothing. Raises Refused when it was changed since the page was opened, while
    it is blank, and for an answer looser than the organisation allows by now.
    """
    with transaction.atomic():
        membership = _held(by)
        versions = versions_of(by)
        if versions.finished is not None and versions.finished.version == version:
            return versions.finished
        _refuse_stale(versions, version, revision)
        answers = answers_of(versions.newest)
        if not wording.answered(answers):
            raise Refused(_("Please answer at least one line first. The others can stay open."))
        asked = items_in_force(by.organisation_id)
        refuse_to_finish(answers, asked, Side.SUPPORTER)
        sheet = versions.open or _begun(membership, versions, now)
        if versions.open is None:
            _write(sheet, answers, membership)
        _finish(sheet, versions.finished, after, by, now)
        _note_floors(sheet, membership, asked, answers, by=by, now=now)
        record(by=by, verb="sessions.finish_limits", what=sheet, now=now, version=sheet.version)
    return sheet


def _finish(
    sheet: LimitsSheet, earlier: LimitsSheet | None, after: timedelta, by: Member, now: datetime
) -> None:
    zone = ZoneInfo(by.organisation.zone)
    sheet.finished_at = now
    sheet.look_again_on = timezone.localdate(now, zone) + after
    sheet.save()
    if earlier is not None:  # looked at again before its day
        cancel_for_all(object_ids=[earlier.pk], recipient_id=by.id, by=by, now=now)
    schedule(
        kind=LOOK_AGAIN,
        object_id=sheet.pk,
        recipient_id=by.id,
        due_at=datetime.combine(sheet.look_again_on, MORNING, tzinfo=zone),
        sender_name=by.organisation.sender_name,
        by=by,
        now=now,
    )


def _note_floors(
    sheet: LimitsSheet, supporter: Membership, asked: ItemSet, answers: Answers, *, by: Member, now: datetime
) -> None:
    floor_notes.raise_for(
        sheet_id=sheet.pk,
        supporter=supporter,
        pairing=None,
        items=asked.items,
        answers=answers,
        by=by,
        now=now,
    )


def show_limits(*, limits_id: UUID, by: Member, now: datetime) -> LimitsSheet:
    """Let one's supervisors read a finished version, to talk it through; they are told that something waits.

    Showing what is shown does nothing. Raises Refused where nobody supervises, and before it is finished.
    """
    with transaction.atomic():
        sheet = LimitsSheet.objects.select_for_update(of=("self",)).get(pk=limits_id)
        if sheet.shown_at is not None:
            return sheet
        if sheet.finished_at is None:
            raise Refused(_("Please finish this sheet first."))
        supervisors = sorted(people_who_can_supervise(by).values_list("pk", flat=True))
        if not supervisors:
            raise Refused(_("Nobody supervises you just now. Please ask a coordinator."))
        sheet.shown_at = now
        sheet.save(update_fields=["shown_at"])
        for supervisor_id in supervisors:
            send_now(
                kind=SOMETHING_WAITS,
                object_id=sheet.pk,
                recipient_id=supervisor_id,
                sender_name=by.organisation.sender_name,
                by=by,
                now=now,
            )
        record(by=by, verb="sessions.show_limits", what=sheet, now=now)
    return sheet


def hide_limits(*, limits_id: UUID, by: Member, now: datetime) -> LimitsSheet:
    """Let nobody else read it any more; news of it that has not gone out yet stays here. A second time does nothing."""
    with transaction.atomic():
        sheet = LimitsSheet.objects.select_for_update(of=("self",)).get(pk=limits_id)
        if sheet.shown_at is None:
            return sheet
        sheet.shown_at = None
        sheet.save(update_fields=["shown_at"])
        _take_news_back(sheet, by=by, now=now)
        record(by=by, verb="sessions.hide_limits", what=sheet, now=now)
    return sheet


def talk_limits(*, limits_id: UUID, by: Actor, now: datetime) -> LimitsSheet:
    """Note that the two talked it through. A second time does nothing. Raises Refused once it is not shown any more."""
    with transaction.atomic():
        rows = LimitsSheet.objects.select_related("membership__organisation")
        sheet = rows.select_for_update(of=("self",)).get(pk=limits_id)
        if sheet.shown_at is None:
            raise Refused(_("This sheet is not shown to you any more."))
        if sheet.talked_at is not None:
            return sheet
        sheet.talked_at, sheet.talked_by = now, by.actor
        sheet.save(update_fields=["talked_at", "talked_by"])
        _take_news_back(sheet, by=by, now=now)
        record(by=by, verb="sessions.talk_limits", what=sheet, now=now)
    return sheet


def _take_news_back(sheet: LimitsSheet, *, by: Actor, now: datetime) -> None:
    """Only what goes to supervisors: the day on which the supporter looks again stays.

    Nor is anything taken back while an answer of this sheet waits to be talked about.
    """
    if FloorNote.objects.filter(sheet_id=sheet.pk, settled_at__isnull=True).exists():
        return
    supervisors = people_who_can_supervise(sheet.membership).values_list("pk", flat=True)
    for supervisor_id in sorted(supervisors):
        cancel_for_all(object_ids=[sheet.pk], recipient_id=supervisor_id, by=by, now=now)


def _held(by: Member) -> Membership:
    """The supporter's membership, locked, with its key. Raises Refused once they have left."""
    rows = Membership.objects.select_related("data_key", "organisation").here().supporters()
    membership = rows.select_for_update(of=("self",)).filter(pk=by.id).first()
    if membership is None:
        raise Refused(_("Only a peer supporter who works here keeps a sheet of their own limits."))
    return membership


def _refuse_stale(versions: Versions, version: int, revision: int) -> None:
    if (versions.number, versions.revision) != (version, revision):
        raise Refused(stale())


def _begun(membership: Membership, versions: Versions, now: datetime) -> LimitsSheet:
    return LimitsSheet(
        organisation_id=membership.organisation_id,
        membership=membership,
        version=versions.number,
        started_at=now,
    )


def _write(sheet: LimitsSheet, answers: Answers, membership: Membership) -> None:
    """Seal the answers in this row: those of another row would not open here."""
    seal_text(sheet, "answers", wording.write(answers), membership.data_key)
