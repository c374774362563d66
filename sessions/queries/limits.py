"""A supporter's own limits: their versions, one of them opened for reading, and who they are shown to.

What opens a sealed text says so in `opened`: the view leaves a mark for each of these rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from lib.paging import Page, page
from lib.sealing.models import open_text
from people.access import Member
from people.addresses import Addresses
from sessions import wording
from sessions.models import LimitsSheet, Side
from sessions.policies.around import people_who_can_supervise
from sessions.policies.limits import floor_notes_visible_to, limits_visible_to
from sessions.queries.item_lists import items_in_force
from sessions.queries.pairings import day
from sessions.queries.sheets import SheetText
from sessions.wording import Answers

NO_TEXT = ("answers",)  # what lists leave where it is


@dataclass(frozen=True)
class Versions:
    """The version being written (`open`), and all that were finished, the newest first."""

    open: LimitsSheet | None
    all_finished: Sequence[LimitsSheet]

    @property
    def finished(self) -> LimitsSheet | None:
        """What holds for them now."""
        return self.all_finished[0] if self.all_finished else None

    @property
    def newest(self) -> LimitsSheet | None:
        """What the next answers begin with."""
        return self.open or self.finished

    @property
    def number(self) -> int:
        """The number of the version being written, whether anything of it is stored yet or not."""
        if self.open is not None:
            return self.open.version
        return self.finished.version + 1 if self.finished else 1

    @property
    def revision(self) -> int:
        """How often it was changed; 0 while nothing of it is stored."""
        return self.open.revision if self.open else 0


def versions_of(member: Member) -> Versions:
    """A supporter's own versions, with the key to them; one query, no text opened."""
    mine = LimitsSheet.objects.filter(membership_id=member.id).select_related("membership__data_key")
    rows = list(mine.order_by("-version"))
    return Versions(
        open=next((row for row in rows if row.finished_at is None), None),
        all_finished=[row for row in rows if row.finished_at is not None],
    )


def answers_of(sheet: LimitsSheet | None) -> Answers:
    """What a version says, opened with its supporter's key, which comes with it."""
    if sheet is None:
        return {}
    return wording.read_answers(open_text(sheet, "answers", sheet.membership.data_key))


# The overview ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class VersionLine:
    """One finished version: its days, and who it is shown to. Nothing of what it says."""

    id: UUID
    version: int
    finished: str
    shown: str
    talked: str


@dataclass(frozen=True)
class LimitsPage:
    """Where a supporter is with their own limits; no text is opened."""

    lines: Sequence[VersionLine]
    begun: str  # since when a new version is being written; empty where none is
    look_again: str
    is_due: bool
    supervisors: Sequence[str]
    has_notes: bool

    @property
    def newest(self) -> VersionLine | None:
        """The finished version that holds now."""
        return self.lines[0] if self.lines else None

    @property
    def earlier(self) -> Sequence[VersionLine]:
        """Those before it."""
        return self.lines[1:]


def limits_page(member: Member, now: datetime) -> LimitsPage:
    """Three queries."""
    versions = versions_of(member)
    newest = versions.finished
    again = newest.look_again_on if newest else None
    supervisors = people_who_can_supervise(member).values_list("user__preferred_name", flat=True)
    return LimitsPage(
        lines=[_line(row) for row in versions.all_finished],
        begun=day(versions.open.started_at) if versions.open else "",
        look_again=day(again),
        is_due=again is not None and again <= timezone.localdate(now, member.zone),
        supervisors=sorted(supervisors),
        has_notes=floor_notes_visible_to(member).exists(),
    )


def _line(row: LimitsSheet) -> VersionLine:
    return VersionLine(
        id=row.pk,
        version=row.version,
        finished=day(row.finished_at),
        shown=day(row.shown_at),
        talked=day(row.talked_at),
    )


# Writing and reading ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class LimitsText(SheetText):
    """The version being written, with what it says so far: before it is stored, that of the version before."""

    version: int
    revision: int
    opened: Sequence[Model]

    @property
    def is_filled_in(self) -> bool:
        """Whether it still stands as it did in the version before."""
        return self.version > 1 and self.revision == 0


def limits_text(member: Member) -> LimitsText:
    """What a supporter writes on; two queries."""
    versions = versions_of(member)
    return LimitsText(
        side=Side.SUPPORTER,
        items=items_in_force(member.organisation_id),
        answers=answers_of(versions.newest),
        version=versions.number,
        revision=versions.revision,
        opened=[versions.newest] if versions.newest else [],
    )


@dataclass(frozen=True)
class LimitsRead(SheetText):
    """A finished version, for reading."""

    row: LimitsSheet
    supporter_name: str
    finished: str
    look_again: str
    shown: str
    talked: str


def limits_read(row: LimitsSheet) -> LimitsRead:
    """One finished version, opened; it comes with its supporter, their name and their key. One query."""
    return LimitsRead(
        side=Side.SUPPORTER,
        items=items_in_force(row.organisation_id),
        answers=answers_of(row),
        row=row,
        supporter_name=row.membership.user.preferred_name,
        finished=day(row.finished_at),
        look_again=day(row.look_again_on),
        shown=day(row.shown_at),
        talked=day(row.talked_at),
    )


# For supervisors -------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class ShownRow:
    """A sheet that a supporter shows: whose, since when, whether it was talked through. Nothing of what it says."""

    url: str
    name: str
    version: int
    shown: str
    talked: str


def limits_list(member: Member, *, after: str | None) -> Page[ShownRow]:
    """The sheets that supporters show just now, the newest first; one query, no text fetched."""
    rows = limits_visible_to(member).select_related("membership__user").defer(*NO_TEXT)
    url_of = Addresses("sessions:limits_version", member.organisation.slug)
    return page(
        rows,
        by="shown_at",
        after=after,
        descending=True,
        make=lambda row: ShownRow(
            url=url_of(row.pk),
            name=row.membership.user.preferred_name,
            version=row.version,
            shown=day(row.shown_at),
            talked=day(row.talked_at),
        ),
    )
