"""Every write in people: one function for each thing a person or the clock does."""
