"""A supporter's own number, address or profile never stands in a boundary: what looks like one is told at once."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

# Times and days are full of digits, and harmless: 9-17, 09:00–17:30, 24.12.2030, 2030-12-24.
HARMLESS = (
    re.compile(r"(?<![\d/.-])\d{4}-\d{1,2}-\d{1,2}(?![\d-])"),
    re.compile(r"(?<![\d/.-])\d{1,2}[./]\d{1,2}[./]\d{4}(?![\d/])"),
    re.compile(
        r"(?<![\d+(–-])(?:[01]?\d|2[0-4])(?:[:.h]\d{2})?\s*[–-]\s*(?:[01]?\d|2[0-4])(?:[:.h]\d{2})?(?![\d–-])"
    ),
)
NUMBER = re.compile(r"[+(]{0,2}\d(?:[\s().\-–/]{0,3}\d){6,}")  # seven digits or more
MAIL = re.compile(r"\S+@\S+\.\w{2,}")
PROFILE = re.compile(
    r"https?://|www\.|(?<![\w@])@\w{3,}|\b[\w-]+\.(?:com|org|net|me|eu|uk|de|fr|it|es|nl|se|gg)\b", re.I
)
HOME = re.compile(
    r"\b\d{1,4}[a-z]?,?\s+(?:\w+\s+){1,3}(?:street|st|road|rd|lane|avenue|ave|close|square|terrace)\b", re.I
)


def refuse_private(text: str) -> None:
    """Raise ValidationError when it looks like a phone number, an address or a profile of somebody's own."""
    bare = text
    for harmless in HARMLESS:
        bare = harmless.sub(" · ", bare)
    if NUMBER.search(bare):
        raise ValidationError(
            _(
                "This looks like a phone number. Please never write your own here: what you write is read by both of "
                "you, and printed. Say “the work phone”, for example."
            )
        )
    if MAIL.search(bare) or PROFILE.search(bare) or HOME.search(bare):
        raise ValidationError(
            _(
                "This looks like an address or a profile of your own. Please leave it out: it stays private. Say “by "
                "mail through the office”, for example."
            )
        )
