"""SQS queues as event sources: batches of messages invoke functions, as Lambda's event source mappings do."""
