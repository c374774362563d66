"""Rows of meetings for the small world."""

from typing import Any

from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """Nothing yet."""
    return {}
