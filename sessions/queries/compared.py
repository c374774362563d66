"""Both sheets of a version beside each other, opened once both are finished."""

from sessions import wording
from sessions.about import MATTERS
from sessions.item_sets import ItemSet
from sessions.models import BoundarySheet, Pairing, Side
from sessions.queries.sheets import answers_of
from sessions.wording import SILENT, About, Answers, Boundary


def shared_answers(pairing: Pairing, version: int) -> dict[str, Answers] | None:
    """What both sides answered, by side; None before both have finished. One query; the pairing carries both keys."""
    rows = BoundarySheet.objects.filter(pairing=pairing, version=version, shared_at__isnull=False)
    answers = {sheet.side: answers_of(pairing, sheet) for sheet in rows}
    return answers if set(answers) == set(Side.values) else None


def boundaries_of(pairing: Pairing, version: int, asked: ItemSet) -> list[Boundary] | None:
    """Item by item, with what holds; None before both have finished."""
    answers = shared_answers(pairing, version)
    if answers is None:
        return None
    return wording.boundaries(answers[Side.SUPPORTER], answers[Side.PEER], asked)


def abouts(answers: dict[str, Answers]) -> list[About]:
    """What else a boundary says, in each side's words; matters of which neither said anything are left out."""
    rows: list[About] = [
        {
            "key": matter.key,
            "title": str(matter.title),
            "supporter": answers[Side.SUPPORTER].get(matter.key, SILENT)["note"],
            "peer": answers[Side.PEER].get(matter.key, SILENT)["note"],
        }
        for matter in MATTERS
    ]
    return [row for row in rows if row["supporter"] or row["peer"]]
