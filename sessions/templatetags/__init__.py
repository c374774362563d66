"""Tags for pages about sessions."""
