"""Rule sets of groups, their frozen versions, answers and reviews."""
