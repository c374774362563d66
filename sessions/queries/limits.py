"""A supporter's own limits: their versions, one of them opened for reading, and who they are shown to.

What opens a sealed text says so in `opened`: the view leaves a mark for each of these rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from lib.sealing.models import open_text
from people.access import Member
from people.models import Membership
from sessions import wording
from sessions.models import LimitsSheet
from sessions.wording import Answers


@dataclass(frozen=True)
class Versions:
    """The version being written (`open`), the newest finished one, and all that were finished, the newest first."""

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
    """A supporter's own versions; one query, no text opened."""
    rows = list(LimitsSheet.objects.filter(membership_id=member.id).order_by("-version"))
    return Versions(
        open=next((row for row in rows if row.finished_at is None), None),
        all_finished=[row for row in rows if row.finished_at is not None],
    )


def answers_of(membership: Membership, sheet: LimitsSheet | None) -> Answers:
    """What a version says, opened with its supporter's key."""
    if sheet is None:
        return {}
    return wording.read_answers(open_text(sheet, "answers", membership.data_key))
