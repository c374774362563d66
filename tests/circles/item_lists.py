"""Rows for the small world: the organisation's list of what a boundary sheet asks."""

from typing import Any

from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """Nothing yet."""
    return {}
