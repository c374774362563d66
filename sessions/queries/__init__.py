"""Bulk reads for one page each, one noun in each module."""
