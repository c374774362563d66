"""What is different in a version being made from the version in force, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sessions.items import Answer
from sessions.models import Agreement, Pairing
from sessions.queries.pairings import day
from sessions.queries.sheets import body_of
from sessions.wording import Body, Boundary, Rhythm

TALK = ("supporter_expects", "peer_expects", "supporter_fears", "peer_fears")


@dataclass(frozen=True)
class Change:
    """One matter that is not as it was: what it is about, and what changes, a sentence each."""

    title: str
    lines: Sequence[str]


def changes(
    pairing: Pairing, in_force: Agreement, draft: Agreement, rows: Iterable[Boundary]
) -> list[Change]:
    """All that both would change by saying yes. `rows` are the boundaries as the draft would hold them."""
    before, after = body_of(pairing, in_force), body_of(pairing, draft)
    held = {row["key"]: row for row in before["boundaries"]}
    found = [Change(row["title"], _boundary(held.get(row["key"]), row, pairing)) for row in rows]
    found += [
        Change(title, [_turned(old, new)])
        for title, old, new in _plan(in_force, before, draft, after)
        if str(old) != str(new)
    ]
    if any(before[key] != after[key] for key in TALK):  # type: ignore[literal-required]
        found.append(
            Change(_("Hopes and worries"), [_("The words are new. They stand below, in your plan.")])
        )
    return [change for change in found if change.lines]


def _boundary(before: Boundary | None, after: Boundary, pairing: Pairing) -> list[str]:
    if before is None:  # an item that was not asked then
        before = {**after, "supporter": "", "peer": "", "supporter_note": "", "peer_note": "", "holds": ""}
    lines = []
    if before["holds"] != after["holds"]:
        lines.append(_turned(_holds(before["holds"]), _holds(after["holds"])))
    supporter, peer = pairing.supporter.user.preferred_name, pairing.peer.name
    lines += _side(supporter, before["supporter"], after["supporter"])
    lines += _note(supporter, before["supporter_note"], after["supporter_note"])
    lines += _side(peer, before["peer"], after["peer"])
    lines += _note(peer, before["peer_note"], after["peer_note"])
    return lines


def _turned(before: object, after: object) -> str:
    return _("Until now: %(before)s. From now on: %(after)s.") % {"before": before, "after": after}


def _side(name: str, before: str, after: str) -> list[str]:
    if before == after:
        return []
    words = {"name": name, "before": _said(before), "after": _said(after)}
    return [_("%(name)s said: %(before)s, and now: %(after)s.") % words]


def _note(name: str, before: str, after: str) -> list[str]:
    if before == after:
        return []
    if not after:
        return [_("%(name)s takes this back: %(note)s") % {"name": name, "note": before}]
    return [_("%(name)s adds: %(note)s") % {"name": name, "note": after}]


def _said(value: str) -> str | Promise:
    return Answer(value).label if value else _("Left open")


def _holds(value: str) -> str | Promise:
    return Answer(value).label if value else _("Not talked about yet")


def _plan(
    in_force: Agreement, before: Body, draft: Agreement, after: Body
) -> list[tuple[str, object, object]]:
    return [
        (_("How many sessions"), in_force.sessions_agreed, draft.sessions_agreed),
        (_("How often"), Rhythm(before["rhythm"]).label, Rhythm(after["rhythm"]).label),
        (_("How many minutes each one lasts"), in_force.minutes, draft.minutes),
        (_("When you look at it again"), day(in_force.review_on), day(draft.review_on)),
    ]
