"""Texts that can be shown, and texts that cannot."""

import pytest
from django.core.exceptions import ValidationError

from lib.lines import many_lines, one_line, without_refused

FINE = ["Ash", "שלום לכולם", "سلام‌ها", "👩‍👩‍👧‍👦", "🏳️‍🌈 Elm", "1", "é", "a\u200fb", "中"]
UNSHOWABLE = ["\x00", "\x07", "\x85", "\u2028", "\u2029", "\ud800", "\u202a", "\u202e", "\u2066", "\u2069"]
EMPTY = ["\u200b", "\u200b \ufeff", "\u3164", "\u2800", "\u0301", "\u00a0"]


@pytest.mark.parametrize("text", FINE)
def test_any_script_is_fine(text: str) -> None:
    one_line(text)
    many_lines(text)
    many_lines(f"{text}\r\n\t{text}\n")
    assert without_refused(text) == text


@pytest.mark.parametrize("bad", UNSHOWABLE)
def test_what_cannot_be_shown_is_refused(bad: str) -> None:
    for check in (one_line, many_lines):
        with pytest.raises(ValidationError, match="cannot be shown"):
            check(f"a{bad}b")
    assert without_refused(f"a{bad}b\r\nc\td") == "ab\nc\td"


@pytest.mark.parametrize("text", EMPTY)
def test_what_shows_nothing_is_refused(text: str) -> None:
    for check in (one_line, many_lines):
        with pytest.raises(ValidationError, match="at least one letter"):
            check(text)


@pytest.mark.parametrize("text", ["a\nb", "a\r\nb", "a\tb"])
def test_one_line_is_one_line(text: str) -> None:
    with pytest.raises(ValidationError):
        one_line(text)
    many_lines(text)


def test_a_lone_carriage_return_is_refused() -> None:
    with pytest.raises(ValidationError):
        many_lines("a\rb")
