"""Which characters a text may hold: what people write and read, and nothing that hides, breaks or turns a line.

Any script, direction and emoji is fine. Refused are control characters, the two line breaks that mail headers
stumble over (U+2028, U+2029), halves of characters, and the marks that force a direction on what follows (U+202A–202E,
U+2066–2069), with which a name could turn the words around it.
"""

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

BREAKS = {"Cc", "Cs", "Zl", "Zp"}
TURNING = frozenset(chr(code) for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A)))
# Counted as letters or symbols, and yet they show nothing: Hangul fillers and the empty Braille cell.
BLANK = frozenset("\u115f\u1160\u2800\u3164\uffa0")
LAYOUT = frozenset("\n\t")


def one_line(text: str) -> None:
    """Raise ValidationError unless this can be shown on one line, and shows something."""
    _refuse(text, text)


def many_lines(text: str) -> None:
    """Raise ValidationError unless this can be shown; line ends and tabs are fine."""
    _refuse(text, _unbroken(text))


def without_refused(text: str) -> str:
    """The text without the characters that `many_lines` refuses."""
    return "".join(one for one in text.replace("\r\n", "\n") if one in LAYOUT or not _is_refused(one))


def _refuse(text: str, bare: str) -> None:
    if any(_is_refused(one) for one in bare):
        raise ValidationError(_("This holds a character that cannot be shown. Please type it again."))
    if text and not any(_shows(one) for one in text):
        raise ValidationError(_("Please write at least one letter."))


def _unbroken(text: str) -> str:
    return "".join(one for one in text.replace("\r\n", "\n") if one not in LAYOUT)


def _is_refused(one: str) -> bool:
    return one in TURNING or unicodedata.category(one) in BREAKS


def _shows(one: str) -> bool:
    return unicodedata.category(one)[0] not in "CZM" and one not in BLANK
