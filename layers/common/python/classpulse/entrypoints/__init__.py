"""Between AWS event shapes and the services."""
