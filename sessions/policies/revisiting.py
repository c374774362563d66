"""Who may see and do what: whether boundaries still fit, and a boundary that was crossed."""

from people.access import Access

ACCESS: Access = {}
