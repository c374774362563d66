"""Who may see and do what with a peer's goals and strengths."""

from people.access import Access

ACCESS: Access = {}
