"""Dates and times as they are written here, where Django would write something else."""
