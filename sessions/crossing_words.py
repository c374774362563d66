"""What somebody notes about a boundary that was crossed, in the shape it is sealed in."""

import json
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class CrossingWords:
    """What it was about, as it was called then ("" where nothing was chosen), and what happened, in their own words."""

    about: str
    words: str


def write(said: CrossingWords) -> str:
    """JSON, to be sealed."""
    return json.dumps(asdict(said), ensure_ascii=False)


def read(text: str) -> CrossingWords:
    """The words from their opened text."""
    return CrossingWords(**json.loads(text))
