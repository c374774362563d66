"""Names in a text that is to be without them: asked about, never decided."""

import pytest

from sessions.naming import fold, names_in

FOUND: list[tuple[str, list[str], list[str]]] = [
    ("Sam came late.", ["Sam"], ["Sam"]),
    ("sam came late", ["Sam"], ["sam"]),
    ("It was Sam's turn, and Sams idea.", ["Sam"], ["Sam"]),
    ("It was Sam’s turn.", ["Sam"], ["Sam"]),
    ("The same people; a sample.", ["Sam"], []),
    ("Ana-Lucía spoke.", ["Ana-Lucía Pérez"], ["Ana", "Lucía"]),
    ("Lucia spoke.", ["Ana-Lucía Pérez"], ["Lucia"]),
    ("JOSE spoke.", ["José"], ["JOSE"]),
    ("Zoë sang with Renée.", ["Renee O’Neil", "Zoe"], ["Zoë", "Renée"]),
    ("Mrs O'Neil spoke.", ["Neil"], ["Neil"]),
    ("There is a will, and hope.", ["Will", "Hope"], ["will", "hope"]),
    ("I was there.", ["I", "J."], []),
    ("דיברנו עם שרה ועם ושרה", ["שרה"], ["שרה"]),
    ("明さんが来た", ["明"], []),
    ("山田さんが来た", ["山田 明"], ["山田"]),
    ("🦊🌙 was quiet", ["🦊🌙"], ["🦊🌙"]),
    ("Straße", ["Strasse"], ["Straße"]),
    ("İrem spoke", ["Irem"], ["İrem"]),
    ("a.b (c) [d]", ["(c)", "[d]"], ["(c)", "[d]"]),
    ("Nothing here.", [], []),
    ("", ["Sam"], []),
]


@pytest.mark.parametrize(("text", "names", "found"), FOUND)
def test_what_looks_like_a_name_is_found(text: str, names: list[str], found: list[str]) -> None:
    assert sorted(names_in(text, names)) == sorted(found)


def test_words_are_compared_without_capitals_and_accents() -> None:
    assert fold("RENÉE") == fold("renee")


def test_a_long_text_takes_no_time() -> None:
    names = [f"Name{number} Other{number}" for number in range(60)]
    assert names_in("aaaa " * 800, names) == []
