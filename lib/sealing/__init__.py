"""Sealed texts: encrypted for their row, with one key for each person, wrapped by a key outside the database."""
