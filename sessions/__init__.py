"""Pairings, agreements, bookings and logs: what a supporter and a peer do together."""
