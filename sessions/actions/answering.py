"""What a sheet says once somebody answered: one of a pairing, or a supporter's own limits. Part of their actions."""

from collections.abc import Container, Mapping

from django.utils.translation import gettext as _

from lib.refusal import Refused
from sessions import floors
from sessions.item_sets import OWN, ItemSet
from sessions.wording import MOST_OWN, Answers, Said


def merged(before: Answers, said: Mapping[str, Said], known: Container[str]) -> Answers:
    """What stands before, with what is said now; keys that are not `known` are left out.

    An own line keeps the words it began with, and goes when they are taken away.
    """
    both = dict(before)
    for key, entry in said.items():
        if key.startswith(OWN):
            words = entry.get("text", "")
            both[key] = {**entry, "text": before.get(key, entry).get("text", "") if words else ""}
        elif key in known:
            both[key] = {"answer": entry["answer"], "note": entry["note"]}
    return {key: entry for key, entry in both.items() if _says_something(key, entry)}


def _says_something(key: str, entry: Said) -> bool:
    if key.startswith(OWN):
        return bool(entry.get("text"))
    return bool(entry["answer"] or entry["note"])


def refuse(after: Answers, said: Mapping[str, Said], asked: ItemSet, side: str) -> None:
    """Raises Refused for too many own lines, and for an answer the organisation does not allow its supporters.

    Only lines that were sent count: an older answer that is ruled out by now does not hold them up.
    """
    sent = {key: after[key] for key in said if key in after}
    for item in floors.refused(asked.items, side, sent):
        raise Refused(floors.why_refused(item), field=f"answer_{item.key}")
    own = [key for key in after if key.startswith(OWN) and key not in asked.by_key]
    if len(own) > MOST_OWN:
        raise Refused(_("There is room for eight lines of your own. Take one away first."), field="own_text")


def refuse_to_finish(answers: Answers, asked: ItemSet, side: str) -> None:
    """Raises Refused for any answer that the organisation does not allow its supporters by now."""
    for item in floors.refused(asked.items, side, answers):
        raise Refused(f"{item.title}: {floors.why_refused(item)}")
