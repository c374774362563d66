"""Things broken on purpose, with real processes, and what was lost and repeated by it (`make faults`)."""
