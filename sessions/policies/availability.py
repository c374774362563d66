"""Who may see and set when people and rooms can be booked."""

from people.access import Access

ACCESS: Access = {}
