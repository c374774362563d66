"""Who may see and do what: an agreement on the peer's own page, and whom the peer trusts."""

from people.access import Access

ACCESS: Access = {}
