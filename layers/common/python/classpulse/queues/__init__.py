"""Durable queues and their dead letters: SQS and Redis Streams."""
