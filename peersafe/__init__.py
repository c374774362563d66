"""The wiring: settings, addresses, the worker's app and the role home pages. Imports all, imported by none."""
