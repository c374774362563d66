"""What the home page of each role shows, ready to print, in a fixed number of queries."""
