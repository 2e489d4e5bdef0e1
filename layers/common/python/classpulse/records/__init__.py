"""What is kept about a person: exported, erased, forgotten in time."""
