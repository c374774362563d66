"""Who may see and do what around a session: space, preparation, reflection, debrief."""

from people.access import Access

ACCESS: Access = {}
