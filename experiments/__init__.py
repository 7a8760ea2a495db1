"""Many calls: what is planned, what came of it, and what may be said about it."""
