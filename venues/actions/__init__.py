"""Every write in venues: one function for each thing a person does."""
