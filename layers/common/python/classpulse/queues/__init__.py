"""Durable queues and their dead-letter queues, on SQS and Redis Streams."""
