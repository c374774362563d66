"""Who may see and do what: laying an agreement before both, talking differences through, and answering."""

from people.access import Access

ACCESS: Access = {}
