"""Names in a text that is to be without them. It cannot know a name from a word: it asks, and people decide."""

import re
import unicodedata
from collections.abc import Iterable

SHORTEST = 2  # letters of a part of a name; an initial alone would be found everywhere


def names_in(text: str, names: Iterable[str]) -> list[str]:
    """The parts of names that stand in a text, as the text writes them; each once, in the order they come.

    A part counts whatever its capitals and accents, and with the s of "Sam's" or "Sams". In scripts that have no
    capitals, words are not always set apart by spaces, so a part counts wherever it stands.
    """
    plain, places = _plain(text)
    found: dict[str, int] = {}
    for part in _parts(names):
        for match in _pattern(part).finditer(plain):
            first, last = places[match.start(1)], places[match.end(1) - 1]
            found.setdefault(text[first : last + 1], match.start(1))
    return list(dict.fromkeys(sorted(found, key=lambda word: found[word])))


def fold(word: str) -> str:
    """A word without capitals and accents, to compare it by."""
    return _plain(word)[0]


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in small letters without accents, and for each letter where it stands in the text itself."""
    letters, places = [], []
    for place, one in enumerate(text):
        for letter in unicodedata.normalize("NFKD", one.casefold()):
            if not unicodedata.combining(letter):
                letters.append(letter)
                places.append(place)
    return "".join(letters), places


def _parts(names: Iterable[str]) -> list[str]:
    """Every name, whole and in parts, folded; the longest first."""
    parts = set()
    for name in names:
        whole = fold(name).strip()
        parts |= {part for part in (whole, *re.split(r"[\W_]+", whole)) if len(part) >= SHORTEST}
    return sorted(parts, key=lambda part: (-len(part), part))


def _pattern(part: str) -> re.Pattern[str]:
    escaped = re.escape(part)
    if part.upper() == part:  # no capitals in this script, or nothing but signs
        return re.compile(f"({escaped})")
    return re.compile(rf"(?<!\w)({escaped})s?(?!\w)")
