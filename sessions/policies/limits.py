"""Who may see and do what: a supporter's own limits, practising, and answers a supervisor hears of."""

from people.access import Access

ACCESS: Access = {}
