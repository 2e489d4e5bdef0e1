"""Real servers out of PyPI wheels, tied to the runner's life: PostgreSQL and Redis."""
