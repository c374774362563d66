"""People: organisations, users and roles, peers, groups and private links."""
