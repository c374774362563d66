"""Rows for the small world: boundary sheets, on the supporter's phone and on the peer's own page."""

from typing import Any

from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """Nothing yet."""
    return {}
