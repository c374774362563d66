"""Escalations, disclosures, on-call and reviews: the most private room."""
