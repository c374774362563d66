"""Who may see and do what: the story of an agreement."""

from people.access import Access

ACCESS: Access = {}
