"""The story of an agreement, and how it stood on a day."""

from sessions.queries.histories.chapters import Chapter, Story, story
from sessions.queries.histories.on_day import OnDay, on_day
from sessions.queries.histories.rows import UrlOf

__all__ = ["Chapter", "OnDay", "Story", "UrlOf", "on_day", "story"]
