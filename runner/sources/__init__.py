"""Event sources: queues whose messages are handed to functions as SQS with Lambda does."""
