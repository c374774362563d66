"""Who may see which calendar."""

from people.access import Access

ACCESS: Access = {}
