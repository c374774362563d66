"""What is different from one version of an agreement to the next, in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from sessions.items import Answer
from sessions.models import Agreement, Pairing
from sessions.queries.pairings import day
from sessions.queries.sheets import body_of
from sessions.wording import About, Body, Boundary, Rhythm

TALK = ("supporter_expects", "peer_expects", "supporter_fears", "peer_fears")
SILENT: Boundary = {
    "key": "",
    "title": "",
    "supporter": "",
    "supporter_note": "",
    "peer": "",
    "peer_note": "",
    "holds": "",
}


@dataclass(frozen=True)
class Change:
    """One matter that is not as it was: what it is about, and what changes, a sentence each."""

    title: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Opened:
    """A version of an agreement with its words; one that is still being made has no boundaries of its own yet."""

    agreement: Agreement
    body: Body


@dataclass(frozen=True)
class _Telling:
    """Who the two are, and whether it is told while it is being decided or long after."""

    supporter: str
    peer: str
    is_past: bool

    def turned(self, before: object, after: object) -> str:
        """What was, and what is instead."""
        words = {"before": before, "after": after}
        if self.is_past:
            return _("Until then: %(before)s. From then on: %(after)s.") % words
        return _("Until now: %(before)s. From now on: %(after)s.") % words


def changes(
    pairing: Pairing,
    in_force: Agreement,
    draft: Agreement,
    rows: Iterable[Boundary],
    about: Sequence[About] | None = None,
) -> list[Change]:
    """All that both would change by saying yes.

    `rows` are the boundaries as the draft would hold them, `about` what else it would say; without `about`, what is
    written in the draft's own text, and nothing where that is not frozen yet.
    """
    before, after = body_of(pairing, in_force), body_of(pairing, draft)
    whole: Body = {**after, "boundaries": list(rows)}
    if about is not None:
        whole["about"] = list(about)
    elif not after["boundaries"]:
        whole["about"] = before["about"]
    return _changes(Opened(in_force, before), Opened(draft, whole), _telling(pairing, is_past=False))


def changes_then(pairing: Pairing, before: Opened, after: Opened) -> list[Change]:
    """What changed from one version to a later one, told of the past. Both texts are frozen."""
    return _changes(before, after, _telling(pairing, is_past=True))


def _telling(pairing: Pairing, *, is_past: bool) -> _Telling:
    return _Telling(pairing.supporter.user.preferred_name, pairing.peer.name, is_past)


def _changes(before: Opened, after: Opened, told: _Telling) -> list[Change]:
    found = [
        *_boundaries(before.body["boundaries"], after.body["boundaries"], told),
        *_abouts(before.body["about"], after.body["about"], told),
    ]
    found += [
        Change(title, [told.turned(old, new)])
        for title, old, new in _plan(before, after)
        if str(old) != str(new)
    ]
    if any(before.body[key] != after.body[key] for key in TALK):  # type: ignore[literal-required]
        words = (
            _("The words are new.")
            if told.is_past
            else _("The words are new. They stand below, in your plan.")
        )
        found.append(Change(_("Hopes and worries"), [words]))
    return [change for change in found if change.lines]


def _boundaries(before: Sequence[Boundary], after: Sequence[Boundary], told: _Telling) -> list[Change]:
    held = {row["key"]: row for row in before}
    found = [Change(row["title"], _boundary(held.pop(row["key"], SILENT), row, told)) for row in after]
    gone = [row for row in held.values() if row["supporter"] or row["peer"] or row["holds"]]
    return found + [Change(row["title"], [_("This is no longer part of it.")]) for row in gone]


def _boundary(before: Boundary, after: Boundary, told: _Telling) -> list[str]:
    """`before` is SILENT for an item that was not asked then."""
    lines = _floor(before, after)
    if before["holds"] != after["holds"]:
        lines.append(told.turned(_holds(before["holds"]), _holds(after["holds"])))
    lines += _side(told.supporter, before["supporter"], after["supporter"])
    lines += _note(told.supporter, before["supporter_note"], after["supporter_note"])
    lines += _side(told.peer, before["peer"], after["peer"])
    lines += _note(told.peer, before["peer_note"], after["peer_note"])
    return lines


def _floor(before: Boundary, after: Boundary) -> list[str]:
    """A rule of the organisation that came or went; one that came with the item itself is no change."""
    old, new = before.get("floor", ""), after.get("floor", "")
    if old == new or not before["key"]:
        return []
    if not new:
        return [_("No rule holds here any more: it is for you two to decide.")]
    said = _("A rule holds here now: %(rule)s.") % {"rule": Answer(new).label}
    return [" ".join(part for part in (said, after.get("floor_note", "")) if part)]


def _abouts(before: Sequence[About], after: Sequence[About], told: _Telling) -> list[Change]:
    """What else a boundary says, in each side's own words."""
    said = {row["key"]: row for row in before}
    found = []
    for row in after:
        old = said.pop(row["key"], None)
        lines = _note(told.supporter, old["supporter"] if old else "", row["supporter"])
        lines += _note(told.peer, old["peer"] if old else "", row["peer"])
        found.append(Change(row["title"], lines))
    for row in said.values():
        lines = _note(told.supporter, row["supporter"], "") + _note(told.peer, row["peer"], "")
        found.append(Change(row["title"], lines))
    return found


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


def _plan(before: Opened, after: Opened) -> list[tuple[str, object, object]]:
    old, new = before.agreement, after.agreement
    rhythm = Rhythm(before.body["rhythm"]).label, Rhythm(after.body["rhythm"]).label
    return [
        (_("How many sessions"), old.sessions_agreed, new.sessions_agreed),
        (_("How often"), rhythm[0], rhythm[1]),
        (_("How many minutes each one lasts"), old.minutes, new.minutes),
        (_("When you look at it again"), day(old.review_on), day(new.review_on)),
    ]
