"""Rows for the small world: whether boundaries still fit, and a boundary that was crossed."""

from typing import Any

from tests.circles.ground import Ground


def fill(ground: Ground) -> dict[str, Any]:
    """Nothing yet."""
    return {}
