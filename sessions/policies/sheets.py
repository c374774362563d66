"""Who may see and do what: boundary sheets, on the supporter's phone and on the peer's own page."""

from people.access import Access

ACCESS: Access = {}
