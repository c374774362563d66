"""Bulk reads for the pages of people: rows ready to print, in a fixed number of queries."""
