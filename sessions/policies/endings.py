"""Who may see and do what with endings, extensions, wishes to change, and signals."""

from people.access import Access

ACCESS: Access = {}
