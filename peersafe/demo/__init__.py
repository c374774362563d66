"""The demo organisation: invented people and a believable year, made through the real actions."""
