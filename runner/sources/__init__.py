"""Event sources: one folder a kind. kinds.py lists them by the Type of a function's event in the template."""
