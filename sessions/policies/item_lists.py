"""Who may see and do what: the organisation's list of what a boundary sheet asks."""

from people.access import Access

ACCESS: Access = {}
