"""One-noun modules that know no domain, here because two rooms need each of them."""
