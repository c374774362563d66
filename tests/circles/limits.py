"""Rows for the small world: a supporter's own limits, practising, and answers a supervisor hears of."""

from typing import Any

from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """Nothing yet."""
    return {}
