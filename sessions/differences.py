"""Where two sheets differ, and what the two made of each difference: talked through, or left open on purpose."""

from collections.abc import Iterable, Mapping

from django.db import models
from django.utils.translation import gettext_lazy as _

from sessions.wording import Body, Boundary, Point

POINT_LENGTH = 200  # characters: it stands beside the answer on the one page of the agreement


class Outcome(models.TextChoices):
    """What became of a difference. The stricter answer holds in both cases."""

    TALKED = "talked", _("We talked it through")
    OPEN = "open", _("We leave it open for now")


def differs(row: Boundary) -> bool:
    """Whether both answered, and not the same."""
    return bool(row["supporter"] and row["peer"]) and row["supporter"] != row["peer"]


def points_that_count(
    rows: Iterable[Boundary], said: Mapping[str, Point], before: Body | None = None
) -> dict[str, Point]:
    """What the two made of the differences there are; what they said before still counts where neither answer changed.

    `said` is what stands in the version being made, `before` the body of the one in force.
    """
    earlier = {row["key"]: row for row in before["boundaries"]} if before else {}
    points: dict[str, Point] = {}
    for row in filter(differs, rows):
        key, old = row["key"], earlier.get(row["key"])
        if key in said:
            points[key] = said[key]
        elif before and old and key in before["points"] and _same(old, row):
            points[key] = before["points"][key]
    return points


def _same(before: Boundary, after: Boundary) -> bool:
    return (before["supporter"], before["peer"]) == (after["supporter"], after["peer"])


def unsettled(rows: Iterable[Boundary], points: Mapping[str, Point]) -> list[Boundary]:
    """The differences of which nothing was said yet."""
    return [row for row in rows if differs(row) and row["key"] not in points]
