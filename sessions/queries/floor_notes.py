"""Answers that a supporter's supervisor hears of: the list without words, and one of them opened."""

import json
from dataclasses import dataclass

from django.utils.functional import Promise

from lib.paging import Page, page
from lib.sealing.models import open_text
from people.access import Member
from people.addresses import Addresses
from sessions.items import BY_KEY, Answer
from sessions.models import FloorNote, Pairing
from sessions.policies.limits import floor_notes_visible_to
from sessions.policies.pairings import pairings_visible_to
from sessions.queries.pairings import day


@dataclass(frozen=True)
class NoteRow:
    """One note in the list: whose, since when, whether it was talked about. Nothing of what it says."""

    url: str
    name: str
    raised: str
    settled: str


def floor_note_list(member: Member, *, settled: bool, after: str | None) -> Page[NoteRow]:
    """The notes a member sees, those that wait or those that were talked about, the newest first. One query."""
    rows = floor_notes_visible_to(member).filter(settled_at__isnull=not settled)
    rows = rows.select_related("supporter__user").defer("body")
    url_of = Addresses("sessions:floor_note", member.organisation.slug)
    return page(
        rows,
        by="raised_at",
        after=after,
        descending=True,
        make=lambda row: NoteRow(
            url=url_of(row.pk),
            name=row.supporter.user.preferred_name,
            raised=day(row.raised_at),
            settled=day(row.settled_at),
        ),
    )


@dataclass(frozen=True)
class NotePage:
    """One note, opened: what was asked, what they answered, and why it matters."""

    row: FloorNote
    name: str
    title: str
    answer: str | Promise
    note: str
    because: str | Promise
    raised: str
    settled: str
    pairing: Pairing | None  # with the peer; None for their own limits, and where the reader sees it no more


def floor_note_page(member: Member, row: FloorNote) -> NotePage:
    """The note in words; it comes with its supporter, their name and key. One query."""
    body = json.loads(open_text(row, "body", row.supporter.data_key))
    item = BY_KEY.get(row.item_key)
    return NotePage(
        row=row,
        name=row.supporter.user.preferred_name,
        title=body["title"],
        answer=Answer(body["answer"]).label,
        note=body["note"],
        because=item.floor_note if item else "",
        raised=day(row.raised_at),
        settled=day(row.settled_at),
        pairing=_pairing(member, row),
    )


def _pairing(member: Member, row: FloorNote) -> Pairing | None:
    if row.pairing_id is None:
        return None
    return pairings_visible_to(member).select_related("peer").filter(pk=row.pairing_id).first()
