"""Who may see and do what with people: the matrix, the rows, the verbs."""

from people.access import Access

ACCESS: Access = {}
