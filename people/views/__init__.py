"""Pages of people: find, allow, one action, one template."""
