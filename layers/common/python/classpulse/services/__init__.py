"""Use cases, one a file; each gets its ports as arguments."""
