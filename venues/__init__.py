"""Places and their rooms; later assessments, actions and concerns."""
