"""A study as one file that opens anywhere, offline."""
