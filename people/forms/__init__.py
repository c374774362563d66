"""What people type about people, checked before an action sees it."""
