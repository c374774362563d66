"""Forms of pairings, agreements, bookings and logs, one noun in each module."""
