"""What is due, messages, deliveries and channels."""
