"""An ordinary page and an ordinary form, built the usual Django way: what ours are held against."""
