"""Who may see and do what with groups' meetings, places in them and notes about them."""

from people.access import Access

ACCESS: Access = {}
